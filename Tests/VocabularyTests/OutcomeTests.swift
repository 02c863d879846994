import Testing
import Vocabulary

@Suite("Words of answers and layers")
struct OutcomeTests {
    @Test(
        "A4: of the four outcomes only `allow` lets a request pass",
        arguments: [
            (Outcome.allow, "allow", true), (.implicitDeny, "implicitDeny", false),
            (.explicitDeny, "explicitDeny", false), (.error, "error", false),
        ]
    )
    func outcomes(_ outcome: Outcome, _ name: String, _ isAllowed: Bool) {
        #expect(outcome.name == name)
        #expect(outcome.isAllowed == isAllowed)
    }

    @Test("H2: every layer has a word of its own and a phrase of its own")
    func layers() {
        #expect(
            PolicyLayer.allCases.map(\.name) == [
                "scp", "rcp", "endpoint", "resource", "identity", "boundary", "session", "rootUser",
            ]
        )
        #expect(Set(PolicyLayer.allCases.map(\.policyPhrase)).count == PolicyLayer.allCases.count)
        #expect(PolicyLayer.identity.policyPhrase == "identity-based policy")
    }

    @Test("B6: the types of policy by the words of files and options")
    func types() {
        #expect(PolicyType(rawValue: "scp") == .serviceControl)
        #expect(PolicyType(rawValue: "rcp") == .resourceControl)
        #expect(PolicyType(rawValue: "trust") == .trust)
        #expect(PolicyType(rawValue: "SCP") == nil)
    }
}
