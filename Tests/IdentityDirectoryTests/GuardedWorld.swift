private let endpointPolicy = """
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}
    """

/// Two member accounts, the management account, and one account outside the organization.
let guardedWorld: [String: String] = [
    "organization.json": """
    {"Id": "o-e", "ManagementAccount": "999999999999",
     "Root": {"Id": "r-e", "ServiceControlPolicies": ["FullAWSAccess"], "ResourceControlPolicies": ["Inside"],
      "Accounts": ["999999999999"],
      "OrganizationalUnits": [{"Id": "ou-e", "ServiceControlPolicies": ["FullAWSAccess"],
       "Accounts": ["111122223333", "222233334444"]}]}}
    """,
    "resource-control-policies/Inside.json": """
    {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}}
    """,
    "accounts/111122223333/account.json": #"{"ServiceControlPolicies": ["FullAWSAccess"]}"#,
    "accounts/111122223333/policies/edge.json": allowAll,
    "accounts/111122223333/users/alice/user.json": """
    {"Path": "/team/", "UserId": "AIDAALICE", "Groups": ["b", "a"],
     "PermissionsBoundary": "arn:aws:iam::111122223333:policy/edge", "Tags": {"Team": "ml", "level": "1"}}
    """,
    "accounts/111122223333/users/alice/inline/own.json": allowAll,
    "accounts/111122223333/users/bob/inline/own.json": allowAll,
    "accounts/111122223333/groups/a/group.json": #"{"Groups": ["top"]}"#,
    "accounts/111122223333/groups/a/inline/of-a.json": allowAll,
    "accounts/111122223333/groups/b/group.json": #"{"Groups": ["top"]}"#,
    "accounts/111122223333/groups/b/inline/of-b.json": allowAll,
    "accounts/111122223333/groups/top/inline/of-top.json": allowAll,
    "accounts/111122223333/roles/trainer/role.json":
        #"{"Path": "/ml/", "RoleId": "AROATRAINER", "Tags": {"team": "ml"}}"#,
    "accounts/111122223333/roles/trainer/inline/own.json": allowAll,
    "accounts/111122223333/roles/trainer/trust-policy.json": trustAccount,
    "accounts/111122223333/roles/linked/role.json": #"{"Path": "/aws-service-role/x.amazonaws.com/"}"#,
    "accounts/111122223333/roles/linked/trust-policy.json": trustAccount,
    "accounts/111122223333/resource-policies/data.json": """
    {"ResourceArn": "arn:aws:s3:::data", "Tags": {"class": "internal"},
     "Policy": {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}}
    """,
    "accounts/222233334444/resource-policies/deep.json": #"{"ResourceArn": "arn:aws:s3:::data/deep"}"#,
    "accounts/222233334444/resource-policies/key.json":
        #"{"ResourceArn": "arn:aws:kms:eu-west-1:222233334444:key/k"}"#,
    "accounts/111122223333/vpc-endpoints/vpce-1.json": endpointPolicy,
    "accounts/999999999999/users/olga/inline/own.json": allowAll,
    "accounts/999999999999/resource-policies/site.json": #"{"ResourceArn": "arn:aws:s3:::site"}"#,
    "accounts/555566667777/users/eve/inline/own.json": allowAll,
]
