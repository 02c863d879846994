import Foundation
import Portcullis

/// Measures checks on workload folders; every answer is compared first.
@main
struct Main {
    static func main() throws {
        for folder in CommandLine.arguments.dropFirst() {
            let workload = try Workload(folder: folder)
            let clock = ContinuousClock()
            var image: VerifiedImage?
            let compileTime = try clock.measure {
                image = try SnapshotCompiler(seed: 7).compile(workload.directory)
            }
            guard let image else { continue }
            let engine = AuthorizationEngine(image)
            var reader = engine.makeReader()
            var wrong = 0
            for (request, outcome) in zip(workload.requests, workload.expected)
            where reader.authorize(request).outcome != outcome { wrong += 1 }
            print("\(workload.name): \(workload.requests.count) requests, \(wrong) wrong answers")
            print("  compile \(compileTime), image \(image.byteCount) bytes")
            var allowed = 0
            var times: [Double] = []
            let rounds = ProcessInfo.processInfo.environment["ROUNDS"].flatMap { Int($0) } ?? 15
            for _ in 0..<rounds {
                let start = clock.now
                let requests = workload.requests.span
                for index in requests.indices where reader.authorize(requests[index]).isAllowed {
                    allowed += 1
                }
                let elapsed = clock.now - start
                let nanoseconds =
                    Double(elapsed.components.attoseconds) / 1e9 + Double(elapsed.components.seconds) * 1e9
                times.append(nanoseconds / Double(workload.requests.count))
            }
            times.sort()
            print(
                String(
                    format: "  one thread: median %.1f ns, best %.1f ns a check",
                    times[times.count / 2],
                    times[0]
                ),
                allowed
            )
            let batch = try measureBatch(workload, &reader, rounds)
            print(
                String(
                    format: "  batch:      median %.1f ns a check, %d wrong",
                    batch.nanoseconds,
                    batch.wrong
                )
            )
            try PreparedChecks(workload, rounds: rounds).report(&reader)
            let many = try ManyResources(folder: folder)
            try many.measure(engine)
            try many.measureResiduals(engine)
            try ChangeCost.measure(workload.directory)
        }
    }

    /// All requests in one call.
    static func measureBatch(
        _ workload: Workload,
        _ reader: inout AuthorizationReader,
        _ rounds: Int
    ) throws -> (nanoseconds: Double, wrong: Int) {
        var decisions = [Decision](repeating: .malformedRequest, count: workload.requests.count)
        var times: [Double] = []
        for _ in 0..<rounds {
            let start = ContinuousClock.now
            var span = decisions.mutableSpan
            reader.authorize(workload.requests.span, into: &span)
            let elapsed = ContinuousClock.now - start
            let seconds = Double(elapsed.components.attoseconds) / 1e18 + Double(elapsed.components.seconds)
            times.append(seconds * 1e9 / Double(workload.requests.count))
        }
        times.sort()
        return (times[times.count / 2], zip(decisions, workload.expected).count { $0.outcome != $1 })
    }
}
