import DecisionServer
import Foundation
import Testing

@Suite("Simulator: policies passed as text")
struct SimulatorCustomTests {
    typealias Scene = SimulatorScene

    /// The example in AWS's documentation of its command line.
    @Test(
        "AWS's own example is answered as AWS answers it",
        arguments: [("2019-04-25T11:00:00Z", "allowed"), ("2014-04-25T11:00:00Z", "implicitDeny")]
    )
    func documented(_ time: String, _ decision: String) throws {
        let policy =
            #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}"#
        let context = Scene.context([("aws:CurrentTime", "date", [time])])
        let (status, xml) = try Scene().custom([policy], ["dynamodb:CreateBackup"], context)
        #expect(status == 200)
        let result = try #require(xml.results.first)
        #expect(xml.results.count == 1)
        #expect(result["EvalActionName"]?.text == "dynamodb:CreateBackup")
        #expect(result["EvalResourceName"]?.text == "*")
        #expect(result["EvalDecision"]?.text == decision)
        #expect(result["MissingContextValues"]?.texts == [])
        #expect(result["EvalDecisionDetails"] == nil)
        #expect(result["ResourceSpecificResults"] == nil)
        #expect(result["OrganizationsDecisionDetail"] == nil)
        #expect(result["PermissionsBoundaryDecisionDetail"] == nil)
        let statements = try #require(result["MatchedStatements"]?.members)
        guard decision == "allowed" else { return #expect(statements.isEmpty) }
        #expect(statements.map { $0["SourcePolicyId"]?.text } == ["PolicyInputList.1"])
        #expect(statements[0]["SourcePolicyType"]?.text == "none")
        #expect(statements[0]["StartPosition", "Line"]?.text == "1")
        #expect(statements[0]["EndPosition", "Column"]?.text == "167")
        #expect(xml.result?["IsTruncated"]?.text == "false")
        #expect(xml["SimulateCustomPolicyResponse"]?["ResponseMetadata", "RequestId"]?.text.isEmpty == false)
    }

    @Test("Deny beats allow, and is the only statement shown")
    func deny() throws {
        let (_, xml) = try Scene().custom(
            [Scene.allow("s3:*"), Scene.deny("s3:Delete*")],
            ["s3:DeleteObject", "s3:GetObject", "ec2:RunInstances"]
        )
        #expect(xml.decisions == ["explicitDeny", "allowed", "implicitDeny"])
        let shown = xml.results.map {
            $0["MatchedStatements"]?.members.compactMap { $0["SourcePolicyId"]?.text }
        }
        #expect(shown == [["PolicyInputList.2"], ["PolicyInputList.1"], []])
    }

    @Test("One result an action; resources stand below it, and the worst of them above")
    func resources() throws {
        let own = "arn:aws:s3:::own/*"
        let (_, xml) = try Scene().custom(
            [Scene.allow("s3:*", on: own)],
            ["s3:GetObject"],
            Scene.list("ResourceArns", ["arn:aws:s3:::own/a", "arn:aws:s3:::other/a"])
        )
        #expect(xml.decisions == ["implicitDeny"])
        let result = try #require(xml.results.first)
        #expect(result["EvalResourceName"]?.text == "*")
        let parts = try #require(result["ResourceSpecificResults"]?.members)
        #expect(parts.map { $0["EvalResourceName"]?.text } == ["arn:aws:s3:::own/a", "arn:aws:s3:::other/a"])
        #expect(parts.map { $0["EvalResourceDecision"]?.text } == ["allowed", "implicitDeny"])
        #expect(parts.map { $0["MatchedStatements"]?.members.count } == [1, 0])
        #expect(result["EvalDecisionDetails"]?.children.isEmpty == true)
    }

    @Test("A single resource gives the result its name")
    func oneResource() throws {
        let (_, xml) = try Scene().custom(
            [Scene.allow("s3:*")],
            ["s3:GetObject"],
            Scene.list("ResourceArns", ["arn:aws:s3:::b/<&>'\""])
        )
        #expect(xml.results.first?["EvalResourceName"]?.text == "arn:aws:s3:::b/<&>'\"")
        #expect(xml.text.contains("arn:aws:s3:::b/&lt;&amp;&gt;&apos;&quot;"))
    }

    @Test("What policies mention and nobody says is missing, each once, as it is written")
    func missing() throws {
        let policy = Scene.allow(
            "s3:*",
            on: "arn:aws:s3:::${aws:username}/*",
            if: """
                {"StringEquals": {"aws:RequestedRegion": "eu-west-1", "s3:prefix": "${saml:sub}"}, "Bool": {"AWS:requestedregion": "true"}, "StringLike": {"s3:x": "${a:b, 'none'}"}}
                """
        )
        let other = Scene.allow("ec2:*", if: #"{"StringEquals": {"ec2:Region": "x"}}"#)
        let (_, xml) = try Scene().custom(
            [policy, other],
            ["s3:GetObject"],
            Scene.context([("S3:Prefix", "string", ["p"])])
        )
        #expect(
            xml.results.first?["MissingContextValues"]?.texts == [
                "aws:username", "aws:RequestedRegion", "saml:sub", "s3:x",
            ]
        )
    }

    @Test(
        "Each type of context is read as such",
        arguments: [
            ("string", ["x"], "StringEquals", "\"x\""), ("numeric", ["5"], "NumericLessThan", "10"),
            ("boolean", ["true"], "Bool", "true"), ("ip", ["10.0.0.7"], "IpAddress", "\"10.0.0.0/8\""),
            ("binary", ["QQ=="], "BinaryEquals", "\"QQ==\""),
            ("date", ["2026-01-01T00:00:00Z"], "DateLessThan", "\"2027-01-01T00:00:00Z\""),
            ("stringList", ["x", "y"], "ForAnyValue:StringEquals", "\"y\""),
            ("numericList", ["50", "5"], "ForAnyValue:NumericLessThan", "10"),
            ("booleanList", ["false", "true"], "ForAnyValue:Bool", "true"),
            ("ipList", ["::1", "10.0.0.7"], "ForAnyValue:IpAddress", "\"10.0.0.0/8\""),
            ("binaryList", ["QQ=="], "ForAllValues:BinaryEquals", "\"QQ==\""),
            ("dateList", ["1767225600"], "ForAnyValue:DateLessThan", "\"2027-01-01T00:00:00Z\""),
        ]
    )
    func contextTypes(_ type: String, _ values: [String], _ test: String, _ value: String) throws {
        let policy = Scene.allow("a:*", if: "{\"\(test)\": {\"a:Key\": \(value)}}")
        let (status, xml) = try Scene().custom([policy], ["a:Do"], Scene.context([("a:Key", type, values)]))
        #expect(status == 200, "\(xml.text)")
        #expect(xml.decisions == ["allowed"])
    }

    @Test("A boundary and guardrails take part, and are told apart")
    func ceilings() throws {
        let boundary = Scene.list("PermissionsBoundaryPolicyInputList", [Scene.allow("s3:Get*")])
        let level = { (number: Int, policies: [String]) in
            Scene.list(
                "OrderedOrganizationPolicyInputList.member.\(number).ServiceControlPolicyInputList",
                policies
            )
        }
        let levels =
            level(1, [Scene.allow("*")])
            + level(2, [Scene.allow("ec2:*"), Scene.allow("s3:*"), Scene.deny("s3:GetBucket*")])
        let actions = ["s3:GetObject", "s3:PutObject", "s3:GetBucketAcl", "iam:GetUser"]
        let (status, xml) = try Scene().custom([Scene.allow("*")], actions, boundary + levels)
        #expect(status == 200, "\(xml.text)")
        #expect(xml.decisions == ["allowed", "implicitDeny", "explicitDeny", "implicitDeny"])
        #expect(
            xml.results.map { $0["PermissionsBoundaryDecisionDetail", "AllowedByPermissionsBoundary"]?.text }
                == ["true", "false", "true", "false"]
        )
        #expect(
            xml.results.map { $0["OrganizationsDecisionDetail", "AllowedByOrganizations"]?.text } == [
                "true", "true", "false", "false",
            ]
        )
        #expect(xml.results.map { $0["MatchedStatements"]?.members.count } == [1, 0, 0, 0])
    }

    @Test("A level without policies denies everything")
    func emptyLevel() throws {
        let name = "OrderedOrganizationPolicyInputList.member.1.ServiceControlPolicyInputList"
        #expect(
            try Scene().custom([Scene.allow("*")], ["a:Do"], [(name, "")]).xml.decisions == ["implicitDeny"]
        )
        #expect(
            try Scene().custom([Scene.allow("*")], ["a:Do"], [("OrderedOrganizationPolicyInputList", "")]).xml
                .decisions == ["allowed"]
        )
    }

    static let bucketPolicy = """
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/ada"},
         "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}}
        """

    @Test(
        "Inside an account one policy is enough; across accounts both must allow",
        arguments: [
            ("111122223333", "s3:Get*", "allowed", "allowed"),
            ("111122223333", "ec2:*", "allowed", "allowed"),
            ("222233334444", "s3:Get*", "allowed", "allowed"),
            ("222233334444", "ec2:*", "implicitDeny", "allowed"),
        ]
    )
    func resourcePolicy(_ owner: String, _ identity: String, _ decision: String, _ resource: String) throws {
        let (status, xml) = try Scene().custom(
            [Scene.allow(identity)],
            ["s3:GetObject"],
            [
                ("CallerArn", Scene.ada), ("ResourcePolicy", Self.bucketPolicy),
                ("ResourceOwner", "arn:aws:iam::\(owner):root"),
                ("ResourceArns.member.1", "arn:aws:s3:::b/k"),
            ]
        )
        #expect(status == 200, "\(xml.text)")
        #expect(xml.decisions == [decision])
        let details = try #require(xml.results.first?["EvalDecisionDetails"])
        guard owner == "222233334444" else { return #expect(details.children.isEmpty) }
        let entries = details.children.map { [$0["key"]?.text, $0["value"]?.text] }
        #expect(
            entries == [
                ["IAM Policy", identity == "ec2:*" ? "implicitDeny" : "allowed"],
                ["Resource Policy", resource],
            ]
        )
    }

    @Test("Trust policies are resource policies of roles")
    func trustPolicy() throws {
        func decision(_ trusted: String) throws -> [String] {
            let policy = """
                {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "\(trusted)"}, "Action": "sts:AssumeRole"}}
                """
            return try Scene().custom(
                [Scene.allow("sts:AssumeRole")],
                ["sts:AssumeRole"],
                [
                    ("CallerArn", Scene.ada), ("ResourcePolicy", policy),
                    ("ResourceArns.member.1", "arn:aws:iam::111122223333:role/r"),
                ]
            ).xml.decisions
        }
        #expect(try decision(Scene.ada) == ["allowed"])
        #expect(try decision("arn:aws:iam::111122223333:user/eve") == ["implicitDeny"])
    }

    @Test("Without a policy of the resource nothing crosses accounts")
    func crossAccountWithoutResourcePolicy() throws {
        let key = "arn:aws:kms:us-east-1:222233334444:key/x"
        let arguments = [("CallerArn", Scene.ada), ("ResourceArns.member.1", key)]
        #expect(
            try Scene().custom([Scene.allow("*")], ["kms:Decrypt"], arguments).xml.decisions == [
                "implicitDeny"
            ]
        )
        #expect(
            try Scene().custom([Scene.allow("*")], ["kms:Decrypt"], [arguments[1]]).xml.decisions == [
                "allowed"
            ]
        )
    }

    @Test("A launch names a resource of each type")
    func scenarios() throws {
        let types = ["instance", "image", "security-group", "network-interface", "volume"]
        let arns = types.map { "arn:aws:ec2:us-east-1:111122223333:\($0)/x" }
        func status(_ option: String, _ arns: [String]) throws -> Int {
            try Scene().custom(
                [Scene.allow("*")],
                ["ec2:RunInstances"],
                Scene.list("ResourceArns", arns) + [("ResourceHandlingOption", option)]
            ).status
        }
        #expect(try status("EC2-VPC-EBS", arns) == 200)
        #expect(try status("EC2-VPC-InstanceStore", Array(arns.dropLast())) == 200)
        #expect(try status("EC2-VPC-EBS", Array(arns.dropLast())) == 400)
        #expect(try status("EC2-VPC-EBS-Subnet", arns) == 400)
        #expect(try status("EC2-Moon", arns) == 400)
    }
}
