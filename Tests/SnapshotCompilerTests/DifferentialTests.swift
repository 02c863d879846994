import RandomWorlds
import Testing
import Vocabulary

@Suite("I6: the index beside the reference evaluator")
struct DifferentialTests {
    /// Four parts, so that they run side by side; 20,000 requests in all.
    static let parts: Range<UInt64> = 0..<4
    static let worldsPerPart: UInt64 = 8
    static let requestsPerWorld = 625

    @Test("I6: outcome, layer, policy and statement are the same on random worlds", arguments: parts)
    func agreement(_ part: UInt64) throws {
        var tally: [Outcome: Int] = [:]
        for number in 0..<Self.worldsPerPart {
            let seed = 500_000 + part * Self.worldsPerPart + number
            var world = try RandomWorld(seed: seed, requestCount: 0, .everything)
            var both = try SideBySide(world.directory, world.options, seed: seed)
            for index in 0..<Self.requestsPerWorld {
                let question = world.nextRequest()
                let (reference, answer) = both.ask(question)
                tally[reference.outcome, default: 0] += 1
                guard reference != answer else { continue }
                var difference = Disagreement(question, world)
                difference.shrink()
                let vector = difference.vector(id: "seed \(seed)")
                Issue.record("seed \(seed), request \(index): \(reference), not \(answer)\n\(vector)")
                return
            }
        }
        for outcome in [Outcome.allow, .implicitDeny, .explicitDeny, .error] {
            #expect(tally[outcome, default: 0] > 0, "\(outcome) does not occur: \(tally)")
        }
    }

    @Test("The same seed asks the same questions")
    func reproducible() throws {
        var first = try RandomWorld(seed: 7, requestCount: 0, .everything)
        var second = try RandomWorld(seed: 7, requestCount: 0, .everything)
        #expect(first.files == second.files)
        #expect(first.options == second.options)
        for _ in 0..<100 {
            let (one, other) = (first.nextRequest(), second.nextRequest())
            #expect(one.json.text == other.json.text)
        }
    }
}
