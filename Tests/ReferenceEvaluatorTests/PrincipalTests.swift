import IdentityDirectory
import PolicyLanguage
import ReferenceEvaluator
import Testing
import Vocabulary

/// A principal element, a caller, and how strongly the one names the other.
struct PrincipalCase: Sendable, CustomTestStringConvertible {
    let caller: RequestPrincipal
    let element: String
    let strength: MatchStrength

    init(_ caller: RequestPrincipal, _ element: String, _ strength: MatchStrength) {
        self.caller = caller
        self.element = element
        self.strength = strength
    }

    var testDescription: String { "\(element) names \(caller.displayName): \(strength.name)" }
}

@Suite("C: principals")
struct PrincipalTests {
    /// The strength of a statement that has this element.
    private func strength(
        _ caller: RequestPrincipal,
        _ element: String,
        _ effect: String = "Allow",
        owner: AccountID? = nil,
        options: EvaluationOptions = EvaluationOptions()
    ) throws -> MatchStrength {
        let statement = #"{"Effect": "\#(effect)", \#(element), "Action": "*", "Resource": "*"}"#
        let document = try policy([statement], .resource).document
        let probe = StatementProbe(
            request: AuthorizationRequest(
                principal: caller,
                action: "a:b",
                resource: "*",
                resourceAccount: owner
            ),
            context: RequestContext(),
            options: options
        )
        return probe.principalStrength(document.statements[0])
    }

