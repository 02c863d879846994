import DecisionIndex
import IdentityDirectory
import RandomWorlds
import SnapshotCompiler
import Testing
import Vocabulary

@Suite("A prepared request outlives snapshots and engines")
struct PreparedTests {
    @Test(
        "On random worlds that take turns in two engines, it is decided by the snapshot that is asked",
        arguments: 800_000..<UInt64(800_004)
    )
    func takingTurns(_ seed: UInt64) throws {
        var world = try RandomWorld(seed: seed, requestCount: 0, .everything)
        let other = try RandomWorld(seed: seed + 1_000, requestCount: 0, .everything)
        let compilers = [world.options, other.options].map { SnapshotCompiler(options: $0, seed: seed) }
        let images = [try compilers[0].compile(world.directory), try compilers[1].compile(other.directory)]
        let engines = images.map { AuthorizationEngine($0) }
        var first = engines[0].makeReader()
        var second = engines[1].makeReader()
        var pairs: [(plain: CompactRequest, prepared: PreparedRequest)] = []
        for _ in 0..<150 {
            let question = world.nextRequest()
            let credential = try question.session.map { try CallerCredential($0, options: world.options) }
            guard
                let plain = try? CompactRequest(question.request, credential: credential, at: question.at)
            else { continue }
            pairs.append(
                (plain, try PreparedRequest(question.request, credential: credential, at: question.at))
            )
        }
        var outcomes: Set<Outcome> = []
        for round in 0..<4 {
            for (index, pair) in pairs.enumerated() {
                let decision = first.authorize(pair.plain)
                outcomes.insert(decision.outcome)
                #expect(first.authorize(pair.prepared) == decision)
                // Some are asked in one engine only, so that a swap meets what they found before.
                if index.isMultiple(of: 3) { continue }
                #expect(second.authorize(pair.prepared) == second.authorize(pair.plain))
            }
            engines[0].replace(with: images[(round + 1) % 2])
            engines[1].replace(with: images[round % 2])
        }
        #expect(outcomes.count == 4)
        #expect(engines[0].reclaim() == 0 && engines[1].reclaim() == 0)
    }
}
