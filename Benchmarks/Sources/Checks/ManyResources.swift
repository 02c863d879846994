import Foundation
import Portcullis

/// One caller and action against 10,000 resources: in one call, and one by one.
struct ManyResources {
    private static let resourceCount = 10_000
    private static let callerCount = 20

    private let questions: [AuthorizationRequest]
    private let resources: [UTF8Text]

    /// Callers with their actions, and resources, of a workload's requests; the context is taken for all there is.
    init(folder: String) throws {
        let lines = try Array(Data(contentsOf: URL(fileURLWithPath: "\(folder)/requests.jsonl")))
            .split(separator: UInt8(ascii: "\n")).prefix(Self.resourceCount)
        let requests = try lines.map { line -> AuthorizationRequest in
            let root = try JSONDocument(reading: SourceText(Array(line))).root
            var pairs: [(key: UTF8Text, value: ContextValue)] = []
            for (key, value) in root["context"]?.members.map({ ($0.key, $0.value) }) ?? [] {
                let texts = value.kind == .array ? value.elements.map(\.text) : [value.text]
                pairs.append((key.text, .single(texts.first ?? "")))
            }
            return AuthorizationRequest(
                principal: RequestPrincipal(root["principal"]?.text ?? "") ?? .anonymous,
                action: root["action"]?.text ?? "",
                resource: root["resource"]?.text ?? "",
                context: try RequestContext(pairs)
            )
        }
        resources = requests.map(\.resource)
        let step = max(1, requests.count / Self.callerCount)
        questions = stride(from: 0, to: requests.count, by: step).map { requests[$0] }
    }

    /// Prints nanoseconds a resource, medians over the callers.
    func measure(_ engine: AuthorizationEngine) throws {
        var reader = engine.makeReader()
        let now = Instant(seconds: 0) ?? .distantPast
        let batch = try ResourceBatch(resources)
        var decisions = [Decision](repeating: .malformedRequest, count: resources.count)
        var (together, alone): ([Double], [Double]) = ([], [])
        var (allowed, wrong) = (0, 0)
        for question in questions {
            let request = try CompactRequest(question, at: now, isContextComplete: true)
            for _ in 0..<3 {
                together.append(
                    time {
                        var span = decisions.mutableSpan
                        reader.authorize(request, resources: batch, into: &span)
                    }
                )
            }
            let single = try resources.map { resource in
                var one = question
                one.resource = resource
                return try CompactRequest(one, at: now, isContextComplete: true)
            }
            for round in 0..<3 {
                let requests = single.span
                alone.append(
                    time {
                        for index in requests.indices {
                            let decision = reader.authorize(requests[index])
                            if round == 0, decision != decisions[index] { wrong += 1 }
                        }
                    }
                )
            }
            allowed += decisions.count { $0.isAllowed }
        }
        print(
            String(
                format:
                    "  resources:  median %.1f ns each in one call, %.1f ns one by one; %d allowed, %d wrong",
                together.sorted()[together.count / 2],
                alone.sorted()[alone.count / 2],
                allowed,
                wrong
            )
        )
    }

    /// Prints microseconds for making a residual, the median over the callers.
    func measureResiduals(_ engine: AuthorizationEngine) throws {
        let now = Instant(seconds: 0) ?? .distantPast
        var (times, plain): ([Double], Int) = ([], 0)
        for question in questions {
            let request = try CompactRequest(question, at: now, isContextComplete: true)
            var residual: ResourceResidual?
            let elapsed = try ContinuousClock().measure { residual = try engine.residual(of: request) }
            times.append(nanoseconds(elapsed) / 1_000)
            if residual?.plainNames != nil { plain += 1 }
        }
        let median = times.sorted()[times.count / 2]
        print(
            String(
                format: "  residual:   median %.0f us, worst %.0f us; %d of %d plain",
                median,
                times.max() ?? 0,
                plain,
                times.count
            )
        )
    }

    private func time(_ body: () -> Void) -> Double {
        nanoseconds(ContinuousClock().measure(body)) / Double(resources.count)
    }

    private func nanoseconds(_ duration: Duration) -> Double {
        Double(duration.components.attoseconds) / 1e9 + Double(duration.components.seconds) * 1e9
    }
}
