import IdentityDirectory
import PolicyLanguage
import RandomWorlds
import Testing
import Vocabulary

/// No difference is known, so that something else stands for one: what is kept while shrinking can be chosen.
@Suite("A failing case is shrunk and written as a conformance vector")
struct ShrinkingTests {
    /// Questions of a random world that one statement decides.
    private func question(_ seed: UInt64, _ outcome: Outcome) throws -> Disagreement {
        var world = try RandomWorld(seed: seed, requestCount: 0)
        for _ in 0..<2_000 {
            let found = Disagreement(world.nextRequest(), world)
            if let answers = found.answers, answers.reference.outcome == outcome,
                answers.reference.statement != nil
            {
                return found
            }
        }
        throw NoQuestion()
    }

    private struct NoQuestion: Error {}

    @Test(
        "What is not needed goes, what is needed stays, and nothing more can be taken away",
        arguments: [Outcome.allow, .explicitDeny],
        [41, 42] as [UInt64]
    )
    func shrinks(_ outcome: Outcome, _ seed: UInt64) throws {
        let whole = try question(seed, outcome)
        var small = whole
        func isWanted(_ answers: (reference: Answer, index: Answer)) -> Bool {
            answers.reference.outcome == outcome && answers.index.outcome == outcome
                && answers.reference.statement != nil
        }
        small.shrink(while: isWanted)
        #expect(small.answers.map(isWanted) == true)
        #expect(small.tree.size * 4 < whole.tree.size, "\(whole.tree.size) to \(small.tree.size)")
        var again = small
        again.shrink(while: isWanted)
        #expect(again.tree.size == small.tree.size)
    }

    @Test("Nothing is taken from a case that does not differ")
    func agreement() throws {
        let whole = try question(41, .allow)
        var small = whole
        small.shrink()
        #expect(small.tree.text == whole.tree.text)
    }

    @Test("The vector is one line of JSON with all that its kind needs, and says what both answered")
    func vector() throws {
        let found = try question(41, .explicitDeny)
        let line = found.vector(id: "differential-1")
        #expect(!line.contains("\n"))
        let root = try JSONDocument(reading: SourceText(line)).root
        #expect(root["id"]?.string == "differential-1" && root["kind"]?.string == "directory")
        #expect(root["expect"]?.string == "explicitDeny")
        let answers = try #require(found.answers)
        #expect(root["expectDecidedBy"]?.string?.description == answers.reference.layer?.name)
        #expect(root["description"]?.string?.description.contains("index: \(answers.index)") == true)
        let request = try RequestDocument(try #require(root["request"]), ignoresUnknownMembers: true)
        #expect(root["files"].map { Array($0.members).count > 0 } == true)
        #expect(request.request.action.count > 0)
    }
}
