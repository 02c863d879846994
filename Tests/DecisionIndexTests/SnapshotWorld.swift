import IdentityDirectory
import PolicyLanguage
import SnapshotCompiler
import Testing
import Vocabulary

@testable import DecisionIndex

/// A directory that has something of everything an image can hold, and requests about it.
enum SnapshotWorld {
    private static let home = "accounts/111122223333"
    private static let files: [String: String] = {
        var files = [
            "organization.json": organization,
            "service-control-policies/Guard.json": policy(
                #"{"Effect": "Deny", "Action": ["iam:*", "s3:Delete*"], "Resource": "*"}"#,
                #"{"Effect": "Allow", "NotAction": "sts:Get?", "Resource": "*"}"#
            ),
            "resource-control-policies/Inside.json": policy(
                #"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": "#
                    + #"{"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-world"}, "Bool": {"app:open": "false"}}}"#
            ),
            "\(home)/users/alice/user.json": #"{"UserId": "AIDAALICE", "Tags": {"Team": "ml", "run": "42"}, "#
                + #""PermissionsBoundary": "arn:aws:iam::111122223333:policy/edge"}"#,
            "\(home)/users/alice/inline/own.json": policy(everyOperator),
            "\(home)/policies/edge.json": policy(
                #"{"Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::secret/*"}"#
            ),
            "\(home)/roles/trainer/role.json":
                #"{"Path": "/jobs/", "RoleId": "AROATRAINER", "Tags": {"team": "ml"}}"#,
            "\(home)/roles/trainer/trust-policy.json": policy(
                #"{"Effect": "Allow", "Principal": {"AWS": ["111122223333", "arn:aws:iam::111122223333:user/alice"], "#
                    + #""Service": "ec2.amazonaws.com", "Federated": "accounts.google.com"}, "Action": "sts:AssumeRole"}"#
            ),
            "\(home)/roles/trainer/inline/all.json": policy(many(70)),
            "\(home)/roles/linked/role.json": #"{"Path": "/aws-service-role/x.amazonaws.com/"}"#,
            "\(home)/roles/linked/trust-policy.json": policy(
                #"{"Effect": "Allow", "Principal": {"Service": "x.amazonaws.com"}, "Action": "sts:AssumeRole"}"#
            ),
            "\(home)/roles/linked/inline/a.json": policy(
                #"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#
            ),
            "\(home)/resource-policies/data.json": resource(
                "arn:aws:s3:::data",
                #"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/open/*"}"#,
                #"{"Effect": "Deny", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:user/alice"}, "#
                    + #""Action": "s3:PutObject", "Resource": "arn:aws:s3:::data/*"}"#
            ),
            "\(home)/resource-policies/logs.json":
                #"{"ResourceArn": "arn:aws:s3:::data/logs", "Tags": {"class": "low"}}"#,
            "\(home)/vpc-endpoints/vpce-0a.json": policy(
                #"{"Effect": "Allow", "Principal": "*", "Action": "s3:Get*", "Resource": "*"}"#
            ),
            "accounts/999999999999/users/olga/inline/a.json": policy(
                #"{"Effect": "Allow", "Action": [], "Resource": "*"}"#,
                #"{"Effect": "Allow", "Action": ["s3:*", "S3:*", "s3:getobject"], "Resource": []}"#
            ),
        ]
        for number in 0..<24 {
            let path = "\(home)/users/user-\(number)/inline/own.json"
            files[path] = policy(
                #"{"Effect": "Allow", "Action": ["s3:GetObject", "app:Run\#(number)"], "#
                    + #""Resource": "arn:aws:s3:::data/\#(number)/${aws:username}/*"}"#
            )
        }
        return files
    }()

