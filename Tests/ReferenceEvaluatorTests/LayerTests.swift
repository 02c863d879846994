import IdentityDirectory
import PolicyLanguage
import ReferenceEvaluator
import Testing
import Vocabulary

@Suite("F: layers of one account")
struct LayerTests {
    /// Every layer is there and allows.
    static let open = Scene(
        principal: session,
        scps: [[allow()], [allow()]],
        rcps: [[allow(to: everyone)], [allow(to: everyone)]],
        endpoint: [allow(to: everyone)],
        resourcePolicy: [grant(to: roleName)],
        identity: [allow()],
        boundary: [allow()],
        session: [allow()]
    )

    /// A layer to change, by the name that decisions use.
    struct Layer: Sendable, CustomTestStringConvertible {
        let name: String
        let append: @Sendable (inout Scene, String) -> Void
        let empty: @Sendable (inout Scene) -> Void

        var testDescription: String { name }
    }

    static let layers = [
        Layer(name: "scp", append: { $0.scps?[1].append($1) }, empty: { $0.scps?[1] = [] }),
        Layer(name: "rcp", append: { $0.rcps?[0].append($1) }, empty: { $0.rcps?[0] = [] }),
        Layer(name: "endpoint", append: { $0.endpoint?.append($1) }, empty: { $0.endpoint = [] }),
        Layer(name: "resource", append: { $0.resourcePolicy?.append($1) }, empty: { $0.resourcePolicy = [] }),
        Layer(name: "identity", append: { $0.identity?.append($1) }, empty: { $0.identity = [] }),
        Layer(name: "boundary", append: { $0.boundary?.append($1) }, empty: { $0.boundary = [] }),
        Layer(name: "session", append: { $0.session?.append($1) }, empty: { $0.session = [] }),
    ]

    @Test("F1: with an Allow in every layer and no Deny the identity policy decides")
    func everythingAllows() throws {
        let decision = try Self.open.decide()
        #expect(decision.outcome == .allow && decision.layer == .identity)
        #expect(decision.statement?.policy == "identity" && decision.statement?.index == 0)
    }

    @Test("F1: one applicable Deny in any layer is an explicit deny, whatever allows", arguments: layers)
    func denyAnywhere(_ layer: Layer) throws {
        let scene = Self.open.with { layer.append(&$0, deny("s3:Get*", to: everyone, sid: "No")) }
        let decision = try scene.decide()
        #expect(decision.outcome == .explicitDeny && decision.layer?.name == layer.name)
        #expect(decision.statement?.index == 1 && decision.statement?.sid == "No")
        #expect(try scene.blockedBy() == [layer.name])
    }

    @Test("F1: a Deny about another action stops nothing", arguments: layers)
    func denyOfSomethingElse(_ layer: Layer) throws {
        let scene = Self.open.with { layer.append(&$0, deny("s3:PutObject", to: everyone)) }
        #expect(try scene.answer() == "allow by identity")
    }

    @Test("F1: a Deny comes before every implicit deny", arguments: layers)
    func denyBeforeImplicitDeny(_ layer: Layer) throws {
        var scene = Scene(
            principal: session,
            scps: [[], []],
            rcps: [[], []],
            endpoint: [],
            resourcePolicy: []
        )
        scene.boundary = []
        scene.session = []
        layer.append(&scene, deny(to: everyone))
        #expect(try scene.answer() == "explicitDeny by \(layer.name)")
    }

    @Test(
        "F2, F3, F6, F11: a ceiling that is there and silent is an implicit deny",
        arguments: ["scp", "rcp", "endpoint", "boundary", "session"]
    )
    func silentCeiling(_ name: String) throws {
        let layer = try #require(Self.layers.first { $0.name == name })
        let scene = Self.open.with { layer.empty(&$0) }
        #expect(try scene.answer() == "implicitDeny by \(name)")
        #expect(try scene.blockedBy() == [name])
    }

    @Test(
        "F5: the resource's grant to the role replaces the identity policy's",
        arguments: ["resource", "identity"]
    )
    func alternatives(_ name: String) throws {
        let layer = try #require(Self.layers.first { $0.name == name })
        let scene = Self.open.with { layer.empty(&$0) }
        #expect(try scene.decide().outcome == .allow)
        #expect(try scene.blockedBy().isEmpty)
    }

    @Test("F7: an explanation lists every layer that would stop the request, not only the first")
    func everyBlockingLayer() throws {
        var scene = Self.open
        for layer in Self.layers { layer.empty(&scene) }
        #expect(try scene.answer() == "implicitDeny by scp")
        #expect(try scene.blockedBy() == ["scp", "rcp", "endpoint", "identity", "boundary", "session"])
    }

    @Test(
        "F2, F3: every level must allow, the first, a middle and the last one",
        arguments: [0, 1, 2]
    )
    func everyLevel(_ level: Int) throws {
        let all = [[allow()], [allow()], [allow()]]
        var scene = Scene(scps: all, rcps: all, identity: [allow()])
        #expect(try scene.answer() == "allow by identity")
        scene.scps?[level] = [allow("s3:PutObject")]
        #expect(try scene.answer() == "implicitDeny by scp")
        scene.scps = all
        scene.rcps?[level] = [allow(on: "arn:aws:s3:::other/*")]
        #expect(try scene.answer() == "implicitDeny by rcp")
    }

