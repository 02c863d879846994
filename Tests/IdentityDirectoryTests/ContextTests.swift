@testable import IdentityDirectory
import PolicyLanguage
import Testing
import Vocabulary

private let world: [String: String] = [
    "organization.json": """
    {"Id": "o-e", "ManagementAccount": "999999999999",
     "Root": {"Id": "r-e", "OrganizationalUnits": [{"Id": "ou-e", "Accounts": ["111122223333"]}]}}
    """,
    "accounts/111122223333/users/alice/user.json":
        #"{"Path": "/team/", "UserId": "AIDAALICE", "Tags": {"Team": "ml", "level": "1"}}"#,
    "accounts/111122223333/roles/trainer/role.json":
        #"{"Path": "/ml/", "RoleId": "AROATRAINER", "Tags": {"team": "ml", "kept": "yes"}}"#,
    "accounts/111122223333/roles/trainer/trust-policy.json": trustAccount,
    "accounts/111122223333/resource-policies/data.json":
        #"{"ResourceArn": "arn:aws:s3:::data", "Tags": {"class": "internal"}}"#,
    "accounts/555566667777/users/eve/user.json": "{}",
]

private let alice = principal("arn:aws:iam::111122223333:user/team/alice")
private let trainer = principal("arn:aws:sts::111122223333:assumed-role/trainer/job-42")

private func facts(_ change: (inout SessionFacts) -> Void) -> SessionFacts {
    var session = SessionFacts()
    change(&session)
    return session
}

@Suite("The facts that the engine states")
struct ContextTests {
    let directory: Directory

    init() throws { directory = try IdentityDirectoryTests.directory(world) }

    @Test("E27: no engine-owned key comes from the caller", arguments: EngineOwnedKey.allCases)
    func owned(key: EngineOwnedKey) throws {
        let forged: [(key: UTF8Text, value: ContextValue)] = [
            (UTF8Text(key.rawValue.uppercased()), .single("forged"))
        ]
        for caller in [alice, trainer, .anonymous, .service("sns.amazonaws.com")] {
            let effective = try directory.effective(caller, context: forged)
            #expect(effective.value(UTF8Text(key.rawValue))?.values.contains("forged") != true)
        }
    }

    @Test("E27: no principal tag comes from the caller, and other keys stay")
    func ownedTags() throws {
        let effective = try directory.effective(
            alice,
            context: [
                ("AWS:principaltag/admin", .single("true")), ("aws:PrincipalTag/team", .single("x")),
                ("aws:SourceIp", .single("10.0.0.7")), ("app:list", .multi(["a"])),
            ]
        )
        #expect(effective.value("aws:PrincipalTag/admin") == nil)
        #expect(effective.value("aws:PrincipalTag/team") == .single("ml"))
        #expect(effective.value("aws:SourceIp") == .single("10.0.0.7"))
        #expect(effective.value("app:list") == .multi(["a"]))
    }

    @Test("E26: a user's own keys")
    func user() throws {
        let effective = try directory.effective(alice)
        #expect(effective.value("aws:PrincipalArn") == .single("arn:aws:iam::111122223333:user/team/alice"))
        #expect(effective.value("aws:PrincipalAccount") == .single("111122223333"))
        #expect(effective.value("aws:PrincipalType") == .single("User"))
        #expect(effective.value("aws:userid") == .single("AIDAALICE"))
        #expect(effective.value("aws:username") == .single("alice"))
        #expect(effective.value("aws:PrincipalIsAWSService") == .single("false"))
        #expect(effective.value("aws:PrincipalTag/level") == .single("1"))
    }

