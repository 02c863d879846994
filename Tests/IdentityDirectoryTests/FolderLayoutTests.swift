import IdentityDirectory
import PolicyLanguage
import Testing
import Vocabulary

@Suite("The folder layout")
struct FolderLayoutTests {
    static let full: [String: String] = [
        "organization.json": """
        {"Id": "o-example", "ManagementAccount": "999999999999",
         "Root": {"Id": "r-abcd", "ServiceControlPolicies": ["FullAWSAccess", "RequireMFA"],
          "ResourceControlPolicies": ["Inside"], "Accounts": [],
          "OrganizationalUnits": [{"Id": "ou-abcd-1", "Name": "Workloads", "ServiceControlPolicies": ["FullAWSAccess"],
                                   "Accounts": ["111122223333"], "OrganizationalUnits": []}]}}
        """,
        "service-control-policies/RequireMFA.json": allowAll,
        "resource-control-policies/Inside.json": """
        {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}}
        """,
        "aws-managed-policies/job-function/Billing.json": allow("billing:*"),
        "accounts/111122223333/account.json": """
        {"Name": "training", "ServiceControlPolicies": ["FullAWSAccess"], "ResourceControlPolicies": ["Inside"]}
        """,
        "accounts/111122223333/policies/limits/edge.json": allow("s3:*"),
        "accounts/111122223333/users/alice/user.json": """
        {"Path": "/team/", "UserId": "AIDAALICE", "Groups": ["developers"],
         "AttachedManagedPolicies": ["arn:aws:iam::aws:policy/job-function/Billing"],
         "PermissionsBoundary": "arn:aws:iam::111122223333:policy/limits/edge", "Tags": {"team": "ml"}}
        """,
        "accounts/111122223333/users/alice/inline/own.json": allow("s3:ListBucket"),
        "accounts/111122223333/users/bob/inline/own.json": allow("s3:ListBucket"),
        "accounts/111122223333/groups/developers/group.json": #"{"Groups": ["staff"]}"#,
        "accounts/111122223333/groups/staff/inline/all.json": allow("iam:GetUser"),
        "accounts/111122223333/roles/trainer/role.json": #"{"Path": "/ml/", "RoleId": "AROATRAINER"}"#,
        "accounts/111122223333/roles/trainer/trust-policy.json": trustAccount,
        "accounts/111122223333/roles/trainer/inline/read.json": allow("s3:GetObject"),
        "accounts/111122223333/resource-policies/data.json": """
        {"ResourceArn": "arn:aws:s3:::data", "Tags": {"class": "internal"}, "RequiresResourcePolicyTrust": true,
         "Policy": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*",
                    "Action": "s3:GetObject", "Resource": "*"}}}
        """,
        "accounts/111122223333/resource-policies/key.json":
            #"{"ResourceArn": "arn:aws:kms:eu-west-1:111122223333:key/k"}"#,
        "accounts/111122223333/vpc-endpoints/vpce-0abc.json": """
        {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}
        """,
    ]

    @Test("Users carry path, id, groups, boundary, tags and policies in the order of their names")
    func users() throws {
        let account = try #require(try directory(Self.full).accounts[account])
        #expect(account.name == "training")
        let alice = try #require(account.users["alice"])
        #expect(alice.arn.text == "arn:aws:iam::111122223333:user/team/alice")
        #expect(alice.uniqueID == "AIDAALICE")
        #expect(names(alice.policies) == ["arn:aws:iam::aws:policy/job-function/Billing", "own"])
        #expect(alice.policies.map(\.carrier) == [nil, alice.arn.text])
        #expect(alice.boundary?.name == "arn:aws:iam::111122223333:policy/limits/edge")
        #expect(alice.groups == ["developers"])
        #expect(alice.tags == ["team": "ml"])
        #expect(account.users["bob"]?.arn.text == "arn:aws:iam::111122223333:user/bob")
        #expect(account.groups["developers"]?.groups == ["staff"])
    }

