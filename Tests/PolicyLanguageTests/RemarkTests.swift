import PolicyLanguage
import Testing
import Vocabulary

/// B14: legal, and often a mistake.
@Suite("Remarks on legal policies")
struct RemarkTests {
    @Test(
        "D2, D7: an Allow with NotAction or NotResource grants all the rest; ceilings are written so",
        arguments: PolicyType.allCases
    )
    func negations(_ type: PolicyType) {
        guard type != .trust, type != .resourceControl else { return }
        let principal = type == .resource || type == .endpoint ? #""Principal": "*", "# : ""
        func text(_ effect: String) -> String {
            policy(
                #""Effect": "\#(effect)", \#(principal)"NotAction": "iam:*", "NotResource": "arn:aws:s3:::b""#
            )
        }
        let grants = type == .identity || type == .resource || type == .session
        #expect(remarks(text("Allow"), as: type) == (grants ? [.allowNotAction, .allowNotResource] : []))
        #expect(remarks(text("Deny"), as: type) == [])
    }

    @Test("B14: an Allow with NotPrincipal grants to everybody else")
    func allowNotPrincipal() {
        let members = #""NotPrincipal": {"AWS": "111122223333"}, "Action": "*", "Resource": "*""#
        #expect(remarks(policy(#""Effect": "Allow", \#(members)"#), as: .resource) == [.allowNotPrincipal])
        #expect(remarks(policy(#""Effect": "Deny", \#(members)"#), as: .resource) == [])
    }

    @Test(
        "B6: a trust policy open to everyone is legal and remarked on",
        arguments: ["\"*\"", #"{"AWS": ["111122223333", "*"]}"#]
    )
    func publicTrust(_ principal: String) {
        func codes(_ effect: String, _ principal: String) -> [DiagnosticCode]? {
            remarks(
                policy(#""Effect": "\#(effect)", "Principal": \#(principal), "Action": "sts:AssumeRole""#),
                as: .trust
            )
        }
        #expect(codes("Allow", principal) == [.publicTrust])
        #expect(codes("Deny", principal) == [])
        #expect(codes("Allow", #"{"AWS": "111122223333"}"#) == [])
    }

    @Test("E7: ForAllValues in an Allow holds when the key is missing, unless a Null condition demands it")
    func forAllValues() {
        let open = #""ForAllValues:StringEquals": {"aws:TagKeys": "a"}"#
        #expect(remarks(conditional(open)) == [.forAllValuesAllow])
        #expect(remarks(conditional(open, effect: "Deny")) == [])
        #expect(remarks(conditional(open + #", "Null": {"AWS:tagkeys": "false"}"#)) == [])
        #expect(remarks(conditional(open + #", "Null": {"aws:TagKeys": "true"}"#)) == [.forAllValuesAllow])
        #expect(
            remarks(conditional(open + #", "Null": {"aws:TagKeys": ["false", "true"]}"#)) == [
                .forAllValuesAllow
            ]
        )
        #expect(remarks(conditional(open + #", "Null": {"other": "false"}"#)) == [.forAllValuesAllow])
        #expect(remarks(conditional(#""ForAllValues:StringEqualsIfExists": {"k": "a"}"#)) == [])
        let (_, found) = findings(conditional(open))
        #expect(found.map(\.path) == ["Statement.Condition.ForAllValues:StringEquals.aws:TagKeys"])
    }

    @Test("E10: ForAnyValue with IfExists holds when the key is missing")
    func forAnyValueIfExists() {
        #expect(
            remarks(conditional(#""ForAnyValue:StringEqualsIfExists": {"k": "a"}"#)) == [.forAnyValueIfExists]
        )
        #expect(remarks(conditional(#""ForAnyValue:StringEquals": {"k": "a"}"#)) == [])
    }

    @Test("E12: a `*` in a value that is compared literally is remarked on")
    func wildcardWithoutLike() {
        for name in ["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase"] {
            #expect(remarks(conditional(#""\#(name)": {"k": ["a", "a*"]}"#)) == [.wildcardWithoutLike])
        }
        #expect(remarks(conditional(#""StringLike": {"k": "a*"}"#)) == [])
        #expect(remarks(conditional(#""StringEquals": {"k": "a${*}"}"#)) == [])
        #expect(remarks(conditional(#""ArnEquals": {"k": "arn:aws:s3:::a*"}"#)) == [])
    }

    @Test(
        "B4: a variable in a condition under the old version is plain text, and remarked on",
        arguments: ["2008-10-17", nil] as [String?]
    )
    func inertVariable(_ version: String?) {
        #expect(
            remarks(conditional(#""StringEquals": {"k": "${aws:username}"}"#, version: version)) == [
                .inertVariable
            ]
        )
        #expect(remarks(conditional(#""StringEquals": {"k": "$aws"}"#, version: version)) == [])
    }

    @Test("B10: a condition that matches no value is remarked on")
    func emptyList() {
        #expect(remarks(conditional(#""ForAnyValue:StringLike": {"k": []}"#)) == [.neverApplies])
    }
}