    private static let organization = #"""
        {"Id": "o-world", "ManagementAccount": "999999999999", "Root": {"Id": "r-world",
        "ServiceControlPolicies": ["FullAWSAccess"], "OrganizationalUnits": [{"Id": "ou-world-1",
        "ServiceControlPolicies": ["Guard"], "ResourceControlPolicies": ["Inside"],
        "Accounts": ["111122223333"]}]}}
        """#

    private static func policy(_ statements: String...) -> String {
        #"{"Version": "2012-10-17", "Statement": [\#(statements.joined(separator: ", "))]}"#
    }

    private static func resource(_ arn: String, _ statements: String...) -> String {
        #"{"ResourceArn": "\#(arn)", "Policy": \#(policy(statements.joined(separator: ", ")))}"#
    }

    /// One statement for each form of condition; all list `app:Go`.
    private static let everyOperator: String = {
        let conditions = [
            #""StringEquals": {"app:a": ["x", "${aws:username}", "a*"]}"#,
            #""StringNotEquals": {"app:a": "${app:b, 'none'}-${aws:PrincipalTag/team}"}"#,
            #""StringEqualsIgnoreCase": {"app:a": "X", "aws:PrincipalTag/team": "ML"}"#,
            #""StringLike": {"app:a": ["x*", "?${*}", "*${aws:userid}", "*"]}"#,
            #""StringNotLikeIfExists": {"aws:ResourceTag/class": ["h*", "a*b*c"]}"#,
            #""NumericEquals": {"app:n": ["10", "-0.5e3", "0"]}, "NumericLessThanEquals": {"app:n": "1000"}"#,
            #""DateGreaterThan": {"aws:CurrentTime": ["2020-01-01T00:00:00Z", "1000000000.5"]}"#,
            #""Bool": {"aws:MultiFactorAuthPresent": ["true", "${app:flag}"]}, "Null": {"app:n": "false"}"#,
            #""BinaryEquals": {"app:bin": "QmluYXJ5"}"#,
            #""IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "2001:db8::/32", "192.0.2.7"]}"#,
            #""NotIpAddress": {"aws:SourceIp": "0.0.0.0/0"}"#,
            #""ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::*:user/${aws:username}", "*", "${app:b}"]}"#,
            #""ArnNotEquals": {"aws:PrincipalArn": "arn:aws:iam::1:user/b"}"#,
            #""ForAllValues:StringLike": {"app:list": ["a*", "b"]}, "ForAnyValue:NumericGreaterThan": {"app:list": "3"}"#,
        ]
        let resources = [
            #""*""#, #"["arn:aws:s3:::data/${aws:username}/?.txt", "arn:aws:s3:::d*a/*"]"#,
            #""arn:aws:s3:::data""#,
        ]
        return conditions.enumerated().map { index, condition in
            let effect = index % 5 == 4 ? "Deny" : "Allow"
            return #"{"Effect": "\#(effect)", "Action": ["app:Go", "app:Go\#(index)"], "#
                + #""Resource": \#(resources[index % 3]), "Condition": {\#(condition)}}"#
        }.joined(separator: ", ")
    }()

    private static func many(_ count: Int) -> String {
        (0..<count).map { index in
            let effect = index % 9 == 8 ? "Deny" : "Allow"
            return
                #"{"Effect": "\#(effect)", "Action": "app:Run\#(index)*", "Resource": "arn:aws:s3:::data/\#(index)"}"#
        }.joined(separator: ", ")
    }

    // MARK: Images

    static func directory() throws -> Directory { try Directory(files: files.mapValues { Array($0.utf8) }) }

    /// The world as an image.
    static func image(seed: UInt64 = 7, options: EvaluationOptions = EvaluationOptions()) throws
        -> VerifiedImage
    {
        try SnapshotCompiler(options: options, seed: seed).compile(try directory())
    }

    // MARK: Requests

    private static let callers = [
        "arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:user/user-3",
        "arn:aws:iam::111122223333:role/jobs/trainer", "arn:aws:sts::111122223333:assumed-role/trainer/job",
        "arn:aws:iam::999999999999:user/olga", "arn:aws:iam::111122223333:root", "ec2.amazonaws.com",
        "anonymous",
        "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/linked",
    ]
    private static let actions = [
        "app:Go", "app:Run3", "app:Run68now", "s3:GetObject", "s3:PutObject", "s3:DeleteObject",
        "sts:AssumeRole",
        "iam:PassRole",
    ]
    private static let resources = [
        "*", "arn:aws:s3:::data/open/x", "arn:aws:s3:::data/3/user-3/y", "arn:aws:s3:::data/alice/a.txt",
        "arn:aws:iam::111122223333:role/jobs/trainer", "arn:aws:s3:::data/logs/1", "arn:aws:s3:::secret/k",
    ]
    private static let contexts: [[(key: UTF8Text, value: ContextValue)]] = [
        [],
        [
            ("app:a", .single("x")), ("app:n", .single("10")), ("app:flag", .single("true")),
            ("app:b", .single("arn:aws:iam::111122223333:user/alice")), ("app:list", .multi(["a1", "b"])),
            ("aws:SourceIp", .single("10.1.2.3")), ("app:bin", .single("QmluYXJ5")),
            ("aws:SourceVpce", .single("vpce-0a")), ("app:open", .single("false")),
        ],
    ]

    /// Requests of every kind of caller about every kind of thing.
    static func requests() throws -> [CompactRequest] {
        let now = try #require(Instant(seconds: 1_772_366_400))
        var requests: [CompactRequest] = []
        for caller in callers {
            let principal = try #require(RequestPrincipal(UTF8Text(caller)))
            for (action, resource) in actions.flatMap({ action in resources.map { (action, $0) } }) {
                for pairs in contexts {
                    let request = AuthorizationRequest(
                        principal: principal,
                        action: UTF8Text(action),
                        resource: UTF8Text(resource),
                        context: try RequestContext(pairs)
                    )
                    requests.append(try CompactRequest(request, at: now))
                }
            }
        }
        return requests
    }

    /// What an image decides, one after the other with the same working memory.
    static func decide(_ requests: [CompactRequest], _ image: VerifiedImage) -> [Decision] {
        var reader = AuthorizationEngine(image).makeReader()
        return requests.map { reader.authorize($0) }
    }
}
