import ConformanceSuite
import PolicyLanguage
import Testing

@Suite("Vectors of hostile inputs")
struct HostileInputTests {
    private func line(_ kind: String, _ expect: String, _ members: String) -> String {
        #"{"id": "v", "kind": "\#(kind)", "expect": "\#(expect)", \#(members)}"#
    }

    private static let good = #"{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#
    private static let caller = #""principal": "arn:aws:iam::111122223333:user/a""#

    /// A text as it stands inside a JSON string.
    private static func escaped(_ text: String) -> String { text.replacing("\"", with: "\\\"") }

    /// A member that makes a text.
    private static func gen(_ text: String) -> String { #""gen": [["\#(escaped(text))", 1]]"# }

    @Test("A policy in a file beside the vectors is refused or accepted")
    func policyInFile() throws {
        let folder = try TemporaryFolder(["good.json": Array(Self.good.utf8), "bad.json": Array("{".utf8)])
        func verdict(_ expect: String, _ members: String) throws -> ConformanceResult.Verdict {
            try ConformanceSuiteTests.verdict(line("policy", expect, members), folder: folder.path)
        }
        #expect(try verdict("accept", #""file": "good.json""#) == .passed)
        #expect(try verdict("reject", #""file": "bad.json""#) == .passed)
        #expect(try verdict("reject", #""file": "bad.json", "code": "json.syntax""#) == .passed)
        #expect(
            failure(try verdict("accept", #""file": "bad.json""#))?.hasPrefix("expected accept, got reject")
                == true
        )
        #expect(
            try verdict("reject", #""file": "good.json", "code": "json.syntax""#)
                == .failed("expected reject (json.syntax), got accept")
        )
        #expect(
            try verdict("reject", #""file": "bad.json", "code": "limit.depth""#)
                == .failed(#"expected code limit.depth, got ["json.syntax"]"#)
        )
        #expect(try verdict("accept", #""file": "none.json""#) == .failed("no bytes"))
    }

    @Test("A code of the corpus stands for the family of ours")
    func codeFamilies() throws {
        let noPrincipal = #""documentType": "resource", \#(Self.gen(Self.good))"#
        #expect(
            try verdict(line("policy", "reject", #""code": "schema.missing", \#(noPrincipal)"#)) == .passed
        )
        #expect(
            failure(try verdict(line("policy", "reject", #""code": "schema.effect", \#(noPrincipal)"#)))
                != nil
        )
    }

    @Test("Large inputs are made from repeated pieces, with a running number where a word stands")
    func generated() throws {
        let deep = #""gen": [["[", 100], ["]", 100]], "code": "limit.depth""#
        #expect(try verdict(line("policy", "reject", deep)) == .passed)
        let piece = Self.escaped(#"{"Effect": "Allow", "Sid": "SNUM", "Action": "*", "Resource": "*"},"#)
        let last = Self.escaped(#"{"Effect": "Deny", "Action": "a:b", "Resource": "*"}]}"#)
        func gen(_ more: String) -> String {
            #""gen": [["{\"Statement\":[", 1], ["\#(piece)", 3], ["\#(last)", 1]]\#(more)"#
        }
        // Without running numbers the Sids are one and the same.
        #expect(try verdict(line("policy", "accept", gen(#", "expand": "NUM""#))) == .passed)
        #expect(try verdict(line("policy", "reject", gen(#", "code": "schema.sid""#))) == .passed)
    }

    @Test("An accepted policy must decide the vector's requests as the vector says")
    func decisions() throws {
        func requests(_ list: String) -> String {
            line("policy", "accept", #"\#(Self.gen(Self.good)), "requests": [\#(list)]"#)
        }
        let allowed = #"{"action": "s3:GetObject", "resource": "*", "expect": "allow"}"#
        let denied =
            #"{\#(Self.caller), "action": "kms:x", "resource": "*", "expect": "implicitDeny"}"#
        #expect(try verdict(requests("\(allowed), \(denied)")) == .passed)
        let wrong = allowed.replacing("allow", with: "implicitDeny")
        #expect(try verdict(requests("\(denied), \(wrong)")) == .failed("expected implicitDeny, got allow"))
    }

    @Test("An accepted resource policy is asked as one")
    func resourcePolicy() throws {
        let text = Self.good.replacing(#""Action""#, with: #""Principal": "*", "Action""#)
        let request =
            #"{"principal": "anonymous", "action": "s3:GetObject", "resource": "*", "expect": "allow"}"#
        let members = #""documentType": "resource", \#(Self.gen(text)), "requests": [\#(request)]"#
        #expect(try verdict(line("policy", "accept", members)) == .passed)
    }

    @Test("A good policy and a hostile request: an unreadable value is an error, and IPv6 is never IPv4")
    func hostileRequest() throws {
        func simulate(_ expect: String, _ condition: String, _ value: String) throws
            -> ConformanceResult.Verdict
        {
            let policy = Self.good.replacing("}}", with: #", "Condition": \#(condition)}}"#)
            let request =
                #"{\#(Self.caller), "action": "s3:x", "resource": "*", "context": {"k": "\#(value)"}}"#
            let members = #""policies": {"identity": [\#(policy)]}, "request": \#(request)"#
            return try verdict(line("request", expect, members))
        }
        #expect(try simulate("error", #"{"NumericEquals": {"k": 1}}"#, "one") == .passed)
        #expect(try simulate("allow", #"{"NumericEquals": {"k": 1}}"#, "1") == .passed)
        #expect(
            try simulate("implicitDeny", #"{"IpAddress": {"k": "10.0.0.0/8"}}"#, "::ffff:10.0.0.1") == .passed
        )
        #expect(failure(try simulate("implicitDeny", #"{"NumericEquals": {"k": 1}}"#, "one")) != nil)
    }

    @Test("A hostile request may stand in a file of its own, with its policies")
    func hostileRequestInFile() throws {
        let request = #"{\#(Self.caller), "action": "s3:x", "resource": "*"}"#
        let text = #"{"policies": {"identity": [\#(Self.good)]}, "request": \#(request)}"#
        let folder = try TemporaryFolder(["r.json": Array(text.utf8), "s.json": Array("?".utf8)])
        #expect(try verdict(line("request", "allow", #""file": "r.json""#), folder: folder.path) == .passed)
        #expect(
            failure(try verdict(line("request", "error", #""file": "r.json""#), folder: folder.path)) != nil
        )
        #expect(
            try verdict(line("request", "error", #""file": "s.json""#), folder: folder.path)
                == .failed("no request")
        )
    }

    @Test("A request that cannot be read is an error")
    func unreadableRequest() throws {
        let members = #""policies": {}, "request": {"principal": 1, "action": "a:b", "resource": "*"}"#
        #expect(try verdict(line("simulate", "error", members)) == .passed)
        #expect(
            failure(try verdict(line("simulate", "allow", members)))?.hasPrefix("expected allow, got error")
                == true
        )
    }

    @Test("The raw text of a request is refused, or decided with no policy at all")
    func rawRequest() throws {
        let good = #"{\"principal\": \"anonymous\", \"action\": \"a:b\", \"resource\": \"*\"}"#
        let twice =
            #"{\"action\": \"a:b\", \"principal\": \"anonymous\", \"action\": \"a:c\", \"resource\": \"*\"}"#
        #expect(try verdict(line("request-json", "implicitDeny", #""gen": [["\#(good)", 1]]"#)) == .passed)
        #expect(try verdict(line("request-json", "error", #""gen": [["\#(twice)", 1]]"#)) == .passed)
        #expect(failure(try verdict(line("request-json", "error", #""gen": [["\#(good)", 1]]"#))) != nil)
        let malformed = good.replacing("a:b", with: "ab")
        #expect(try verdict(line("request-json", "error", #""gen": [["\#(malformed)", 1]]"#)) == .passed)
    }

    @Test("A glob made to be slow is decided in time")
    func glob() throws {
        let slow = #""pattern": [["a*", 100], ["b", 1]], "text": [["a", 20000]], "maxMillis": 5000"#
        #expect(try verdict(line("glob", "nomatch", slow)) == .passed)
        let clock = ContinuousClock()
        let elapsed = try clock.measure { _ = try verdict(line("glob", "nomatch", slow)) }
        #expect(elapsed < .seconds(20), "a matcher that goes back and forth would take years")
        #expect(failure(try verdict(line("glob", "match", slow))) != nil)
        #expect(try verdict(line("glob", "match", #""pattern": [["a", 3]], "text": [["a", 3]]"#)) == .passed)
    }

    @Test("A vector that takes longer than it may fails, in builds where time means something")
    func timeLimit() throws {
        let glob = #""pattern": [["a*", 50]], "text": [["a", 5000]], "maxMillis": 0"#
        let verdict = try verdict(line("glob", "match", glob))
        #if DEBUG
        #expect(verdict == .passed)
        #else
        #expect(failure(verdict)?.hasPrefix("took ") == true)
        #endif
    }

    @Test("Pieces that are no pairs are passed over")
    func oddPieces() throws {
        let odd = #""pattern": [["a", 1], ["b"], "c", ["d", "x"]], "text": [["a", 1]]"#
        #expect(try verdict(line("glob", "match", odd)) == .passed)
    }
}
