import Foundation
import Measuring
import Portcullis
import Workloads

/// What checks lose while another thread reloads, ten times a second or as often as it can.
///
/// One thread checks and compares every answer. In each round it does so beside nothing, and then beside each way to
/// reload, so that what else happens on the machine bears on all of them alike. Checks a second are told by the wall and
/// by the processor time of the checking thread: where the machine has a core to spare for compiling, both say the
/// same; where it has none, the latter says what reloading alone costs, by memory, caches and page faults.
struct ReloadingCost {
    private let subject: Subject
    private let run: Run

    init(_ subject: Subject, _ run: Run) { (self.subject, self.run) = (subject, run) }

    static let reloadsPerSecond = 10

    private struct Round {
        /// Right before reloading.
        let idle: CheckingRate
        let checks: CheckingRate
        let reloadsPerSecond: Double
    }

    func measure() throws {
        let ways = try ReloadingWay.all(subject)
        var rounds = [[Round]](repeating: [], count: ways.count)
        for _ in 0..<run.extent.slowRounds {
            for (number, way) in ways.enumerated() { rounds[number].append(try round(way)) }
        }
        add("idle", rates: rounds.joined().map(\.idle))
        for (way, rounds) in zip(ways, rounds) {
            add(way.name, "reloads/s", rounds.map(\.reloadsPerSecond))
            add(way.name, rates: rounds.map(\.checks))
            for (clock, part) in Self.clocks {
                let ratios = rounds.map { $0.checks[keyPath: part] / $0.idle[keyPath: part] }
                add("\(way.name), share of idle", "of idle", ratios, clock: clock)
            }
        }
    }

    private static var clocks: [(name: String, rate: KeyPath<CheckingRate, Double>)] {
        [("wall", \.perSecond), ("processor", \.perProcessorSecond)]
    }

    private func add(_ name: String, rates: [CheckingRate]) {
        for (clock, part) in Self.clocks {
            add(name, "checks/s", rates.map { $0[keyPath: part] }, clock: clock)
        }
    }

    private func add(_ name: String, _ unit: String, _ values: [Double], clock: String? = nil) {
        run.add(
            Finding(
                "reloading",
                name,
                workload: subject.workload.name,
                parameters: clock.map { ["clock": .word($0)] } ?? [:],
                unit: unit,
                Summary(values)
            )
        )
    }

    // MARK: One round

    private func round(_ way: ReloadingWay) throws -> Round {
        let idle = try rate(way.engine)
        let reloader = Reloader()
        let task = reloader.run(way)
        let checks = Result { try rate(way.engine) }
        task.stop()
        return Round(
            idle: idle,
            checks: try checks.get(),
            reloadsPerSecond: try reloader.reloadsPerSecond()
        )
    }

    /// Checks on this thread for a while; each answer is compared.
    private func rate(_ engine: AuthorizationEngine) throws -> CheckingRate {
        let (requests, expected) = (subject.workload.requests, subject.workload.expected)
        let (wall, thread) = (WallClock(), ThreadClock())
        var reader = engine.makeReader()
        let (start, startOfThread) = (wall.now(), thread.now())
        let end = start + UInt64(run.extent.reloadingSeconds * 1e9)
        var (count, wrong) = (0, 0)
        while wall.now() < end {
            let (checked, differing) = Self.check(requests.span, expected.span, from: count, &reader)
            count += checked
            wrong += differing
        }
        let (seconds, ofThread) = (wall.now() - start, thread.now() - startOfThread)
        try WrongAnswers.demandNone(wrong, of: "checks while reloading", in: subject.workload.name)
        return CheckingRate(
            perSecond: Double(count) * 1e9 / Double(seconds),
            perProcessorSecond: Double(count) * 1e9 / Double(ofThread)
        )
    }

    private static func check(
        _ requests: Span<CompactRequest>,
        _ expected: Span<Outcome>,
        from first: Int,
        _ reader: inout AuthorizationReader
    ) -> (count: Int, wrong: Int) {
        let first = first % requests.count
        let part = first..<min(first + 256, requests.count)
        var wrong = 0
        for index in part where reader.authorize(requests, at: index).outcome != expected[index] {
            wrong += 1
        }
        return (part.count, wrong)
    }
}

/// Checks a second.
struct CheckingRate {
    let perSecond: Double
    /// By the checking thread's processor time.
    let perProcessorSecond: Double
}
