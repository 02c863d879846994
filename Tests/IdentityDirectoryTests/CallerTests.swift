import IdentityDirectory
import PolicyLanguage
import Testing
import Vocabulary

private let alice = principal("arn:aws:iam::111122223333:user/team/alice")
private let trainer = principal("arn:aws:iam::111122223333:role/ml/trainer")
private let trainerSession = principal("arn:aws:sts::111122223333:assumed-role/trainer/job-42")
private let root = principal("arn:aws:iam::111122223333:root")

@Suite("What is known of a caller")
struct CallerTests {
    let directory: Directory

    init() throws { directory = try IdentityDirectoryTests.directory(guardedWorld) }

    @Test("A user has its own policies and those of its groups, each once, and its boundary")
    func user() throws {
        let effective = try directory.effective(alice)
        #expect(names(effective.identity) == ["own", "of-b", "of-top", "of-a"])
        #expect(names(effective.boundary) == ["arn:aws:iam::111122223333:policy/edge"])
        #expect(effective.principalUniqueID == "AIDAALICE" && effective.session == nil)
    }

    @Test("C1: the role behind a session is found by name, so that its path is known")
    func roleSession() throws {
        let effective = try directory.effective(trainerSession)
        guard case .roleSession(let session, let role) = effective.principal else {
            return #expect(Bool(false), "a role session stays one")
        }
        #expect(session.text == "arn:aws:sts::111122223333:assumed-role/trainer/job-42")
        #expect(role.text == "arn:aws:iam::111122223333:role/ml/trainer")
        #expect(names(effective.identity) == ["own"] && effective.boundary == nil)
    }

