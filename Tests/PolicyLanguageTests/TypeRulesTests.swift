import PolicyLanguage
import Testing
import Vocabulary

/// Table B6, row by row.
@Suite("What each type of policy may hold")
struct TypeRulesTests {
    /// A text of one statement, each element given by whether it is there.
    private static func text(
        principal: String? = nil,
        resource: String? = #""Resource": "*""#,
        effect: String = "Deny",
        action: String = #""Action": "sts:AssumeRole""#,
        id: Bool = false,
        version: String? = "2012-10-17"
    ) -> String {
        let members = ["\"Effect\": \"\(effect)\"", principal, action, resource].compactMap { $0 }.joined(
            separator: ", "
        )
        let text = policy(members, version: version)
        return id ? #"{"Id": "an id", "# + text.dropFirst() : text
    }

    private static let everyone = #""Principal": "*""#
    private static let account = #""Principal": {"AWS": "111122223333"}"#
    private static let allButOne = #""NotPrincipal": {"AWS": "111122223333"}"#

    /// The principal element that a type needs, if any.
    private static func principal(of type: PolicyType) -> String? {
        switch type {
        case .identity, .boundary, .session, .serviceControl: nil
        case .resource, .trust, .endpoint, .resourceControl: everyone
        }
    }

    @Test("B6: a policy that keeps its row is accepted", arguments: PolicyType.allCases)
    func goodPolicies(_ type: PolicyType) throws {
        let resource = type == .trust ? nil : #""Resource": "*""#
        let text = Self.text(principal: Self.principal(of: type), resource: resource)
        #expect(remarks(text, as: type) == [])
        #expect(try PolicyReader().read(SourceText(text), as: type).type == type)
    }

    @Test(
        "B6: identity, boundary, session and service control policies have no principal",
        arguments: [PolicyType.identity, .boundary, .session, .serviceControl]
    )
    func principalForbidden(_ type: PolicyType) {
        for principal in [Self.everyone, Self.account, Self.allButOne] {
            #expect(refusal(Self.text(principal: principal), as: type) == [.schemaPrincipal])
        }
    }

    @Test(
        "B6: resource, trust, resource control and endpoint policies need a principal; a missing one is not everyone",
        arguments: [PolicyType.resource, .trust, .resourceControl, .endpoint]
    )
    func principalRequired(_ type: PolicyType) {
        let resource = type == .trust ? nil : #""Resource": "*""#
        #expect(refusal(Self.text(resource: resource), as: type) == [.schemaMissing])
    }

    @Test(
        "B6: NotPrincipal belongs in resource and endpoint policies",
        arguments: [PolicyType.resource, .endpoint]
    )
    func notPrincipal(_ type: PolicyType) {
        #expect(remarks(Self.text(principal: Self.allButOne), as: type) == [])
    }

    @Test(
        "B6: a trust policy has no NotPrincipal, and a resource control policy has everyone as its principal"
    )
    func principalForms() {
        #expect(refusal(Self.text(principal: Self.allButOne, resource: nil), as: .trust) == [.policyType])
        #expect(refusal(Self.text(principal: Self.allButOne), as: .resourceControl) == [.policyType])
        #expect(refusal(Self.text(principal: Self.account), as: .resourceControl) == [.policyType])
        #expect(remarks(Self.text(principal: #""Principal": {"AWS": "*"}"#), as: .resourceControl) == [])
    }