    @Test("E26: a session's keys name the role, not the session")
    func roleSession() throws {
        let effective = try directory.effective(trainer)
        #expect(effective.value("aws:PrincipalArn") == .single("arn:aws:iam::111122223333:role/ml/trainer"))
        #expect(effective.value("aws:PrincipalType") == .single("AssumedRole"))
        #expect(effective.value("aws:userid") == .single("AROATRAINER:job-42"))
        #expect(effective.value("aws:username") == nil)
        #expect(
            try directory.effective(principal("arn:aws:iam::111122223333:role/ml/trainer")).value(
                "aws:userid"
            ) == nil
        )
    }

    @Test("E26: root, federated users, services, providers and nobody")
    func others() throws {
        let root = try directory.effective(principal("arn:aws:iam::111122223333:root"))
        #expect(root.value("aws:PrincipalArn") == .single("arn:aws:iam::111122223333:root"))
        #expect(root.value("aws:PrincipalType") == .single("Account"))
        #expect(root.value("aws:userid") == .single("111122223333"))
        let federated = try directory.effective(principal("arn:aws:sts::111122223333:federated-user/guest"))
        #expect(
            federated.value("aws:PrincipalArn") == .single("arn:aws:sts::111122223333:federated-user/guest")
        )
        #expect(federated.value("aws:PrincipalType") == .single("FederatedUser"))
        #expect(federated.value("aws:userid") == .single("111122223333:guest"))
        #expect(federated.value("aws:MultiFactorAuthPresent") == .single("false"))
        let service = try directory.effective(.service("sns.amazonaws.com"))
        #expect(service.value("aws:PrincipalType") == .single("AWSService"))
        #expect(service.value("aws:PrincipalIsAWSService") == .single("true"))
        #expect(service.value("aws:PrincipalServiceName") == .single("sns.amazonaws.com"))
        #expect(service.value("aws:PrincipalAccount") == nil && service.value("aws:PrincipalArn") == nil)
        let provider = try directory.effective(.federated(provider: "accounts.google.com"))
        #expect(provider.value("aws:PrincipalIsAWSService") == nil)
        #expect(provider.value("aws:FederatedProvider") == .single("accounts.google.com"))
        let nobody = try directory.effective(.anonymous)
        #expect(nobody.value("aws:PrincipalIsAWSService") == nil)
        #expect(nobody.value("aws:PrincipalAccount") == .single("anonymous"))
        #expect(nobody.value("aws:PrincipalType") == .single("Anonymous"))
        #expect(nobody.value("aws:PrincipalArn") == nil)
    }

    @Test("E26: members of the organization have its id and their path, as a list")
    func organization() throws {
        let member = try directory.effective(alice)
        #expect(member.value("aws:PrincipalOrgID") == .single("o-e"))
        #expect(member.value("aws:PrincipalOrgPaths") == .multi(["o-e/r-e/ou-e/"]))
        let management = try directory.effective(principal("arn:aws:iam::999999999999:root"))
        #expect(management.value("aws:PrincipalOrgPaths") == .multi(["o-e/r-e/"]))
        let stranger = try directory.effective(principal("arn:aws:iam::555566667777:user/eve"))
        #expect(stranger.value("aws:PrincipalOrgID") == nil && stranger.value("aws:PrincipalOrgPaths") == nil)
    }

    @Test("G4: session tags override the identity's of the same key, ignoring case")
    func sessionTags() throws {
        let session = facts { $0.tags = ["TEAM": "vision", "run": "42"] }
        let effective = try directory.effective(trainer, session: session)
        #expect(effective.value("aws:PrincipalTag/team") == .single("vision"))
        #expect(effective.value("aws:PrincipalTag/run") == .single("42"))
        #expect(effective.value("aws:PrincipalTag/kept") == .single("yes"))
    }

    @Test("E26: keys of multi-factor authentication come only with temporary credentials")
    func multiFactor() throws {
        #expect(try directory.effective(alice).value("aws:MultiFactorAuthPresent") == nil)
        #expect(try directory.effective(trainer).value("aws:MultiFactorAuthPresent") == .single("false"))
        let without = try directory.effective(alice, session: facts { $0.multiFactorAuthAgeSeconds = 5 })
        #expect(without.value("aws:MultiFactorAuthPresent") == .single("false"))
        #expect(without.value("aws:MultiFactorAuthAge") == nil)
        let with = try directory.effective(
            alice,
            session: facts {
                $0.isMultiFactorAuthenticated = true
                $0.multiFactorAuthAgeSeconds = 600
            }
        )
        #expect(with.value("aws:MultiFactorAuthPresent") == .single("true"))
        #expect(with.value("aws:MultiFactorAuthAge") == .single("600"))
    }

    @Test("E26: what a session carries")
    func session() throws {
        let session = facts {
            $0.issuedAt = Instant("2026-03-01T11:00:00Z")
            $0.sourceIdentity = "ada"
            $0.federatedProvider = "accounts.google.com"
        }
        let effective = try directory.effective(trainer, session: session)
        #expect(effective.value("aws:TokenIssueTime") == .single("2026-03-01T11:00:00Z"))
        #expect(effective.value("aws:SourceIdentity") == .single("ada"))
        #expect(effective.value("aws:FederatedProvider") == .single("accounts.google.com"))
        let none = try directory.effective(trainer)
        #expect(none.value("aws:TokenIssueTime") == nil && none.value("aws:SourceIdentity") == nil)
        #expect(try directory.effective(.anonymous, session: session).value("aws:SourceIdentity") == nil)
    }

    @Test("E26: the time is always there")
    func time() throws {
        let effective = try directory.effective(.anonymous)
        #expect(effective.value("aws:CurrentTime") == .single("2026-03-01T12:00:00Z"))
        #expect(effective.value("aws:EpochTime") == .single("1772366400"))
    }

    @Test("E26: the resource's account, its place in the organization, and its tags")
    func resource() throws {
        let effective = try directory.effective(
            alice,
            on: "arn:aws:s3:::data/x",
            context: [
                ("aws:ResourceTag/CLASS", .single("public")), ("aws:ResourceTag/other", .single("kept")),
            ]
        )
        #expect(effective.value("aws:ResourceAccount") == .single("111122223333"))
        #expect(effective.value("aws:ResourceOrgID") == .single("o-e"))
        #expect(effective.value("aws:ResourceOrgPaths") == .multi(["o-e/r-e/ou-e/"]))
        #expect(effective.value("aws:ResourceTag/class") == .single("internal"))
        #expect(effective.value("aws:ResourceTag/other") == .single("kept"))
        let stranger = try directory.effective(alice, on: "arn:aws:sqs:eu-west-1:555566667777:q")
        #expect(stranger.value("aws:ResourceAccount") == .single("555566667777"))
        #expect(stranger.value("aws:ResourceOrgID") == nil)
    }

    @Test("Users and roles are resources with tags too")
    func identityTags() throws {
        let role = try directory.effective(
            alice,
            "iam:PassRole",
            on: "arn:aws:iam::111122223333:role/ml/trainer"
        )
        #expect(role.value("aws:ResourceTag/team") == .single("ml"))
        let user = try directory.effective(
            alice,
            "iam:GetUser",
            on: "arn:aws:iam::111122223333:user/team/alice"
        )
        #expect(user.value("aws:ResourceTag/level") == .single("1"))
    }

    @Test(
        "No policy rests on an owner that is only assumed; an action without resource belongs to the caller"
    )
    func assumedOwner() throws {
        #expect(
            try directory.effective(alice, on: "arn:aws:s3:::elsewhere").value("aws:ResourceAccount") == nil
        )
        #expect(
            try directory.effective(alice, on: "*").value("aws:ResourceAccount") == .single("111122223333")
        )
    }
}
