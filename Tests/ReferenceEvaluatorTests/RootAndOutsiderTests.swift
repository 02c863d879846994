import IdentityDirectory
import PolicyLanguage
import ReferenceEvaluator
import Testing
import Vocabulary

@Suite("F9, F10: root users and callers without an account")
struct RootAndOutsiderTests {
    static let rootAllowed: EvaluationOptions = {
        var options = EvaluationOptions()
        options.rootUser = true
        return options
    }()

    @Test("F9: the root user has no permissions unless the option says so")
    func rootOption() throws {
        var scene = Scene(principal: root, identity: nil)
        #expect(try scene.answer() == "implicitDeny by rootUser")
        #expect(try scene.blockedBy() == ["rootUser"])
        scene.options = Self.rootAllowed
        #expect(try scene.answer() == "allow by rootUser")
        #expect(try scene.blockedBy().isEmpty)
    }

    @Test("F9: SCP, RCP, endpoint policy, explicit deny and strict trust still limit the root user")
    func rootIsLimited() throws {
        let open = Scene(principal: root, identity: nil, options: Self.rootAllowed)
        #expect(try open.with { $0.scps = [[]] }.answer() == "implicitDeny by scp")
        #expect(try open.with { $0.rcps = [[]] }.answer() == "implicitDeny by rcp")
        #expect(try open.with { $0.endpoint = [] }.answer() == "implicitDeny by endpoint")
        #expect(
            try open.with { $0.resourcePolicy = [deny(to: everyone)] }.answer() == "explicitDeny by resource"
        )
        #expect(try open.with { $0.requiresTrust = true }.answer() == "implicitDeny by resource")
    }

    @Test("F9, G1: in another account the root user needs the resource policy, too")
    func rootAbroad() throws {
        var scene = Scene(principal: root, owner: abroad, identity: nil, options: Self.rootAllowed)
        #expect(try scene.answer() == "implicitDeny by resource")
        scene.resourcePolicy = [grant(to: home)]
        #expect(try scene.answer() == "allow by rootUser")
        scene.options.rootUser = false
        #expect(try scene.answer() == "implicitDeny by rootUser")
    }

    @Test("F4, F9: a resource open to everyone is open to the root user")
    func rootAndEveryone() throws {
        #expect(
            try Scene(principal: root, resourcePolicy: [allow(to: everyone)], identity: nil).answer()
                == "allow by resource"
        )
        let named = Scene(principal: root, resourcePolicy: [grant(to: home)], identity: nil)
        #expect(try named.answer() == "implicitDeny by rootUser")
    }

    struct Outsider: Sendable, CustomTestStringConvertible {
        let principal: RequestPrincipal
        let named: String
        let notNamed: String

        var testDescription: String { principal.displayName.description }
    }

    static let outsiders = [
        Outsider(principal: .anonymous, named: everyone, notNamed: #"{"AWS": "111122223333"}"#),
        Outsider(
            principal: service,
            named: #"{"Service": "sns.amazonaws.com"}"#,
            notNamed: #"{"Service": "sqs.amazonaws.com"}"#
        ),
        Outsider(
            principal: provider,
            named: #"{"Federated": "accounts.example.com"}"#,
            notNamed: #"{"Federated": "accounts.example.org"}"#
        ),
        Outsider(
            principal: .canonicalUser(canonicalID),
            named: #"{"CanonicalUser": "\#(canonicalID)"}"#,
            notNamed: #"{"CanonicalUser": "\#(UTF8Text(String(repeating: "0", count: 64)))"}"#
        ),
    ]

    @Test("F10: only the resource's policy grants to callers without an account", arguments: outsiders)
    func outsider(_ outsider: Outsider) throws {
        var scene = Scene(principal: outsider.principal, identity: [allow()], boundary: [], session: [])
        #expect(try scene.answer() == "implicitDeny by resource")
        #expect(try scene.blockedBy() == ["resource"])
        scene.resourcePolicy = [allow(to: outsider.notNamed)]
        #expect(try scene.answer() == "implicitDeny by resource")
        scene.resourcePolicy = [allow(to: outsider.named)]
        #expect(try scene.answer() == "allow by resource")
        #expect(try scene.explain().scope == .resourceOnly)
    }

    @Test("F10: an explicit deny and an RCP stop callers without an account", arguments: outsiders)
    func outsiderIsLimited(_ outsider: Outsider) throws {
        var scene = Scene(
            principal: outsider.principal,
            resourcePolicy: [allow(to: outsider.named)],
            identity: nil
        )
        scene.rcps = [[]]
        #expect(try scene.answer() == "implicitDeny by rcp")
        scene.rcps = [[allow()]]
        scene.resourcePolicy?.append(deny(to: everyone))
        #expect(try scene.answer() == "explicitDeny by resource")
    }

    @Test("F10: everyone in AWS includes anonymous callers and services", arguments: outsiders)
    func everybody(_ outsider: Outsider) throws {
        let scene = Scene(
            principal: outsider.principal,
            resourcePolicy: [allow(to: #"{"AWS": "*"}"#)],
            identity: nil
        )
        #expect(try scene.answer() == "allow by resource")
    }
}
