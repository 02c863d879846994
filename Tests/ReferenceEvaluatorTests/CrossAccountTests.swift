import IdentityDirectory
import PolicyLanguage
import ReferenceEvaluator
import Testing
import Vocabulary

@Suite("G: two accounts")
struct CrossAccountTests {
    static let open = Scene(
        principal: session,
        owner: abroad,
        scps: [[allow()]],
        rcps: [[allow()]],
        resourcePolicy: [grant(to: sessionName)],
        identity: [allow()],
        boundary: [allow()],
        session: [allow()]
    )

    @Test("G1: both sides allow, so the request is allowed, by the identity policy")
    func bothSides() throws {
        #expect(try Self.open.answer() == "allow by identity")
        #expect(try Self.open.explain().scope == .crossAccount)
    }

    static let sides: [(String, @Sendable (inout Scene) -> Void)] = [
        ("scp", { $0.scps = [[]] }), ("rcp", { $0.rcps = [[]] }), ("resource", { $0.resourcePolicy = [] }),
        ("identity", { $0.identity = [] }), ("boundary", { $0.boundary = [] }),
        ("session", { $0.session = [] }),
    ]

    @Test("G1: each layer of either side that is silent stops the request", arguments: sides.indices)
    func silentLayer(_ index: Int) throws {
        let (name, change) = Self.sides[index]
        let scene = Self.open.with(change)
        #expect(try scene.answer() == "implicitDeny by \(name)")
        #expect(try scene.blockedBy() == [name])
    }

    @Test(
        "G1: no name in the resource policy, however exact, replaces the identity policy",
        arguments: [grant(to: sessionName), grant(to: roleName), grant(to: home), allow(to: everyone)]
    )
    func noShortcut(_ resourceStatement: String) throws {
        var scene = Self.open
        scene.resourcePolicy = [resourceStatement]
        #expect(try scene.answer() == "allow by identity")
        #expect(try scene.with { $0.identity = [] }.answer() == "implicitDeny by identity")
        #expect(try scene.with { $0.boundary = [] }.answer() == "implicitDeny by boundary")
        #expect(try scene.with { $0.session = [] }.answer() == "implicitDeny by session")
    }