    @Test("C1: a role with a session name is a session of that name, without one some session")
    func roleWithName() throws {
        var session = SessionFacts()
        session.name = "job-42"
        #expect(
            try directory.effective(trainer, session: session).principal
                == directory.effective(trainerSession).principal
        )
        #expect(try directory.effective(trainer).principal == trainer)
    }

    @Test("F6: session policies come from the session alone; none passed is another thing than an empty list")
    func sessionPolicies() throws {
        var session = SessionFacts()
        #expect(try directory.effective(trainer, session: session).session == nil)
        session.policies = []
        #expect(try directory.effective(trainer, session: session).session?.isEmpty == true)
    }

    @Test("A federated user has the policies and boundary of the user behind it, or none")
    func federatedUser() throws {
        let session = try #require(ARN("arn:aws:sts::111122223333:federated-user/guest"))
        let user = ARN("arn:aws:iam::111122223333:user/team/alice")
        let known = try directory.effective(.federatedUser(session: session, user: user))
        #expect(known.identity?.count == 4 && known.boundary?.count == 1)
        #expect(
            try directory.effective(.federatedUser(session: session, user: nil)).identity?.isEmpty == true
        )
    }

    @Test(
        "Callers without identity policies",
        arguments: [
            root, .anonymous, .service("sns.amazonaws.com"), .federated(provider: "accounts.google.com"),
            .canonicalUser("79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"),
        ]
    )
    func others(principal: RequestPrincipal?) throws {
        let effective = try directory.effective(principal)
        #expect(effective.identity == nil && effective.boundary == nil)
    }

    @Test(
        "A caller that the directory should know and does not is refused",
        arguments: [
            "arn:aws:iam::111122223333:user/nobody", "arn:aws:iam::111122223333:user/alice",
            "arn:aws:iam::111122223333:user/other/alice", "arn:aws:iam::111122223333:user/TEAM/alice",
            "arn:aws:iam::111122223333:role/trainer", "arn:aws:iam::111122223333:role/nobody",
            "arn:aws:sts::111122223333:assumed-role/nobody/s",
            "arn:aws:sts::111122223333:assumed-role/Trainer/s",
            "arn:aws:iam::444455556666:user/alice", "arn:aws:iam::444455556666:role/trainer",
            "arn:aws:sts::444455556666:assumed-role/trainer/s", "arn:aws:iam::444455556666:root",
            "arn:aws:sts::444455556666:federated-user/x", "arn:aws-cn:iam::111122223333:user/team/alice",
        ]
    )
    func unknown(name: String) throws {
        let expected = RequestError(.unknownPrincipal, in: .principal)
        #expect(throws: expected) { try directory.effective(principal(name)) }
    }

    @Test("A caller whose parts contradict each other is refused")
    func contradictions() throws {
        func arn(_ text: UTF8Text) throws -> ARN { try #require(ARN(text)) }
        let role = try arn("arn:aws:iam::111122223333:role/ml/trainer")
        let malformed = RequestError(.malformedPrincipal, in: .principal)
        let longName = String(repeating: "n", count: Limits.sessionNameBytesMax + 1)
        for text: UTF8Text in [
            "arn:aws:sts::111122223333:assumed-role/other/s",
            "arn:aws:sts::222233334444:assumed-role/trainer/s",
            "arn:aws:iam::111122223333:assumed-role/trainer/s",
            "arn:aws:sts:eu-west-1:111122223333:assumed-role/trainer/s",
            "arn:aws:sts::111122223333:assumed-role/trainer/",
            UTF8Text("arn:aws:sts::111122223333:assumed-role/trainer/" + longName),
        ] {
            let session = try arn(text)
            #expect(throws: malformed) { try directory.effective(.roleSession(session: session, role: role)) }
        }
        let wrongPath = RequestPrincipal.roleSession(
            session: try arn("arn:aws:sts::111122223333:assumed-role/trainer/s"),
            role: try arn("arn:aws:iam::111122223333:role/other/trainer")
        )
        #expect(throws: RequestError(.unknownPrincipal, in: .principal)) {
            try directory.effective(wrongPath)
        }
        let otherAccount = RequestPrincipal.federatedUser(
            session: try arn("arn:aws:sts::222233334444:federated-user/x"),
            user: ARN("arn:aws:iam::111122223333:user/team/alice")
        )
        #expect(throws: malformed) { try directory.effective(otherAccount) }
        let longFederated = RequestPrincipal.federatedUser(
            session: try arn(UTF8Text("arn:aws:sts::111122223333:federated-user/" + longName)),
            user: nil
        )
        #expect(throws: malformed) { try directory.effective(longFederated) }
        #expect(principal("arn:aws:sts::111122223333:root") == nil)
        #expect(principal("arn:aws:iam::111122223333:federated-user/x") == nil)
        var session = SessionFacts()
        session.name = "another"
        #expect(throws: malformed) { try directory.effective(trainerSession, session: session) }
    }

    @Test("A session name cannot forge another ARN", arguments: ["", "a/b", "a:b", "a\u{0}b"])
    func sessionNames(name: String) throws {
        var session = SessionFacts()
        session.name = UTF8Text(name)
        #expect(throws: RequestError(.malformedPrincipal, in: .principal)) {
            try directory.effective(trainer, session: session)
        }
    }

    @Test("A4: malformed requests and session facts are refused")
    func malformed() throws {
        #expect(throws: RequestError(.malformedAction, in: .action)) { try directory.effective(alice, "s3") }
        var session = SessionFacts()
        session.tags = ["Team": "a", "team": "b"]
        let error = #expect(throws: RequestError.self) { try directory.effective(alice, session: session) }
        #expect(error?.reason == .duplicateKey)
        session.tags = ["": "a"]
        #expect(throws: RequestError.self) { try directory.effective(alice, session: session) }
        session.tags = ["a": "\n"]
        #expect(throws: RequestError.self) { try directory.effective(alice, session: session) }
        session.tags = ["a": UTF8Text(Array(repeating: 0x61, count: Limits.requestStringBytesMax + 1))]
        #expect(throws: RequestError.self) { try directory.effective(alice, session: session) }
        session.tags = [:]
        session.sourceIdentity = "\u{7F}"
        #expect(throws: RequestError(.controlCharacter, in: .context, key: "aws:SourceIdentity")) {
            try directory.effective(alice, session: session)
        }
    }
}
