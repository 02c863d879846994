import IdentityDirectory
import PolicyLanguage
import ReferenceEvaluator
import Testing
import Vocabulary

@Suite("H: explanations as text and JSON")
struct RenderingTests {
    /// A training job's read, allowed by its own policy.
    static let allowed: Scene = {
        let when =
            #"{"StringEquals": {"app:team": ["${app:own}", "${app:none}"]}, "Null": {"app:list": "false"}}"#
        var scene = Scene(
            principal: session,
            scps: [[allow()]],
            resourcePolicy: [grant(to: home)],
            identity: [allow("kms:*"), allow("s3:Get*", when: when, sid: "Read")]
        )
        scene.context = [
            "app:team": .single("ml"), "app:own": .single("ml"), "app:list": .multi(["a", "b"]),
        ]
        return scene
    }()

    /// Alice's read from another account, denied by the bucket and blocked by her boundary.
    static let denied = Scene(
        owner: abroad,
        resourcePolicy: [
            grant(to: aliceName),
            deny(
                "s3:*",
                to: everyone,
                when: #"{"BoolIfExists": {"aws:SecureTransport": false}}"#,
                sid: "TLS"
            ),
        ],
        identity: [allow()],
        boundary: [allow(on: "arn:aws:s3:::vault")]
    )

    private func render(_ scene: Scene, _ text: ExplanationText = ExplanationText()) throws -> String {
        text.render(try scene.explain())
    }

    @Test("H: an allowed request as text")
    func allowedText() throws {
        #expect(try render(Self.allowed) == Self.allowedText)
    }

    @Test("H: a denied request as text")
    func deniedText() throws {
        #expect(try render(Self.denied) == Self.deniedText)
    }

    @Test("H: an allowed request as JSON")
    func allowedJSON() throws {
        #expect(JSONWriter.text(try Self.allowed.explain().json(), isPretty: true) + "\n" == Self.allowedJSON)
    }

    @Test("H: a denied request as JSON")
    func deniedJSON() throws {
        #expect(JSONWriter.text(try Self.denied.explain().json(), isPretty: true) + "\n" == Self.deniedJSON)
    }

    @Test("H: statements about other actions are counted, and listed only when asked for")
    func otherStatements() throws {
        let scene = Scene(identity: [allow("kms:*", sid: "Keys"), allow("sqs:*"), allow("s3:*")])
        #expect(try render(scene).contains("    2 statements about other actions\n"))
        #expect(try !render(scene).contains("Keys"))
        let all = try render(scene, ExplanationText(showsAllStatements: true))
        #expect(
            all.contains("    Allow Keys does not apply: action\n") && !all.contains("about other actions")
        )
        let one = try render(Scene(identity: [allow("kms:*")]))
        #expect(one.contains("    1 statement about other actions\n"))
        let explanation = try scene.explain()
        #expect(!JSONWriter.text(explanation.json()).contains("Keys"))
        #expect(JSONWriter.text(explanation.json(includesAllStatements: true)).contains("Keys"))
    }

    @Test("H: each reason why a statement does not apply is named")
    func misses() throws {
        let elsewhere = #"{"AWS": "444455556666"}"#
        let when = #"{"Bool": {"app:flag": true}}"#
        let scene = Scene(resourcePolicy: [
            allow("kms:*", on: "arn:aws:s3:::other", to: elsewhere, sid: "A"),
            allow(to: everyone, when: when, sid: "B"),
        ])
        let text = try render(scene, ExplanationText(showsAllStatements: true))
        #expect(text.contains("    Allow A does not apply: principal, action, resource\n"))
        #expect(text.contains("    Allow B does not apply: condition, names \(aliceName) (direct)\n"))
    }

    @Test("H: the carrier of an inline policy is named")
    func carrier() throws {
        var policies = try Scene().policies
        policies.identity = [try policy([allow()], name: "reads", carrier: "group staff")]
        let explanation = try SpecificationEvaluator().explain(try Scene().request, under: policies)
        let text = ExplanationText().render(explanation)
        #expect(text.contains("      reads of group staff, reads.json:2:1, Statement[0]\n"))
        #expect(JSONWriter.text(explanation.json()).contains(#""carrier":"group staff""#))
    }

    @Test(
        "H: the scope says who must allow",
        arguments: [
            (Scene(), "principal and resource are in the same account"),
            (Scene(owner: abroad), "principal and resource are in different accounts: both sides must allow"),
            (
                Scene(principal: service),
                "the caller belongs to no account: only the resource's policy can allow"
            ),
        ]
    )
    func scopes(_ scene: Scene, _ line: String) throws {
        #expect(try render(scene).contains("  \(line)\n"))
    }

    @Test("H: colours appear only when asked for: green for what allows, red for what denies")
    func colors() throws {
        for scene in [Self.allowed, Self.denied] {
            let plain = try render(scene)
            let colored = try render(scene, ExplanationText(isColored: true))
            #expect(!plain.contains("\u{1B}"))
            let stripped = colored.replacing("\u{1B}[32m", with: "").replacing("\u{1B}[31m", with: "")
                .replacing("\u{1B}[0m", with: "")
            #expect(stripped == plain)
        }
        let allowed = try render(Self.allowed, ExplanationText(isColored: true))
        #expect(allowed.hasPrefix("\u{1B}[32mallow\u{1B}[0m by identity-based policy"))
        let denied = try render(Self.denied, ExplanationText(isColored: true))
        #expect(denied.hasPrefix("\u{1B}[31mexplicitDeny\u{1B}[0m by resource-based policy"))
        #expect(denied.contains("permissions boundary: \u{1B}[31mimplicitDeny\u{1B}[0m"))
    }

    @Test("H: a policy without a file has no file in JSON")
    func withoutFile() throws {
        let document = try PolicyReader().read(
            SourceText(#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#),
            as: .identity
        )
        var policies = try Scene().policies
        policies.identity = [EffectivePolicy(name: "bare", document)]
        let explanation = try SpecificationEvaluator().explain(try Scene().request, under: policies)
        let json = JSONWriter.text(explanation.json())
        #expect(!json.contains(#""file""#) && json.contains(#""line":1,"column":15,"path":"Statement""#))
    }
}