    @Test("G1: an explicit deny on either side wins")
    func denies() throws {
        #expect(
            try Self.open.with { $0.resourcePolicy?.append(deny(to: everyone)) }.answer()
                == "explicitDeny by resource"
        )
        #expect(try Self.open.with { $0.identity?.append(deny()) }.answer() == "explicitDeny by identity")
    }

    @Test("G2: a resource without a policy cannot be reached from another account")
    func noResourcePolicy() throws {
        var scene = Self.open
        scene.resourcePolicy = nil
        #expect(try scene.answer() == "implicitDeny by resource")
        scene.owner = home
        #expect(try scene.answer() == "allow by identity")
    }

    @Test("G2: a resource that nobody is known to own counts as the caller's own")
    func unknownOwner() throws {
        let scene = Scene(owner: nil, identity: [allow()])
        #expect(try scene.answer() == "allow by identity")
        #expect(try scene.explain().scope == .sameAccount)
    }

    // MARK: Assuming roles

    static let assume = Scene(
        action: "sts:AssumeRole",
        resource: roleName,
        resourcePolicy: [],
        identity: [],
        requiresTrust: true
    )

    private func trust(_ principal: String) -> String {
        #"{"Effect": "Allow", "Principal": \#(principal), "Action": "sts:AssumeRole"}"#
    }

    @Test("G3: in one account a trust policy that names the user is enough")
    func trustNamesUser() throws {
        var scene = Self.assume
        scene.resourcePolicy = [trust(#"{"AWS": "\#(aliceName)"}"#)]
        #expect(try scene.answer() == "allow by resource")
    }

    @Test("G3: a trust policy that names the account needs the identity policy, too")
    func trustNamesAccount() throws {
        var scene = Self.assume
        scene.resourcePolicy = [trust(#"{"AWS": "111122223333"}"#)]
        #expect(try scene.answer() == "implicitDeny by identity")
        scene.identity = [allow("sts:AssumeRole")]
        #expect(try scene.answer() == "allow by identity")
    }

    @Test("G3: an identity policy alone assumes no role")
    func identityAlone() throws {
        var scene = Self.assume
        scene.identity = [allow()]
        #expect(try scene.answer() == "implicitDeny by resource")
    }

    @Test("G3: from another account the trust policy and the identity policy are needed")
    func acrossAccounts() throws {
        var scene = Self.assume
        scene.principal = caller("arn:aws:iam::444455556666:user/bob")
        scene.resourcePolicy = [trust(#"{"AWS": "arn:aws:iam::444455556666:user/bob"}"#)]
        #expect(try scene.answer() == "implicitDeny by identity")
        scene.identity = [allow("sts:*")]
        #expect(try scene.answer() == "allow by identity")
    }

    @Test("G3: for web identities the trust policy decides alone")
    func webIdentity() throws {
        var scene = Self.assume
        scene.principal = provider
        scene.action = "sts:AssumeRoleWithWebIdentity"
        scene.identity = nil
        let condition = #"{"StringEquals": {"accounts.example.com:aud": "app"}}"#
        let trusted = #"{"Federated": "accounts.example.com"}"#
        scene.resourcePolicy = [
            statement("Allow", "sts:AssumeRoleWithWebIdentity", on: nil, trusted, condition)
        ]
        #expect(try scene.answer() == "implicitDeny by resource")
        scene.context["accounts.example.com:aud"] = .single("app")
        #expect(try scene.answer() == "allow by resource")
    }

    @Test("G3: through a directory, a role's trust policy is found for sts actions on it")
    func throughDirectory() throws {
        let trust = #"{"Statement": \#(trust(#"{"AWS": "\#(aliceName)"}"#))}"#
        let directory = try Directory(files: [
            "accounts/111122223333/users/alice/user.json": Array("{}".utf8),
            "accounts/111122223333/roles/trainer/role.json": Array(#"{"Path": "/ml/"}"#.utf8),
            "accounts/111122223333/roles/trainer/trust-policy.json": Array(trust.utf8),
        ])
        let request = AuthorizationRequest(principal: alice, action: "sts:AssumeRole", resource: roleName)
        let now = try #require(Instant("2026-03-01T12:00:00Z"))
        let evaluator = SpecificationEvaluator()
        let decision = evaluator.decide(request, in: directory, at: now)
        #expect(decision.outcome == .allow && decision.layer == .resource)
        #expect(try evaluator.explain(request, in: directory, at: now).decision == decision)
        var other = request
        other.action = "sts:TagSession"
        #expect(evaluator.decide(other, in: directory, at: now).outcome == .implicitDeny)
    }

    @Test("A4: a caller that the directory does not know is an error, which denies; nothing is explained")
    func unknownCaller() throws {
        let request = AuthorizationRequest(principal: alice, action: "s3:GetObject", resource: "*")
        let now = try #require(Instant("2026-03-01T12:00:00Z"))
        let decision = SpecificationEvaluator().decide(request, in: Directory(), at: now)
        let error = RequestError(.unknownPrincipal, in: .principal)
        #expect(decision.outcome == .error && !decision.outcome.isAllowed)
        #expect(decision.error == error && decision.layer == nil && decision.statement == nil)
        #expect(throws: error) { try SpecificationEvaluator().explain(request, in: Directory(), at: now) }
    }

    @Test(
        "A4: a malformed request is an error, which denies, even where everything is allowed",
        arguments: [
            ("s3", "*", RequestError(.malformedAction, in: .action)),
            ("s3:Get*", "*", RequestError(.malformedAction, in: .action)),
            ("s3:GetObject", "", RequestError(.empty, in: .resource)),
            ("s3:GetObject", "arn:aws:s3:::a\u{0}b", RequestError(.controlCharacter, in: .resource)),
        ]
    )
    func malformed(_ action: String, _ resource: String, _ error: RequestError) throws {
        var scene = Scene(identity: [allow()])
        scene.action = UTF8Text(action)
        scene.resource = UTF8Text(resource)
        #expect(try scene.decide().error == error)
        #expect(throws: error) { try scene.explain() }
    }
}