    @Test("Roles carry their trust policy")
    func roles() throws {
        let account = try #require(try directory(Self.full).accounts[account])
        let role = try #require(account.roles["trainer"])
        #expect(role.arn.text == "arn:aws:iam::111122223333:role/ml/trainer")
        #expect(role.trustPolicy?.carrier == role.arn.text)
        #expect(role.uniqueID == "AROATRAINER")
        #expect(!role.isServiceLinkedRole)
    }

    @Test("F8: a key needs its own policy's word unless told otherwise, another resource only if told so")
    func resources() throws {
        let directory = try directory(Self.full)
        let data = try #require(directory.resources["arn:aws:s3:::data"])
        #expect(
            data.account == account && data.requiresResourcePolicyTrust && data.tags == ["class": "internal"]
        )
        #expect(data.policy?.name == "resource-policy" && data.policy?.carrier == "arn:aws:s3:::data")
        let key = try #require(directory.resources["arn:aws:kms:eu-west-1:111122223333:key/k"])
        #expect(key.requiresResourcePolicyTrust && key.policy == nil)
        #expect(directory.endpoints["vpce-0abc"] != nil)
        #expect(directory.managedPolicies.count == 2)
    }

    @Test(
        "F2, F3: each account has its levels from the root, with the built-in resource control policy at each"
    )
    func organization() throws {
        let organization = try #require(try directory(Self.full).organization)
        #expect(organization.id == "o-example" && organization.usesServiceControlPolicies)
        let levels = try #require(organization.levels[account])
        #expect(levels.map(\.id) == ["r-abcd", "ou-abcd-1", "111122223333"])
        #expect(
            levels.map { names($0.serviceControlPolicies) } == [
                ["FullAWSAccess", "RequireMFA"], ["FullAWSAccess"], ["FullAWSAccess"],
            ]
        )
        #expect(
            levels.map { names($0.resourceControlPolicies) } == [
                ["RCPFullAWSAccess", "Inside"], ["RCPFullAWSAccess"], ["RCPFullAWSAccess", "Inside"],
            ]
        )
    }

    @Test("The management account hangs at the root where the tree leaves it out")
    func managementAccount() throws {
        let organization = try #require(try directory(Self.full).organization)
        #expect(
            organization.levels[AccountID(unchecked: "999999999999")]?.map(\.id) == [
                "r-abcd", "999999999999",
            ]
        )
    }

    @Test("F3: service control policies are off where no level names any, and on where one account does")
    func whenServiceControlIsOn() throws {
        let organization = """
            {"Id": "o-e", "ManagementAccount": "999999999999",
             "Root": {"Id": "r-e", "Accounts": ["111122223333"], "OrganizationalUnits": [{"Id": "ou-e"}]}}
            """
        let off = try directory(["organization.json": organization])
        #expect(off.organization?.usesServiceControlPolicies == false)
        let on = try directory([
            "organization.json": organization,
            "accounts/111122223333/account.json": #"{"ServiceControlPolicies": []}"#,
        ])
        #expect(on.organization?.usesServiceControlPolicies == true)
        #expect(on.organization?.levels[account]?.allSatisfy { $0.serviceControlPolicies.isEmpty } == true)
    }

    @Test("An empty folder in memory is an empty directory")
    func empty() throws {
        #expect(try directory([:]).accounts.isEmpty)
        #expect(Directory().resources.isEmpty)
    }

    @Test("A policy is read in the mode of the reader")
    func mode() throws {
        let files = ["accounts/111122223333/users/a/inline/p.json": allow("s3")]
        #expect(faults(files).map(\.code) == [.actionForm])
        #expect(faults(files, mode: .permissive).isEmpty)
    }

    @Test("Names of other products are accepted only in lenient modes", arguments: ["a*", "bob smith", "é"])
    func names(name: String) throws {
        let files = ["accounts/111122223333/users/\(name)/inline/p.json": allowAll]
        #expect(faults(files).map(\.code) == [.directoryLayout])
        #expect(try directory(files, mode: .lenient).accounts[account]?.users[UTF8Text(name)] != nil)
    }

    private func names(_ policies: [EffectivePolicy]) -> [String] { policies.map(\.name.description) }
}
