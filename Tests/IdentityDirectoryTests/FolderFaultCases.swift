import Testing

/// Files that must be refused, with the code and place of each fault.
struct FaultCase: Sendable, CustomTestStringConvertible {
    let what: String
    let files: [String: String]
    let expected: [String]

    init(_ what: String, _ files: [String: String], _ expected: String...) {
        self.what = what
        self.files = files
        self.expected = expected
    }

    var testDescription: String { what }
}

private let user = "accounts/111122223333/users/alice/user.json"
private let group = "accounts/111122223333/groups/"
private let role = "accounts/111122223333/roles/r/"
private let resource = "accounts/111122223333/resource-policies/"

private func organization(_ root: String) -> String {
    """
    {"Id": "o-e", "ManagementAccount": "999999999999", "Root":
     \(root)}
    """
}

/// Ways in which a folder can be wrong.
enum FolderFaultCases {
    static let all = layout + members + references + duplicates

    static let layout: [FaultCase] = [
        FaultCase("an unknown file", ["README.md": ""], "directory.layout README.md:1"),
        FaultCase(
            "a misspelt folder",
            ["acounts/111122223333/account.json": "{}"],
            "directory.layout acounts/111122223333/account.json:1"
        ),
        FaultCase(
            "an account of eleven digits",
            ["accounts/11112222333/account.json": "{}"],
            "directory.layout accounts/11112222333/account.json:1"
        ),
        FaultCase(
            "a misspelt file of an account",
            ["accounts/111122223333/acount.json": "{}"],
            "directory.layout accounts/111122223333/acount.json:1"
        ),
        FaultCase(
            "a trust policy of a user",
            ["accounts/111122223333/users/a/trust-policy.json": trustAccount],
            "directory.layout accounts/111122223333/users/a/trust-policy.json:1"
        ),
        FaultCase(
            "an inline policy in a subfolder",
            [role + "inline/x/y.json": allowAll],
            "directory.layout \(role)inline/x/y.json:1"
        ),
        FaultCase(
            "a policy without the ending",
            ["service-control-policies/x": allowAll],
            "directory.layout service-control-policies/x:1"
        ),
        FaultCase(
            "a guardrail in a subfolder",
            ["resource-control-policies/a/b.json": allowAll],
            "directory.layout resource-control-policies/a/b.json:1"
        ),
        FaultCase(
            "an endpoint with another id",
            ["accounts/111122223333/vpc-endpoints/x.json": allowAll],
            "directory.layout accounts/111122223333/vpc-endpoints/x.json:1"
        ),
        FaultCase(
            "an empty folder name",
            ["accounts/111122223333/policies//x.json": allowAll],
            "directory.layout accounts/111122223333/policies//x.json:1"
        ),
        FaultCase(
            "a folder that no ARN may name",
            ["aws-managed-policies/é/x.json": allowAll],
            "directory.layout aws-managed-policies/é/x.json:1"
        ),
        FaultCase(
            "an identity folder without a name",
            ["accounts/111122223333/users/user.json": "{}"],
            "directory.layout accounts/111122223333/users/user.json:1"
        ),
        FaultCase(
            "a built-in policy written again",
            ["service-control-policies/FullAWSAccess.json": allowAll],
            "directory.duplicate service-control-policies/FullAWSAccess.json:1"
        ),
        FaultCase("a path without slashes", [user: #"{"Path": "team"}"#], "directory.layout \(user):1"),
    ]

    static let members: [FaultCase] = [
        FaultCase("a misspelt member", [user: "{\n\"Group\": []}"], "schema.unknown \(user):2"),
        FaultCase(
            "trust in the metadata of a group",
            [group + "g/group.json": #"{"Tags": {}}"#],
            "schema.unknown \(group)g/group.json:1"
        ),
        FaultCase("not an object", [user: "[]"], "schema.type \(user):1"),
        FaultCase("not JSON", [user: "{"], "json.syntax \(user):1"),
        FaultCase("a text of another kind", [user: #"{"Path": 1}"#], "schema.type \(user):1"),
        FaultCase("null for a text", [user: #"{"PermissionsBoundary": null}"#], "schema.type \(user):1"),
        FaultCase("a list of another kind", [user: #"{"Groups": "developers"}"#], "schema.type \(user):1"),
        FaultCase("an element of another kind", [user: #"{"Groups": [1]}"#], "schema.type \(user):1"),
        FaultCase("a control character", [user: #"{"Tags": {"a": "\u0000"}}"#], "schema.type \(user):1"),
        FaultCase("tags as a list", [user: #"{"Tags": []}"#], "schema.type \(user):1"),
        FaultCase("a tag without a name", [user: #"{"Tags": {"": "x"}}"#], "schema.type \(user):1"),
        FaultCase(
            "A2: tags that differ only in case",
            [user: #"{"Tags": {"Team": "a", "team": "b"}}"#],
            "directory.duplicate \(user):1"
        ),
        FaultCase(
            "a boolean of another kind",
            [resource + "r.json": #"{"ResourceArn": "arn:aws:s3:::b", "RequiresResourcePolicyTrust": "no"}"#],
            "schema.type \(resource)r.json:1"
        ),
        FaultCase(
            "a resource without ARN",
            [resource + "r.json": "{}"],
            "schema.missing \(resource)r.json:1"
        ),
        FaultCase(
            "a resource with a wildcard",
            [resource + "r.json": #"{"ResourceArn": "arn:aws:s3:::b*"}"#],
            "directory.layout \(resource)r.json:1"
        ),
        FaultCase(
            "another account's resource",
            [resource + "r.json": #"{"ResourceArn": "arn:aws:sqs:eu-west-1:999999999999:q"}"#],
            "directory.layout \(resource)r.json:1"
        ),
        FaultCase(
            "a second policy of a role",
            [
                resource + "r.json":
                    #"{"ResourceArn": "arn:aws:iam::111122223333:role/r", "Policy": {"Statement": {"Effect": "Deny", "Principal": "*", "Action": "*"}}}"#
            ],
            "directory.layout \(resource)r.json:1"
        ),
        FaultCase(
            "tags of a role apart from the role",
            [
                resource + "r.json":
                    #"{"ResourceArn": "arn:aws:iam::111122223333:role/r", "Tags": {"class": "secret"}}"#
            ],
            "directory.layout \(resource)r.json:1"
        ),
        FaultCase(
            "a policy of a user, which would hold for users below in name",
            [
                resource + "r.json":
                    #"{"ResourceArn": "arn:aws:iam::111122223333:user/team", "Policy": {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}}"#
            ],
            "directory.layout \(resource)r.json:1"
        ),
        FaultCase(
            "a role without trust policy",
            [role + "role.json": "{}"],
            "schema.missing \(role)role.json:1"
        ),
        FaultCase(
            "an organization without members",
            ["organization.json": "{}"],
            "schema.missing organization.json:1",
            "schema.missing organization.json:1",
            "schema.missing organization.json:1"
        ),
        FaultCase(
            "an organization that is a list",
            ["organization.json": "[]"],
            "schema.type organization.json:1"
        ),
        FaultCase(
            "an id that would forge a level",
            ["organization.json": organization(#"{"Id": "r-a/ou-b"}"#)],
            "directory.layout organization.json:2"
        ),
        FaultCase(
            "an account that is a number",
            ["organization.json": organization(#"{"Id": "r-a", "Accounts": [111122223333]}"#)],
            "directory.layout organization.json:2"
        ),
        FaultCase(
            "an account file that is a list",
            ["accounts/111122223333/account.json": "[]"],
            "schema.type accounts/111122223333/account.json:1"
        ),
    ]

    static let references: [FaultCase] = [
        FaultCase(
            "a group nobody described",
            [user: "{\"Groups\":\n[\"nobody\"]}"],
            "directory.reference \(user):2"
        ),
        FaultCase(
            "a managed policy nobody described",
            [user: #"{"AttachedManagedPolicies": ["arn:aws:iam::aws:policy/X"]}"#],
            "directory.reference \(user):1"
        ),
        FaultCase(
            "a policy that is no ARN",
            [user: #"{"AttachedManagedPolicies": ["X"]}"#],
            "directory.reference \(user):1"
        ),
        FaultCase(
            "a boundary nobody described",
            [user: #"{"PermissionsBoundary": "arn:aws:iam::aws:policy/X"}"#],
            "directory.reference \(user):1"
        ),
        FaultCase(
            "another account's policy",
            [
                user: #"{"AttachedManagedPolicies": ["arn:aws:iam::999999999999:policy/X"]}"#,
                "accounts/999999999999/policies/X.json": allowAll,
            ],
            "directory.reference \(user):1"
        ),
        FaultCase(
            "a service control policy nobody described",
            ["organization.json": organization(#"{"Id": "r-a", "ServiceControlPolicies": ["X"]}"#)],
            "directory.reference organization.json:2"
        ),
        FaultCase(
            "a resource control policy nobody described",
            ["organization.json": organization(#"{"Id": "r-a", "ResourceControlPolicies": ["X"]}"#)],
            "directory.reference organization.json:2"
        ),
        FaultCase(
            "the built-in resource control policy listed",
            [
                "organization.json": organization(
                    #"{"Id": "r-a", "ResourceControlPolicies": ["RCPFullAWSAccess"]}"#
                )
            ],
            "directory.reference organization.json:2"
        ),
        FaultCase(
            "guardrails without an organization",
            ["accounts/111122223333/account.json": #"{"ServiceControlPolicies": ["FullAWSAccess"]}"#],
            "directory.reference accounts/111122223333/account.json:1"
        ),
        FaultCase(
            "guardrails of an account outside",
            [
                "organization.json": organization(#"{"Id": "r-a"}"#),
                "accounts/111122223333/account.json": #"{"ResourceControlPolicies": []}"#,
            ],
            "directory.reference accounts/111122223333/account.json:1"
        ),
    ]

    static let duplicates: [FaultCase] = [
        FaultCase(
            "names that differ only in case",
            ["accounts/111122223333/users/Alice/user.json": "{}", user: "{}"],
            "directory.duplicate \(user):1"
        ),
        FaultCase(
            "a managed policy in two folders",
            [
                "accounts/111122223333/policies/a/P.json": allowAll,
                "accounts/111122223333/policies/b/p.json": allowAll,
            ],
            "directory.duplicate accounts/111122223333/policies/b/p.json:1"
        ),
        FaultCase(
            "a resource in two files",
            [
                resource + "a.json": #"{"ResourceArn": "arn:aws:s3:::b"}"#,
                resource + "b.json": #"{"ResourceArn": "arn:aws:s3:::b"}"#,
            ],
            "directory.duplicate \(resource)b.json:1"
        ),
        FaultCase(
            "an endpoint in two accounts",
            [
                "accounts/111122223333/vpc-endpoints/vpce-1.json": endpoint,
                "accounts/999999999999/vpc-endpoints/vpce-1.json": endpoint,
            ],
            "directory.duplicate accounts/999999999999/vpc-endpoints/vpce-1.json:1"
        ),
        FaultCase(
            "an account in two units",
            [
                "organization.json": organization(
                    "{\"Id\": \"r-a\", \"Accounts\": [\"111122223333\"],\n\"OrganizationalUnits\": [{\"Id\": \"ou-a\", \"Accounts\": [\"111122223333\"]}]}"
                )
            ],
            "directory.duplicate organization.json:3"
        ),
        FaultCase(
            "a unit twice",
            [
                "organization.json": organization(
                    #"{"Id": "r-a", "OrganizationalUnits": [{"Id": "ou-a"}, {"Id": "ou-a"}]}"#
                )
            ],
            "directory.duplicate organization.json:2"
        ),
        FaultCase(
            "a reference twice",
            [user: #"{"Groups": ["g", "g"]}"#, group + "g/group.json": "{}"],
            "directory.duplicate \(user):1"
        ),
    ]

    private static let endpoint = """
        {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}
        """
}
