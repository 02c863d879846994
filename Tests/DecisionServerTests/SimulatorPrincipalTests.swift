import DecisionServer
import Foundation
import Portcullis
import Testing

@Suite("Simulator: principals of the directory")
struct SimulatorPrincipalTests {
    typealias Scene = SimulatorScene

    static let files: [String: String] = [
        "organization.json": """
        {"Id": "o-example", "ManagementAccount": "999999999999", "Root": {"Id": "r-abcd", "ServiceControlPolicies": ["FullAWSAccess", "NoMoney"],
         "Accounts": ["111122223333"]}}
        """,
        "service-control-policies/NoMoney.json": Scene.deny("billing:*"),
        "accounts/111122223333/account.json": #"{"ServiceControlPolicies": ["FullAWSAccess"]}"#,
        "aws-managed-policies/job-function/Viewing.json": Scene.allow("s3:List*"),
        "accounts/111122223333/policies/team/storing.json": Scene.allow("s3:Put*"),
        "accounts/111122223333/policies/ceiling.json": """
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "NotAction": "s3:PutObjectAcl", "Resource": "*"}]}
        """,
        "accounts/111122223333/users/ada/user.json": """
        {"Path": "/", "Groups": ["crew"], "Tags": {"team": "core"}, "PermissionsBoundary": "arn:aws:iam::111122223333:policy/ceiling",
         "AttachedManagedPolicies": ["arn:aws:iam::aws:policy/job-function/Viewing", "arn:aws:iam::111122223333:policy/team/storing"]}
        """,
        "accounts/111122223333/users/ada/inline/own.json": """
        {
          "Version": "2012-10-17",
          "Statement": [
            {"Effect": "Deny", "Action": "none:*", "Resource": "*"},
            {
              "Effect": "Allow",
              "Action": ["s3:GetObject", "billing:*"],
              "Resource": "*"
            }
          ]
        }
        """,
        "accounts/111122223333/users/bob/inline/tagged.json": Scene.allow(
            "a:*",
            if: #"{"StringEquals": {"aws:PrincipalTag/team": "core", "aws:username": "ada"}}"#
        ),
        "accounts/111122223333/groups/crew/inline/shared.json": Scene.allow("ec2:*"),
        "accounts/111122223333/roles/worker/trust-policy.json": """
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "sts:AssumeRole"}}
        """,
        "accounts/111122223333/roles/worker/inline/work.json": Scene.allow("sqs:*"),
    ]

    private func scene() throws -> Scene {
        try Scene(directory: Directory(files: Self.files.mapValues { Array($0.utf8) }))
    }

    @Test(
        "Every policy of a user counts, with its name and kind",
        arguments: [
            ("s3:GetObject", "user_ada_own", "user"), ("ec2:RunInstances", "group_crew_shared", "group"),
            ("s3:ListBucket", "Viewing", "aws-managed"), ("s3:PutObject", "storing", "user-managed"),
        ]
    )
    func sources(_ action: String, _ id: String, _ kind: String) throws {
        let (status, xml) = try scene().principal(Scene.ada, [action])
        #expect(status == 200, "\(xml.text)")
        #expect(xml.decisions == ["allowed"])
        let statements = try #require(xml.results.first?["MatchedStatements"]?.members)
        #expect(statements.map { $0["SourcePolicyId"]?.text } == [id])
        #expect(statements.map { $0["SourcePolicyType"]?.text } == [kind])
    }