    static let names = [
        PrincipalCase(alice, #""*""#, .direct),
        PrincipalCase(alice, #"{"AWS": "*"}"#, .direct),
        PrincipalCase(.anonymous, #""*""#, .direct),
        PrincipalCase(alice, #"{"AWS": "\#(aliceName)"}"#, .direct),
        PrincipalCase(alice, #"{"AWS": "111122223333"}"#, .account),
        PrincipalCase(alice, #"{"AWS": "arn:aws:iam::111122223333:root"}"#, .account),
        PrincipalCase(alice, #"{"AWS": "444455556666"}"#, .none),
        PrincipalCase(alice, #"{"AWS": ["444455556666", "111122223333"]}"#, .account),
        PrincipalCase(alice, #"{"AWS": ["111122223333", "\#(aliceName)"]}"#, .direct),
        PrincipalCase(alice, #"{"AWS": "arn:aws:iam::111122223333:user/Alice"}"#, .none),
        PrincipalCase(alice, #"{"AWS": "arn:aws:iam::111122223333:user/team/alice"}"#, .none),
        PrincipalCase(alice, #"{"AWS": "\#(roleName)"}"#, .none),
        PrincipalCase(alice, #"{"AWS": []}"#, .none),
        PrincipalCase(alice, #"{"Service": "sns.amazonaws.com"}"#, .none),
        PrincipalCase(root, #"{"AWS": "111122223333"}"#, .account),
        PrincipalCase(root, #"{"AWS": "\#(aliceName)"}"#, .none),
        PrincipalCase(session, #"{"AWS": "\#(sessionName)"}"#, .direct),
        PrincipalCase(session, #"{"AWS": "\#(roleName)"}"#, .viaEntity),
        PrincipalCase(session, #"{"AWS": ["\#(roleName)", "\#(sessionName)"]}"#, .direct),
        PrincipalCase(session, #"{"AWS": "arn:aws:iam::111122223333:role/trainer"}"#, .none),
        PrincipalCase(session, #"{"AWS": "111122223333"}"#, .account),
        PrincipalCase(role, #"{"AWS": "\#(roleName)"}"#, .viaEntity),
        PrincipalCase(role, #"{"AWS": "\#(sessionName)"}"#, .none),
        PrincipalCase(guest, #"{"AWS": "\#(guestName)"}"#, .direct),
        PrincipalCase(guest, #"{"AWS": "\#(aliceName)"}"#, .viaEntity),
        PrincipalCase(
            .federatedUser(session: arn(guestName), user: nil),
            #"{"AWS": "\#(aliceName)"}"#,
            .none
        ),
        PrincipalCase(service, #"{"Service": "sns.amazonaws.com"}"#, .direct),
        PrincipalCase(service, #"{"Service": "sqs.amazonaws.com"}"#, .none),
        PrincipalCase(service, #"{"AWS": "111122223333"}"#, .none),
        PrincipalCase(provider, #"{"Federated": "accounts.example.com"}"#, .direct),
        PrincipalCase(provider, #"{"Federated": "example.com"}"#, .none),
        PrincipalCase(alice, #"{"Federated": "accounts.example.com"}"#, .none),
        PrincipalCase(.canonicalUser(canonicalID), #"{"CanonicalUser": "\#(canonicalID)"}"#, .direct),
        PrincipalCase(.canonicalUser(canonicalID), #"{"AWS": "111122223333"}"#, .none),
        PrincipalCase(.anonymous, #"{"AWS": "111122223333"}"#, .none),
        PrincipalCase(.anonymous, #"{"AWS": "\#(aliceName)"}"#, .none),
    ]

    @Test("C1–C5: how strongly a principal element names a caller", arguments: names)
    func named(_ row: PrincipalCase) throws {
        #expect(try strength(row.caller, #""Principal": \#(row.element)"#) == row.strength)
    }

    @Test(
        "G3: the ARN of a provider names the domain's callers only in the account that is asked about",
        arguments: [
            ("arn:aws:iam::111122223333:oidc-provider/accounts.example.com", true),
            ("arn:aws-cn:iam::111122223333:oidc-provider/accounts.example.com", true),
            ("arn:aws:iam::444455556666:oidc-provider/accounts.example.com", false),
            ("arn:aws:iam:::oidc-provider/accounts.example.com", false),
            ("arn:aws:s3::111122223333:oidc-provider/accounts.example.com", false),
            ("arn:aws:iam:eu-west-1:111122223333:oidc-provider/accounts.example.com", false),
            ("arn:aws:iam::111122223333:saml-provider/accounts.example.com", false),
            ("arn:aws:iam::111122223333:oidc-provider/x/accounts.example.com", false),
            ("arn:aws:iam::111122223333:oidc-provider/example.com", false),
        ]
    )
    func providers(_ arn: String, _ isNamed: Bool) throws {
        let here = AccountID(unchecked: "111122223333")
        let element = #""Principal": {"Federated": "\#(arn)"}"#
        #expect(try strength(provider, element, owner: here) == (isNamed ? .direct : .none))
        #expect(try strength(provider, element, owner: nil) == .none)
        #expect(try strength(.federated(provider: UTF8Text(arn)), element, owner: nil) == .direct)
    }

    static let exceptions = [
        PrincipalCase(alice, #"{"AWS": "arn:aws:iam::111122223333:user/bob"}"#, .direct),
        PrincipalCase(alice, #"{"AWS": "\#(aliceName)"}"#, .none),
        PrincipalCase(alice, #"{"AWS": "111122223333"}"#, .none),
        PrincipalCase(session, #"{"AWS": "\#(roleName)"}"#, .none),
        PrincipalCase(.anonymous, #"{"AWS": "111122223333"}"#, .direct),
        PrincipalCase(alice, #"{"AWS": []}"#, .none),
    ]

    @Test(
        "C6: an Allow with NotPrincipal applies to callers that no entry names at any level",
        arguments: exceptions
    )
    func allowNotPrincipal(_ row: PrincipalCase) throws {
        #expect(try strength(row.caller, #""NotPrincipal": \#(row.element)"#) == row.strength)
    }

    /// A list of NotPrincipal, and whether a Deny with it applies under each option.
    struct Exemption: Sendable, CustomTestStringConvertible {
        let caller: RequestPrincipal
        let names: [UTF8Text]
        let deniesByWholeChain: Bool
        let deniesByMostSpecific: Bool

        init(_ caller: RequestPrincipal, _ names: [UTF8Text], _ whole: Bool, _ specific: Bool) {
            self.caller = caller
            self.names = names
            deniesByWholeChain = whole
            deniesByMostSpecific = specific
        }

        var testDescription: String { "\(caller.displayName) and \(names)" }
    }

    static let exemptions = [
        Exemption(alice, [aliceName, home], false, false),
        Exemption(alice, [aliceName], true, false),
        Exemption(alice, [home], true, true),
        Exemption(alice, ["arn:aws:iam::111122223333:user/bob", home], true, true),
        Exemption(session, [sessionName, roleName, home], false, false),
        Exemption(session, [sessionName], true, false),
        Exemption(session, [roleName, home], true, true),
        Exemption(session, [sessionName, home], true, false),
        Exemption(role, [roleName, home], false, false),
        Exemption(role, [roleName], true, false),
        Exemption(guest, [guestName, aliceName, home], false, false),
        Exemption(guest, [guestName, home], true, false),
        Exemption(.federatedUser(session: arn(guestName), user: nil), [guestName, home], false, false),
        Exemption(root, [home], false, false),
        Exemption(root, [abroad], true, true),
        Exemption(service, [home], true, true),
        Exemption(.anonymous, [home], true, true),
        Exemption(alice, ["*"], false, false),
        Exemption(.anonymous, ["*"], false, false),
        Exemption(alice, [], true, true),
    ]

    @Test("C6: a Deny with NotPrincipal spares a caller whose whole chain is listed", arguments: exemptions)
    func denyNotPrincipal(_ row: Exemption) throws {
        let names = row.names.map { #""\#($0)""# }.joined(separator: ", ")
        let element = #""NotPrincipal": {"AWS": [\#(names)]}"#
        #expect((try strength(row.caller, element, "Deny") != .none) == row.deniesByWholeChain)
        var options = EvaluationOptions()
        options.notPrincipal = .mostSpecific
        let strength = try strength(row.caller, element, "Deny", options: options)
        #expect((strength != .none) == row.deniesByMostSpecific)
    }

    @Test("C6: a service that a Deny with NotPrincipal lists is spared under both options")
    func notPrincipalService() throws {
        let element = #""NotPrincipal": {"Service": "sns.amazonaws.com"}"#
        #expect(try strength(service, element, "Deny") == .none)
        #expect(try strength(.service("sqs.amazonaws.com"), element, "Deny") == .direct)
    }

    @Test("C7: a unique id names the user or role it was made for, and nobody of the same name")
    func uniqueID() throws {
        let statement = allow(to: #"{"AWS": "AROAEXAMPLETRAINER01"}"#)
        var scene = Scene(principal: session, uniqueID: "AROAEXAMPLETRAINER01", resourcePolicy: [statement])
        #expect(try scene.answer() == "allow by resource")
        #expect(try scene.explain().layers.first { $0.layer == .resource }?.strength == .viaEntity)
        scene.uniqueID = "AROAEXAMPLETRAINER02"
        #expect(try scene.answer() == "implicitDeny by identity")
        scene.uniqueID = nil
        #expect(try scene.answer() == "implicitDeny by identity")
        let user = allow(to: #"{"AWS": "AIDAEXAMPLEALICE0001"}"#)
        let own = Scene(uniqueID: "AIDAEXAMPLEALICE0001", resourcePolicy: [user], boundary: [])
        #expect(try own.answer() == "allow by resource")
        for other in [root, service, .anonymous] {
            let scene = Scene(principal: other, uniqueID: "AIDAEXAMPLEALICE0001", resourcePolicy: [user])
            #expect(try scene.decide().outcome == .implicitDeny)
        }
    }

    @Test("C8: policies of the principal's side and guardrails look at no caller")
    func implicitPrincipal() throws {
        let other = #"{"AWS": "444455556666"}"#
        let scene = Scene(
            scps: [[allow(to: other)]],
            rcps: [[allow(to: other)]],
            identity: [allow(to: other)]
        )
        #expect(try scene.answer() == "allow by identity")
    }

    @Test("B6: a resource-based Allow without Principal grants to nobody")
    func resourceStatementWithoutPrincipal() throws {
        #expect(try Scene(resourcePolicy: [allow()]).answer() == "implicitDeny by identity")
    }

    @Test("C4: strengths are ordered, and each has the word that vectors use")
    func order() {
        let ascending: [MatchStrength] = [.none, .account, .viaEntity, .direct]
        #expect(ascending == ascending.shuffled().sorted())
        #expect(ascending.map(\.name) == ["none", "account", "viaEntity", "direct"])
    }
}
