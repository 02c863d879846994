import IdentityDirectory
import PolicyLanguage
import Testing
import Vocabulary

private let alice = principal("arn:aws:iam::111122223333:user/team/alice")
private let trainer = principal("arn:aws:iam::111122223333:role/ml/trainer")
private let trainerSession = principal("arn:aws:sts::111122223333:assumed-role/trainer/job-42")
private let root = principal("arn:aws:iam::111122223333:root")

@Suite("Which guardrails bear on a request")
struct GuardrailTests {
    let directory: Directory

    init() throws { directory = try IdentityDirectoryTests.directory(guardedWorld) }

    @Test("F3: SCPs bear on users, roles, sessions and root of a member account, level by level")
    func serviceControl() throws {
        for caller in [alice, trainer, trainerSession, root] {
            #expect(
                names(try directory.effective(caller).serviceControl) == [
                    "r-e: FullAWSAccess", "ou-e: FullAWSAccess", "111122223333: FullAWSAccess",
                ]
            )
        }
    }

    @Test("F3: a level that lists no SCP has none, which is not the same as no SCPs at all")
    func emptyLevel() throws {
        let member = principal("arn:aws:iam::222233334444:root")
        #expect(
            names(try directory.effective(member).serviceControl) == [
                "r-e: FullAWSAccess", "ou-e: FullAWSAccess", "222233334444: ",
            ]
        )
    }

    @Test(
        "F3: SCPs leave alone the management account, service-linked roles, services and strangers",
        arguments: [
            principal("arn:aws:iam::999999999999:user/olga"), principal("arn:aws:iam::999999999999:root"),
            principal("arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/linked"),
            .service("sns.amazonaws.com"), .anonymous, principal("arn:aws:iam::555566667777:user/eve"),
            .federated(provider: "accounts.google.com"),
        ]
    )
    func noServiceControl(principal: RequestPrincipal?) throws {
        #expect(try directory.effective(principal).serviceControl == nil)
    }

    @Test(
        "F2: RCPs bear on resources of member accounts, whoever asks",
        arguments: [
            alice, .anonymous, principal("arn:aws:iam::999999999999:user/olga"),
            principal("arn:aws:iam::555566667777:user/eve"),
        ]
    )
    func resourceControl(principal: RequestPrincipal?) throws {
        let levels = try directory.effective(principal, on: "arn:aws:s3:::data/x").resourceControl
        #expect(
            names(levels) == [
                "r-e: RCPFullAWSAccess, Inside", "ou-e: RCPFullAWSAccess", "111122223333: RCPFullAWSAccess",
            ]
        )
    }

    @Test(
        "F2: RCPs leave alone the management account's resources and those of strangers",
        arguments: [
            ("arn:aws:s3:::site/x", nil), ("arn:aws:s3:::elsewhere", "555566667777"),
        ] as [(UTF8Text, UTF8Text?)]
    )
    func noResourceControl(resource: UTF8Text, owner: UTF8Text?) throws {
        #expect(try directory.effective(alice, on: resource, owner: owner).resourceControl == nil)
    }

    @Test("F3: RCPs leave service-linked roles alone")
    func noResourceControlForServiceLinkedRoles() throws {
        let role = principal("arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/linked")
        #expect(try directory.effective(role, on: "arn:aws:s3:::data").resourceControl == nil)
    }

    @Test("F2: RCPs bear on services acting for themselves, whose confused deputies they are there to stop")
    func resourceControlForServices() throws {
        let service = RequestPrincipal.service("sns.amazonaws.com")
        #expect(try directory.effective(service, on: "arn:aws:s3:::data").resourceControl?.isEmpty == false)
    }

    @Test("Without an organization there are no guardrails")
    func noOrganization() throws {
        var files = guardedWorld
        files["organization.json"] = nil
        files["accounts/111122223333/account.json"] = nil
        let directory = try IdentityDirectoryTests.directory(files)
        let effective = try directory.effective(alice, on: "arn:aws:s3:::data")
        #expect(effective.serviceControl == nil && effective.resourceControl == nil)
        #expect(effective.value("aws:PrincipalOrgID") == nil && effective.value("aws:ResourceOrgID") == nil)
    }
}