    @Test("F3: statements of one level are alternatives")
    func statementsOfALevel() throws {
        let scene = Scene(scps: [[allow("kms:*"), allow("s3:Get*")]], identity: [allow()])
        #expect(try scene.answer() == "allow by identity")
    }

    @Test("F2, F3: a guardrail grants nothing by itself")
    func guardrailsGrantNothing() throws {
        let scene = Scene(
            scps: [[allow()]],
            rcps: [[allow()]],
            endpoint: [allow(to: everyone)],
            boundary: [allow()]
        )
        #expect(try scene.answer() == "implicitDeny by identity")
    }

    @Test("F3: an organization level without any policy denies; no SCPs at all are passed over")
    func emptyLevel() throws {
        var scene = Scene(scps: [[allow()], []], identity: [allow()])
        #expect(try scene.answer() == "implicitDeny by scp")
        scene.scps = nil
        #expect(try scene.answer() == "allow by identity")
    }

    @Test(
        "F4: a direct grant passes no SCP, no RCP and no endpoint policy",
        arguments: ["scp", "rcp", "endpoint"]
    )
    func directGrantAndCeilings(_ name: String) throws {
        let layer = try #require(Self.layers.first { $0.name == name })
        let scene = Self.open.with {
            $0.resourcePolicy = [grant(to: sessionName)]
            layer.empty(&$0)
        }
        #expect(try scene.answer() == "implicitDeny by \(name)")
    }

    @Test("F4: the strongest of several grants counts, wherever it stands")
    func strongestGrant() throws {
        let scene = Scene(
            principal: session,
            resourcePolicy: [
                grant(to: home), grant(to: roleName), grant(to: sessionName), allow(to: everyone),
            ],
            boundary: [],
            session: []
        )
        let decision = try scene.decide()
        #expect(decision.outcome == .allow && decision.statement?.index == 2)
    }

    @Test("F4: an account in the resource policy delegates, so that the identity policy decides")
    func delegation() throws {
        var scene = Scene(resourcePolicy: [grant(to: home)], identity: [allow()])
        #expect(try scene.answer() == "allow by identity")
        scene.identity = []
        #expect(try scene.answer() == "implicitDeny by identity")
    }

    @Test("F5: identity policies are alternatives, and the first that allows is named")
    func severalIdentityPolicies() throws {
        let scene = Scene(identity: [allow("kms:*"), allow("s3:*", sid: "Read"), allow()])
        let decision = try scene.decide()
        #expect(decision.statement?.index == 1 && decision.statement?.sid == "Read")
    }

    @Test("F6: session policies are alternatives; none passed to a role session means no limit")
    func sessionPolicies() throws {
        var scene = Scene(principal: session, identity: [allow()], session: [allow("kms:*"), allow("s3:*")])
        #expect(try scene.answer() == "allow by identity")
        scene.session = nil
        #expect(try scene.answer() == "allow by identity")
    }

    @Test("F6: a federated user needs a session policy and the user's identity policy")
    func federatedUser() throws {
        var scene = Scene(principal: guest, identity: [allow()])
        #expect(try scene.answer() == "implicitDeny by session")
        #expect(try scene.blockedBy() == ["session"])
        scene.session = [allow("s3:*")]
        #expect(try scene.answer() == "allow by identity")
        scene.identity = []
        #expect(try scene.answer() == "implicitDeny by identity")
    }

    @Test(
        "F4, F6: a grant to the user behind a federated session leaves boundary and session policies in force"
    )
    func grantToUserBehindSession() throws {
        var scene = Scene(principal: guest, resourcePolicy: [grant(to: aliceName)], session: [allow()])
        #expect(try scene.answer() == "allow by resource")
        scene.boundary = []
        #expect(try scene.answer() == "implicitDeny by boundary")
        scene.boundary = [allow()]
        scene.session = nil
        #expect(try scene.answer() == "implicitDeny by session")
    }

    @Test("F8: a resource that must trust the caller is closed to identity policies alone")
    func strictTrust() throws {
        var scene = Scene(identity: [allow()], requiresTrust: true)
        #expect(try scene.answer() == "implicitDeny by resource")
        #expect(try scene.blockedBy() == ["resource"])
        scene.resourcePolicy = [grant(to: home)]
        #expect(try scene.answer() == "allow by identity")
        scene.identity = []
        #expect(try scene.answer() == "implicitDeny by identity")
        scene.resourcePolicy = [grant(to: aliceName)]
        #expect(try scene.answer() == "allow by resource")
    }

    @Test("F11: an endpoint policy looks at the caller and grants nothing")
    func endpointPolicy() throws {
        var scene = Scene(endpoint: [grant(to: aliceName)], identity: [allow()])
        #expect(try scene.answer() == "allow by identity")
        scene.endpoint = [grant(to: "arn:aws:iam::111122223333:user/bob")]
        #expect(try scene.answer() == "implicitDeny by endpoint")
        scene.endpoint = [grant(to: home)]
        #expect(try scene.answer() == "allow by identity")
        scene.endpoint = [allow()]
        #expect(try scene.answer() == "allow by identity")
        scene.identity = []
        #expect(try scene.answer() == "implicitDeny by identity")
    }

    @Test("F12: a silent session policy does not stop a grant to the session itself")
    func sessionPolicyAndDirectGrant() throws {
        let scene = Scene(principal: session, resourcePolicy: [grant(to: sessionName)], session: [])
        #expect(try scene.answer() == "allow by resource")
        #expect(try scene.blockedBy().isEmpty)
    }
}