    @Test(
        "B6: every type but resource and trust needs a resource",
        arguments: [PolicyType.identity, .boundary, .session, .serviceControl, .resourceControl, .endpoint]
    )
    func resourceRequired(_ type: PolicyType) {
        #expect(
            refusal(Self.text(principal: Self.principal(of: type), resource: nil), as: type) == [
                .schemaMissing
            ]
        )
        let negated = Self.text(
            principal: Self.principal(of: type),
            resource: #""NotResource": "arn:aws:s3:::b""#
        )
        #expect(remarks(negated, as: type) == [])
    }

    @Test("B6: a resource policy without a resource means its own resource")
    func resourceOptional() throws {
        let text = Self.text(principal: Self.everyone, resource: nil)
        #expect(try statements(text, as: .resource)[0].resource == nil)
        #expect(remarks(text, as: .resource) == [])
    }

    @Test("B6: a trust policy has no resource", arguments: ["Resource", "NotResource"])
    func trustResource(_ element: String) {
        let (isAccepted, found) = findings(
            Self.text(principal: Self.account, resource: #""\#(element)": "*""#),
            as: .trust
        )
        #expect(!isAccepted)
        #expect(found.map(\.code) == [.policyType] && found.map(\.path) == ["Statement.\(element)"])
    }

    @Test("B6: a trust policy speaks of `sts` actions only", arguments: ["Action", "NotAction"])
    func trustActions(_ element: String) {
        func refused(_ actions: String) -> [String]? {
            let text = Self.text(
                principal: Self.account,
                resource: nil,
                action: #""\#(element)": \#(actions)"#
            )
            let (isAccepted, found) = findings(text, as: .trust)
            return isAccepted ? nil : found.map { "\($0.code.rawValue) \($0.path)" }
        }
        #expect(refused(#"["sts:AssumeRole", "STS:TagSession", "sts:*"]"#) == nil)
        #expect(refused(#""s3:GetObject""#) == ["policy.type Statement.\(element)"])
        #expect(
            refused(#"["*", "sts:AssumeRole", "stsx:Y"]"#)
                == Array(repeating: "policy.type Statement.\(element)", count: 2)
        )
    }

    @Test(
        "B6: identity, boundary and session policies have no Id; other types may",
        arguments: PolicyType.allCases
    )
    func id(_ type: PolicyType) {
        let resource = type == .trust ? nil : #""Resource": "*""#
        let text = Self.text(principal: Self.principal(of: type), resource: resource, id: true)
        switch type {
        case .identity, .boundary, .session: #expect(refusal(text, as: type) == [.policyType])
        case .resource, .trust, .serviceControl, .resourceControl, .endpoint:
            #expect(remarks(text, as: type) == [])
        }
    }

    @Test(
        "B6: a resource control policy needs version 2012-10-17",
        arguments: ["2008-10-17", nil] as [String?]
    )
    func resourceControlVersion(_ version: String?) {
        #expect(
            refusal(Self.text(principal: Self.everyone, version: version), as: .resourceControl) == [
                .schemaVersion
            ]
        )
        #expect(remarks(Self.text(version: version), as: .serviceControl) == [])
    }

    @Test("B6: a resource control policy only denies, and its actions name their service")
    func resourceControlStatements() {
        func codes(_ effect: String, _ action: String) -> [DiagnosticCode]? {
            refusal(Self.text(principal: Self.everyone, effect: effect, action: action), as: .resourceControl)
        }
        #expect(codes("Allow", #""Action": "s3:*""#) == [.policyType])
        #expect(codes("Deny", #""Action": "*""#) == [.policyType])
        #expect(codes("Deny", #""NotAction": "s3:*""#) == [.policyType])
        #expect(codes("Deny", #""Action": ["s3:*", "sqs:Send*"]"#) == nil)
    }

    @Test("B7: a service control policy speaks the full language")
    func serviceControlLanguage() {
        let text = policy(
            #""Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::b", "Condition": {"Bool": {"k": true}}"#
        )
        #expect(remarks(text, as: .serviceControl) == [])
    }

    @Test("B8: a Sid is letters and digits, except where services allow more", arguments: PolicyType.allCases)
    func sids(_ type: PolicyType) {
        func codes(_ sid: String) -> [DiagnosticCode]? {
            let base = Self.text(
                principal: Self.principal(of: type),
                resource: type == .trust ? nil : #""Resource": "*""#
            )
            return refusal(base.replacing(#""Effect""#, with: #""Sid": "\#(sid)", "Effect""#), as: type)
        }
        let isResourceBased = type == .resource || type == .endpoint
        for sid in ["", "Abc123", "0"] { #expect(codes(sid) == nil, "\(sid)") }
        for sid in ["a b", "a-b", "\u{E9}", "a.b", "a_b"] {
            #expect(codes(sid) == (isResourceBased ? nil : [.schemaSid]), "\(sid)")
        }
    }

    @Test(
        "B8: a Sid stands once in a policy; in a resource policy twice is remarked on",
        arguments: PolicyType.allCases
    )
    func repeatedSids(_ type: PolicyType) {
        let principal = Self.principal(of: type).map { $0 + ", " } ?? ""
        let resource = type == .trust ? "" : #", "Resource": "*""#
        func codes(_ sids: [String]) -> (Bool, [DiagnosticCode]) {
            let list = sids.map {
                #"{"Sid": "\#($0)", "Effect": "Deny", \#(principal)"Action": "sts:X"\#(resource)}"#
            }
            let text = #"{"Version": "2012-10-17", "Statement": [\#(list.joined(separator: ", "))]}"#
            let (isAccepted, found) = findings(text, as: type)
            return (isAccepted, found.map(\.code))
        }
        let isResourceBased = type == .resource || type == .endpoint
        #expect(codes(["A", "B", "A"]) == (isResourceBased, [.schemaSid]))
        #expect(codes(["A", "a", "", ""]) == (true, []))
    }
}
