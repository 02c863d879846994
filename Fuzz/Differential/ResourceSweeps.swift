import RandomWorlds
import Synchronization
import Vocabulary

/// Questions about many resources: in one call beside one by one, and residuals beside the reference.
final class ResourceSweeps: Sendable {
    private struct Totals {
        var outcomes: [Outcome: Int] = [:]
        var residuals = ResidualSweep.Tally()
    }

    private static let questionsPerWorld = 100
    private static let resourcesPerResidual = 30

    private let totals = Mutex(Totals())

    /// One thread's worlds.
    func perform(_ run: Run, _ settings: Settings, thread: Int) throws {
        if let seed = settings.world {
            if thread == 0 { try ask(run, seed, questions: settings.requests ?? Self.questionsPerWorld) }
            return
        }
        var seeds = RandomSource(seed: settings.seed &+ UInt64(thread) &* 0x1234_5678_9ABC_DEF1)
        var left = settings.requests.map { ($0 + Run.threadCount - 1) / Run.threadCount } ?? Int.max
        while left > 0, !run.isOver {
            let questions = min(left, Self.questionsPerWorld)
            try ask(run, seeds.next(), questions: questions)
            left -= questions
        }
    }

    private func ask(_ run: Run, _ seed: UInt64, questions: Int) throws {
        var world = try RandomWorld(seed: seed, requestCount: 0, .everything)
        let changed = try ChangedWorld(&world, changes: seed % 2 == 0 ? 0 : 20)
        let together = ResourceSweep(world, changed)
        var residuals = ResidualSweep(world, changed)
        var (outcomes, tally): ([Outcome: Int], ResidualSweep.Tally) = ([:], .init())
        for number in 0..<questions {
            let (question, other) = (world.nextRequest(), world.nextRequest())
            var difference = try together.difference(question, &outcomes)
            if difference == nil {
                difference = try residuals.difference(
                    question,
                    beside: other,
                    resources: Self.resourcesPerResidual,
                    &tally
                )
            }
            if let difference { return run.stop("world \(seed), question \(number): \(difference)") }
        }
        totals.withLock {
            $0.outcomes.merge(outcomes, uniquingKeysWith: +)
            $0.residuals += tally
        }
    }

    /// What was compared.
    var lines: [String] {
        totals.withLock { totals in
            let byOutcome = [Outcome.allow, .implicitDeny, .explicitDeny, .error].map { outcome in
                "\(outcome.name) \(totals.outcomes[outcome] ?? 0)"
            }
            let sums = totals.residuals
            return [
                "in one call: " + byOutcome.joined(separator: ", "),
                "residuals: \(sums.residuals), of which \(sums.open) are neither everything nor nothing, "
                    + "\(sums.plain) of these plain",
                "by residuals: \(sums.allowed) allowed, \(sums.denied) denied, \(sums.untold) out of scope",
            ]
        }
    }
}
