import RandomWorlds
import Testing
import Vocabulary

@Suite("What is left of a question without its resource, beside the reference evaluator")
struct ResidualSweepTests {
    static let parts: Range<UInt64> = 0..<4

    @Test("I6: a residual allows exactly what the reference allows, on random worlds", arguments: parts)
    func agreement(_ part: UInt64) throws {
        var tally = ResidualSweep.Tally()
        for number in 0..<(4 as UInt64) {
            let seed = 900_000 + part * 4 + number
            var world = try RandomWorld(seed: seed, requestCount: 0, .everything)
            var sweep = ResidualSweep(world, try ChangedWorld(&world, changes: seed % 2 == 0 ? 0 : 20))
            for index in 0..<70 {
                let (question, other) = (world.nextRequest(), world.nextRequest())
                let difference = try sweep.difference(question, beside: other, resources: 12, &tally)
                guard let difference else { continue }
                Issue.record("seed \(seed), request \(index): \(difference)")
                return
            }
        }
        #expect(tally.allowed > 100 && tally.denied > 100, "\(tally)")
        #expect(tally.untold < tally.allowed + tally.denied, "\(tally)")
        #expect(tally.open >= 10, "\(tally)")
    }
}
