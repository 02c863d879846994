import IdentityDirectory
import PolicyLanguage
import ReferenceEvaluator
import Testing
import Vocabulary

@Suite("H4: messages for denied callers")
struct MessageTests {
    private static let subject =
        "User: arn:aws:sts::111122223333:assumed-role/trainer/job is not authorized to perform: s3:GetObject "
        + "on resource: arn:aws:s3:::vault/a "

    private static let phrases = [
        "scp": "service control policy", "rcp": "resource control policy", "endpoint": "VPC endpoint policy",
        "resource": "resource-based policy", "identity": "identity-based policy",
        "boundary": "permissions boundary", "session": "session policy",
    ]

    private func message(_ scene: Scene) throws -> String? {
        let message = try scene.explain().denialMessage
        #expect(try scene.decide().denialMessage(for: scene.request) == message)
        return message
    }

    @Test(
        "H4: an explicit deny names its layer, with the article that AWS writes",
        arguments: LayerTests.layers
    )
    func explicitDeny(_ layer: LayerTests.Layer) throws {
        let scene = LayerTests.open.with { layer.append(&$0, deny(to: everyone)) }
        let phrase = try #require(Self.phrases[layer.name])
        let article = layer.name == "identity" ? "an" : "a"
        #expect(try message(scene) == Self.subject + "with an explicit deny in \(article) \(phrase)")
    }

    @Test("H4: an implicit deny names the first layer that does not allow", arguments: LayerTests.layers)
    func implicitDeny(_ layer: LayerTests.Layer) throws {
        let scene = LayerTests.open.with {
            $0.requiresTrust = true
            $0.resourcePolicy = [grant(to: home)]
            layer.empty(&$0)
        }
        let phrase = try #require(Self.phrases[layer.name])
        #expect(try message(scene) == Self.subject + "because no \(phrase) allows the s3:GetObject action")
    }

    @Test("H4: the root user is told of its own default")
    func rootUser() throws {
        let text = try message(Scene(principal: root, identity: nil))
        #expect(
            text
                == "User: arn:aws:iam::111122223333:root is not authorized to perform: s3:GetObject on "
                + "resource: arn:aws:s3:::vault/a because root users have no permissions by default here"
        )
    }

    @Test("H4: a request that cannot be evaluated says why")
    func error() throws {
        var scene = Scene(identity: [allow()])
        scene.action = "s3"
        let message = try scene.decide().denialMessage(for: scene.request)
        #expect(
            message
                == "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: s3 on resource: "
                + "arn:aws:s3:::vault/a because the request could not be evaluated (malformed request: "
                + "action is not of the form service:Name)"
        )
    }

    @Test("H4: who is allowed is told nothing, and no message names a policy")
    func allowedAndDiscreet() throws {
        #expect(try message(Scene(identity: [allow()])) == nil)
        let denied = try message(Scene(identity: [deny(sid: "Secret")]))
        #expect(denied?.contains("Secret") == false && denied?.contains("identity.json") == false)
    }

    @Test(
        "H1: a decision as JSON names layer, policy, statement and Sid, as far as there are any, and the snapshot"
    )
    func json() throws {
        func text(_ scene: Scene) throws -> String { JSONWriter.text(try scene.decide().json()) }
        #expect(
            try text(Scene(identity: [allow("kms:*"), allow(sid: "All")]))
                == #"{"decision":"allow","decidedBy":{"layer":"identity","policy":"identity","statement":1,"sid":"All"},"snapshotVersion":1}"#
        )
        #expect(
            try text(Scene(scps: [[]]))
                == #"{"decision":"implicitDeny","decidedBy":{"layer":"scp"},"snapshotVersion":1}"#
        )
        var malformed = Scene()
        malformed.resource = ""
        #expect(
            try text(malformed)
                == #"{"decision":"error","snapshotVersion":1,"error":"malformed request: resource is empty"}"#
        )
        let later = JSONWriter.text(try Scene(scps: [[]]).decide().json(snapshotVersion: 7))
        #expect(later.contains(#""snapshotVersion":7"#))
    }
}
