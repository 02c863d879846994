import DecisionServer
import Foundation
import Testing

@Suite("AuthZEN: the published scenarios")
struct AuthZENScenarioTests {
    /// How many lines each scenario has; a lost line must not pass unnoticed.
    static let counts = ["todo": 43, "api-gateway": 25, "search": 198, "certification": 60]

    static let scenes = counts.keys.sorted().map { name in (name, Result { try AuthZENScene(name) }) }
    static let decisions = counts.keys.sorted().flatMap { (try? AuthZENScene.decisions($0)) ?? [] }

    private func scene(_ name: String) throws -> AuthZENScene {
        try #require(Self.scenes.first { $0.0 == name }).1.get()
    }

    @Test("Every scenario is whole", arguments: counts)
    func isWhole(_ name: String, _ count: Int) throws {
        #expect(try AuthZENScene.decisions(name).count == count)
    }

    @Test("Every line is answered as it says", arguments: decisions)
    func answers(_ decision: AuthZENDecision) throws {
        let response = try scene(decision.scenario)
            .ask(decision.call, decision.body, headers: [("content-type", decision.contentType)])
        let row = decision.row
        #expect(response.contentType == "application/json")
        guard response.status == 200 else {
            #expect(response.status == row["status"] as? Int)
            return
        }
        #expect(row["status"] == nil)
        let answer = try AuthZENScene.object(response)
        switch row["expect"] {
        case let expected as Bool: #expect(answer["decision"] as? Bool == expected)
        case let expected as [Bool] where decision.call == "evaluations":
            let evaluations = try #require(answer["evaluations"] as? [[String: Any]])
            #expect(evaluations.map { $0["decision"] as? Bool } == expected)
            #expect(answer["decision"] == nil)
        case let expected as [String]: #expect(try found(answer, decision.call) == expected)
        default:
            let expected = try #require(row["atLeast"] as? [String])
            #expect(Set(try found(answer, decision.call)).isSuperset(of: expected))
        }
    }

    private func found(_ answer: [String: Any], _ call: String) throws -> [String] {
        let results = try #require(answer["results"] as? [[String: Any]])
        return try results.map { result in
            guard call != "search/action" else { return try #require(result["name"] as? String) }
            #expect(result["type"] is String)
            return try #require(result["id"] as? String)
        }
    }

    @Test("What a search finds is allowed when asked, and what it does not find is not")
    func searchAgreesWithEvaluation() throws {
        let scene = try scene("search")
        for user in ["alice", "bob", "carol", "dan", "erin", "felix"] {
            for record in 101...120 {
                let who = #""subject": {"type": "user", "id": "\#(user)"}"#
                let what = #""resource": {"type": "record", "id": "\#(record)"}"#
                let found = try found(try scene.answer("search/action", "{\(who), \(what)}"), "search/action")
                for name in ["view", "edit", "delete"] {
                    let body = #"{\#(who), \#(what), "action": {"name": "\#(name)"}}"#
                    let decision = try scene.answer("evaluation", body)["decision"] as? Bool
                    #expect(decision == found.contains(name), "\(user) \(name) \(record)")
                }
            }
        }
    }

    @Test("The same question is answered the same, time after time")
    func idempotent() throws {
        let scene = try scene("certification")
        let line = try #require(Self.decisions.first { $0.id == "rule-1" })
        let answers = (0..<20).map { _ in scene.ask(line.call, line.body).body }
        #expect(Set(answers).count == 1)
    }
}