    @Test("Positions are those of the policy's own text")
    func positions() throws {
        let statement = try #require(
            try scene().principal(Scene.ada, ["s3:GetObject"]).xml.results.first?["MatchedStatements"]?
                .members.first
        )
        let numbers = ["StartPosition", "EndPosition"].flatMap {
            [statement[$0, "Line"]?.text, statement[$0, "Column"]?.text]
        }
        #expect(numbers == ["5", "5", "9", "6"])
    }

    @Test("Roles and groups have policies, too")
    func otherSources() throws {
        let scene = try scene()
        let role = scene.principal(
            "arn:aws:iam::111122223333:role/worker",
            ["sqs:SendMessage", "ec2:RunInstances"]
        ).xml
        #expect(role.decisions == ["allowed", "implicitDeny"])
        #expect(role.results[0]["MatchedStatements"]?.members.first?["SourcePolicyType"]?.text == "role")
        let group = scene.principal(
            "arn:aws:iam::111122223333:group/crew",
            ["ec2:RunInstances", "sqs:SendMessage"]
        ).xml
        #expect(group.decisions == ["allowed", "implicitDeny"])
    }

    @Test("Boundary and guardrails of the directory are in force")
    func ceilings() throws {
        let xml = try scene().principal(Scene.ada, ["s3:PutObject", "s3:PutObjectAcl", "billing:Pay"]).xml
        #expect(xml.decisions == ["allowed", "implicitDeny", "explicitDeny"])
        #expect(
            xml.results.map { $0["PermissionsBoundaryDecisionDetail", "AllowedByPermissionsBoundary"]?.text }
                == ["true", "false", "true"]
        )
        #expect(
            xml.results.map { $0["OrganizationsDecisionDetail", "AllowedByOrganizations"]?.text } == [
                "true", "true", "false",
            ]
        )
    }

    @Test(
        "Policies can be left out",
        arguments: [
            (
                [("PolicyType", "inline")],
                ["implicitDeny", "implicitDeny", "allowed", "allowed", "implicitDeny", "implicitDeny"]
            ),
            (
                [("PolicyType", "aws-managed")],
                ["allowed", "allowed", "implicitDeny", "allowed", "implicitDeny", "explicitDeny"]
            ),
            (
                [("PolicyType", "user-managed")],
                ["allowed", "allowed", "allowed", "implicitDeny", "implicitDeny", "explicitDeny"]
            ),
            (
                [("PolicyType", "permission-boundary")],
                ["allowed", "allowed", "allowed", "allowed", "allowed", "explicitDeny"]
            ),
            (
                [("PolicyType", "scp")],
                ["allowed", "allowed", "allowed", "allowed", "implicitDeny", "allowed"]
            ),
            (
                [("PolicyType", "rcp")],
                ["allowed", "allowed", "allowed", "allowed", "implicitDeny", "explicitDeny"]
            ),
            (
                [("PolicyArn", "arn:aws:iam::111122223333:policy/team/st?r*")],
                ["allowed", "allowed", "allowed", "implicitDeny", "implicitDeny", "explicitDeny"]
            ),
            (
                [("PolicyArn", "arn:aws:iam::aws:policy/job-function/Viewing")],
                ["allowed", "allowed", "implicitDeny", "allowed", "implicitDeny", "explicitDeny"]
            ),
            (
                inline("own", "user", "a?a"),
                ["implicitDeny", "allowed", "allowed", "allowed", "implicitDeny", "explicitDeny"]
            ),
            (
                inline("shared", "group", "c*"),
                ["allowed", "implicitDeny", "allowed", "allowed", "implicitDeny", "explicitDeny"]
            ),
            (
                inline("shared", "user", "*"),
                ["allowed", "allowed", "allowed", "allowed", "implicitDeny", "explicitDeny"]
            ),
        ]
    )
    func exclusions(_ exclusion: [(String, String)], _ expected: [String]) throws {
        let actions = [
            "s3:GetObject", "ec2:RunInstances", "s3:ListBucket", "s3:PutObject", "s3:PutObjectAcl",
            "billing:Pay",
        ]
        let more = exclusion.map { ("PolicyExclusionList.member.1.\($0.0)", $0.1) }
        let (status, xml) = try scene().principal(Scene.ada, actions, more)
        #expect(status == 200, "\(xml.text)")
        // Without the inline policies nobody allows billing, which the guardrail forbids all the same.
        let decisions =
            exclusion.first?.1 == "inline" ? expected.dropLast() + ["explicitDeny"] : expected[...]
        #expect(xml.decisions == Array(decisions))
    }

    private static func inline(_ name: String, _ kind: String, _ carrier: String) -> [(String, String)] {
        [
            ("InlinePolicyIdentifier.PolicyName", name), ("InlinePolicyIdentifier.AttachmentType", kind),
            ("InlinePolicyIdentifier.AttachmentName", carrier),
        ]
    }

    @Test(
        "Exclusions that mean nothing are refused",
        arguments: [
            [("PolicyType", "all")], [("PolicyArn", "arn:aws:iam::111122223333:user/ada")],
            [("PolicyArn", "arn:aws:iam::*:policy/storing")],
            [("PolicyArn", "arn:aws:iam::111122223333:policy/*st*")],
            [("PolicyType", "inline"), ("PolicyArn", "arn:aws:iam::aws:policy/Viewing")],
            inline("own", "user", "*a*"), inline("own", "person", "a"),
            [("InlinePolicyIdentifier.PolicyName", "own")],
        ]
    )
    func badExclusions(_ exclusion: [(String, String)]) throws {
        let more = exclusion.map { ("PolicyExclusionList.member.1.\($0.0)", $0.1) }
        #expect(try scene().principal(Scene.ada, ["s3:GetObject"], more).status == 400)
    }

    @Test("Further policies and another boundary can be tried")
    func additions() throws {
        let scene = try scene()
        let more = Scene.list("PolicyInputList", [Scene.allow("lambda:*")])
        #expect(
            scene.principal(Scene.ada, ["lambda:InvokeFunction", "s3:GetObject"], more).xml.decisions == [
                "allowed", "allowed",
            ]
        )
        let boundary = Scene.list("PermissionsBoundaryPolicyInputList", [Scene.allow("s3:PutObjectAcl")])
        #expect(
            scene.principal(Scene.ada, ["s3:PutObjectAcl", "s3:GetObject"], boundary).xml.decisions == [
                "allowed", "implicitDeny",
            ]
        )
    }

    @Test("Somebody else can be said to ask with these policies")
    func caller() throws {
        let scene = try scene()
        let bob = "arn:aws:iam::111122223333:user/bob"
        #expect(scene.principal(bob, ["a:Do"]).xml.decisions == ["implicitDeny"])
        let asAda = scene.principal(bob, ["a:Do"], [("CallerArn", Scene.ada)]).xml
        #expect(asAda.decisions == ["allowed"])
        #expect(asAda.results.first?["MissingContextValues"]?.texts == [])
        let asStranger = scene.principal(bob, ["a:Do"], [("CallerArn", "arn:aws:iam::555566667777:user/zoe")])
            .xml
        #expect(asStranger.decisions == ["implicitDeny"])
        #expect(asStranger.results.first?["MissingContextValues"]?.texts == ["aws:PrincipalTag/team"])
    }

    @Test("A stated fact wins over what the directory knows")
    func statedFacts() throws {
        let entries = Scene.context([
            ("aws:PrincipalTag/team", "string", ["core"]), ("aws:username", "string", ["ada"]),
        ])
        #expect(
            try scene().principal("arn:aws:iam::111122223333:user/bob", ["a:Do"], entries).xml.decisions == [
                "allowed"
            ]
        )
    }

    @Test(
        "Who is not there is not found, and what is no identity is refused",
        arguments: [
            ("arn:aws:iam::111122223333:user/nobody", 404, "NoSuchEntity"),
            ("arn:aws:iam::111122223333:group/nobody", 404, "NoSuchEntity"),
            ("arn:aws:iam::111122223333:role/nobody", 404, "NoSuchEntity"),
            ("arn:aws:iam::222233334444:user/ada", 404, "NoSuchEntity"),
            ("arn:aws:iam::111122223333:user/path/ada", 404, "NoSuchEntity"),
            ("arn:aws:sts::111122223333:assumed-role/worker/x", 400, "InvalidInput"),
            ("arn:aws:iam::111122223333:root", 400, "InvalidInput"),
            ("arn:aws:iam::111122223333:user/", 400, "InvalidInput"),
            ("ada", 400, "ValidationError"), ("a string that is no ARN", 400, "InvalidInput"),
        ]
    )
    func unknown(_ arn: String, _ status: Int, _ code: String) throws {
        let answer = try scene().principal(arn, ["s3:GetObject"])
        #expect(answer.status == status)
        #expect(answer.xml.errorCode == code)
    }

    @Test("Without a directory there is no principal to simulate")
    func noDirectory() throws {
        let answer = try Scene().principal(Scene.ada, ["s3:GetObject"])
        #expect(answer.status == 503)
        #expect(answer.xml.errorCode == "ServiceUnavailable")
    }

    @Test("The shipped example answers, guardrails and all")
    func acme() throws {
        let scene = try Scene.withAcme()
        let context = Scene.context([("aws:MultiFactorAuthPresent", "boolean", ["true"])])
        let resource = [("ResourceArns.member.1", "arn:aws:s3:::acme-checkpoints/x")]
        #expect(scene.principal(Scene.ada, ["s3:GetObject"], context + resource).xml.decisions == ["allowed"])
        #expect(
            scene.principal(Scene.ada, ["s3:DeleteObject"], context + resource).xml.decisions == [
                "explicitDeny"
            ]
        )
        #expect(scene.principal(Scene.ada, ["s3:GetObject"], resource).xml.decisions == ["explicitDeny"])
    }
}
