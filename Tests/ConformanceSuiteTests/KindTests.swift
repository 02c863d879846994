import ConformanceSuite
import PolicyLanguage
import Testing

@Suite("The kinds of vector")
struct KindTests {
    @Test(
        "The right answer passes and a wrong one fails, whatever the kind",
        arguments: KindCase.elements + KindCase.principals + KindCase.callersOnly + KindCase.documents
    )
    func answers(_ row: KindCase) throws {
        #expect(try verdict(row.line()) == .passed)
        #expect(failure(try verdict(row.line(row.wrongAnswer))) != nil)
    }

    @Test("A refusal for another reason than the vector's is a failure")
    func otherCode() throws {
        let row = try #require(KindCase.documents.first { $0.members.contains("schema.missing") })
        let message = failure(try verdict(row.line().replacing("schema.missing", with: "schema.type")))
        #expect(message?.hasPrefix("expected code schema.type, got") == true)
    }

    @Test("Another strength than the vector's is a failure")
    func otherStrength() throws {
        let row = try #require(KindCase.principals.first { $0.members.contains(#""account""#) })
        let message = failure(try verdict(row.line().replacing(#""account""#, with: #""direct""#)))
        #expect(message == "expected strength direct, got account")
    }

    @Test("A glob without `?` is another language")
    func starOnly() throws {
        func row(_ pattern: String) -> KindCase {
            let request = #"{"value": "a?", "mode": "star-only"}"#
            return KindCase(
                "wildcard-match",
                "match",
                #""policies": {"pattern": "\#(pattern)"}, "request": \#(request)"#
            )
        }
        #expect(try verdict(row("a?").line()) == .skipped("a glob without `?`"))
        #expect(try verdict(row("a*").line()) == .passed)
    }

    @Test(
        "A vector that lacks what its kind needs is a failure",
        arguments: [
            ("simulate", "no request"), ("directory", "no files or request"), ("condition", "no statement"),
            ("action-match", "no statement"), ("resource-match", "no statement"),
            ("principal-match", "no statement"), ("wildcard-match", "no pattern or value"),
            ("variable", "no pattern or value"), ("parse-valid", "no document"), ("policy", "no bytes"),
            ("request", "no request"), ("request-json", "no bytes"), ("glob", "no pattern"),
        ]
    )
    func incomplete(_ kind: String, _ message: String) throws {
        for policies in ["", #", "policies": {}"#] {
            let line = #"{"id": "v", "kind": "\#(kind)", "expect": "x"\#(policies)}"#
            #expect(try verdict(line) == .failed(message))
        }
    }

    @Test(
        "A caller that is none is a failure",
        arguments: ["", #""principal": "?""#, #""principalIdentities": {}"#]
    )
    func noPrincipal(_ request: String) throws {
        let row = KindCase(
            "principal-match",
            "match",
            allow: #""Action": "*", "Resource": "*", "Principal": "*""#,
            request: request
        )
        #expect(try verdict(row.line()) == .failed("no principal"))
    }

    @Test("A pattern that is none is a failure")
    func noPattern() throws {
        let row = KindCase(
            "variable",
            "nomatch",
            #""policies": {"pattern": "${"}, "request": {"value": "x"}"#
        )
        #expect(try verdict(row.line()) == .failed("not a pattern: ${"))
    }
}
