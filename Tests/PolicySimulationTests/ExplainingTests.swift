import IdentityDirectory
import PolicyLanguage
import PolicySimulation
import ReferenceEvaluator
import Testing
import Vocabulary

@Suite("Explanations of a directory's decisions")
struct ExplainingTests {
    private static let explainer: PolicyExplainer? = {
        let policy = """
            {"Version": "2012-10-17", "Statement": [
                {"Sid": "Work", "Effect": "Allow", "Action": "app:Read", "Resource": "*",
                 "Condition": {"DateLessThan": {"aws:CurrentTime": "2026-03-01T00:00:00Z"}}},
                {"Effect": "Allow", "Action": "app:Write", "Resource": "*"}]}
            """
        let path = "accounts/111122223333/users/ada/inline/own.json"
        return (try? Directory(files: [path: Array(policy.utf8)])).map { PolicyExplainer($0) }
    }()

    private func document(_ more: String = "") throws -> RequestDocument {
        let text = """
            {"principal": "arn:aws:iam::111122223333:user/ada", "action": "app:Read", "resource": "*"\(more)}
            """
        return try RequestDocument(reading: SourceText(text, name: "request"))
    }

    private let early = Instant(seconds: 1_700_000_000) ?? .distantPast
    private let late = Instant(seconds: 1_900_000_000) ?? .distantPast

    @Test("A document is explained at the time that it names, else at the one that is given")
    func time() throws {
        let explainer = try #require(Self.explainer)
        let dated = try document(#", "at": "2026-01-01T00:00:00Z""#)
        #expect(try explainer.explain(ExplainedQuestion(dated, at: late)).decision.outcome == .allow)
        #expect(try explainer.explain(ExplainedQuestion(document(), at: early)).decision.outcome == .allow)
        let outcome = try explainer.explain(ExplainedQuestion(document(), at: late)).decision.outcome
        #expect(outcome == .implicitDeny)
    }

    @Test("JSON names the statements about the action, and all of them when asked to")
    func json() throws {
        let explainer = try #require(Self.explainer)
        let question = ExplainedQuestion(try document(), at: early)
        let some = try explainer.json(question)
        #expect(some.contains(#""decision":"allow""#) && some.contains(#""sid":"Work""#))
        let all = try explainer.json(question, includesAllStatements: true, isPretty: true)
        #expect(all.contains("\n") && all.count > some.count)
    }

    @Test("A caller that the directory does not know cannot be explained")
    func unknown() throws {
        let explainer = try #require(Self.explainer)
        var question = ExplainedQuestion(try document(), at: early)
        question.request.principal = try #require(RequestPrincipal("arn:aws:iam::111122223333:user/eve"))
        #expect(throws: RequestError.self) { try explainer.explain(question) }
    }
}
