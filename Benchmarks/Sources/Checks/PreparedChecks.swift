import Foundation
import Portcullis

/// Measures prepared requests beside plain ones that ask the same, a thousand each.
///
/// First nothing changes between checks; then every check asks about another resource at another time.
struct PreparedChecks {
    private let questions: [WorkloadRequest]
    private let plain: [CompactRequest]
    private let prepared: [PreparedRequest]
    /// For each question the resources that others of its service ask about.
    private let resources: [[UTF8Text]]
    private let rounds: Int

    init(_ workload: Workload, rounds: Int) throws {
        self.rounds = rounds
        questions = Array(workload.asked.prefix(1_000))
        plain = Array(workload.requests.prefix(1_000))
        prepared = try questions.map { try $0.prepared() }
        func service(_ question: WorkloadRequest) -> Substring {
            question.request.action.description.prefix { $0 != ":" }
        }
        let byService = Dictionary(grouping: questions, by: service).mapValues { $0.map(\.request.resource) }
        resources = questions.enumerated().map { index, question in
            let others = byService[service(question)] ?? []
            return (0..<8).map { others[(index + $0 * 7) % others.count] }
        }
    }

    func report(_ reader: inout AuthorizationReader) throws {
        var wrong = 0
        for (one, other) in zip(plain, prepared) where reader.authorize(one) != reader.authorize(other) {
            wrong += 1
        }
        let plainTime = nanoseconds { _ in Self.ask(plain.span, &reader) }
        let sameTime = nanoseconds { _ in Self.ask(prepared.span, &reader) }
        wrong += try countWrong(&reader)
        let otherTime = nanoseconds { round in
            Self.askOthers(prepared.span, resources.span, round, &reader)
        }
        print(
            String(
                format: "  prepared:   median %.1f ns a check (plain %.1f ns, ratio %.2f); "
                    + "%.1f ns with another resource and time each; %d wrong",
                sameTime,
                plainTime,
                sameTime / plainTime,
                otherTime,
                wrong
            )
        )
    }

    /// Compares every question that the last measurement asks.
    private func countWrong(_ reader: inout AuthorizationReader) throws -> Int {
        var wrong = 0
        for round in 0..<8 {
            for index in questions.indices {
                var question = questions[index]
                question.request.resource = resources[index][round]
                try prepared[index].setResource(question.request.resource)
                prepared[index].setTime(question.now)
                if reader.authorize(prepared[index]) != reader.authorize(try question.compact()) {
                    wrong += 1
                }
            }
        }
        return wrong
    }

    private func nanoseconds(_ pass: (Int) -> Int) -> Double {
        let passes = 20
        var times: [Double] = []
        for round in 0..<rounds {
            let start = ContinuousClock.now
            var allowed = 0
            for number in 0..<passes { allowed += pass(round + number) }
            let elapsed = (ContinuousClock.now - start).components
            precondition(allowed >= 0)
            let total = Double(elapsed.attoseconds) / 1e9 + Double(elapsed.seconds) * 1e9
            times.append(total / Double(passes * questions.count))
        }
        return times.sorted()[times.count / 2]
    }

    private static func ask(_ requests: Span<CompactRequest>, _ reader: inout AuthorizationReader) -> Int {
        var allowed = 0
        for index in requests.indices where reader.authorize(requests[index]).isAllowed { allowed += 1 }
        return allowed
    }

    private static func ask(_ requests: Span<PreparedRequest>, _ reader: inout AuthorizationReader) -> Int {
        var allowed = 0
        for index in requests.indices where reader.authorize(requests[index]).isAllowed { allowed += 1 }
        return allowed
    }

    private static func askOthers(
        _ requests: Span<PreparedRequest>,
        _ resources: Span<[UTF8Text]>,
        _ round: Int,
        _ reader: inout AuthorizationReader
    ) -> Int {
        var allowed = 0
        let now = Instant(seconds: 1_772_366_400 + Int64(round) * 3_600) ?? .distantPast
        for index in requests.indices {
            guard (try? requests[index].setResource(resources[index][round & 7])) != nil else { continue }
            requests[index].setTime(now)
            if reader.authorize(requests[index]).isAllowed { allowed += 1 }
        }
        return allowed
    }
}
