import DecisionIndex
import IdentityDirectory
import PolicyLanguage
import SnapshotCompiler
import Testing
import Vocabulary

/// The policies that a single check may meet: their number is known before the first check.
@Suite("The most policies that a check may meet")
struct CheckBoundTests {
    private static let account = "accounts/111122223333"
    private static let reader = UTF8Text("arn:aws:iam::111122223333:role/reader")

    private func compile(_ files: [String: String]) throws -> VerifiedImage {
        try SnapshotCompiler(seed: 1).compile(Directory(files: files.mapValues { Array($0.utf8) }))
    }

    private func role(policies count: Int) throws -> Directory {
        let policies = (0..<count).map { ("p\($0)", [allow("s3:Action\($0)")]) }
        return try directory(roles: ["reader": Dictionary(uniqueKeysWithValues: policies)])
    }

    private func statements(_ count: Int, principal: String = "") -> String {
        document(
            (0..<count).map {
                #"{"Effect": "Deny", \#(principal)"Action": "s3:A\#($0)", "Resource": "*"}"#
            }
        )
    }

    // MARK: What is counted

    @Test("Every layer counts, in chunks of 64 statements, and the largest of each kind is named")
    func everyLayer() throws {
        let everyone = #""Principal": "*", "#
        let image = try compile([
            "organization.json": """
            {"Id": "o-x", "ManagementAccount": "999999999999", "Root": {"Id": "r-x",
             "ServiceControlPolicies": ["s"], "ResourceControlPolicies": ["r"], "OrganizationalUnits": [
             {"Id": "ou-x", "ServiceControlPolicies": ["s"], "Accounts": ["111122223333"]}]}}
            """,
            "service-control-policies/s.json": statements(65),
            "resource-control-policies/r.json": statements(129, principal: everyone),
            "\(Self.account)/users/ada/inline/p.json": statements(64),
            "\(Self.account)/users/ben/inline/p.json": statements(130),
            "\(Self.account)/users/ben/user.json":
                #"{"PermissionsBoundary": "arn:aws:iam::111122223333:policy/edge"}"#,
            "\(Self.account)/policies/edge.json": statements(1),
            "\(Self.account)/resource-policies/b.json":
                #"{"ResourceArn": "arn:aws:s3:::b", "Policy": \#(statements(66, principal: everyone))}"#,
            "\(Self.account)/vpc-endpoints/vpce-1.json": statements(1, principal: everyone),
        ])
        let bound = image.checkBound
        // Three of identity, one of boundary, two levels with two each.
        #expect(bound.principal?.name == "arn:aws:iam::111122223333:user/ben")
        #expect(bound.principal?.chunks == 3 + 1 + 2 * 2)
        // Two of the resource, three of the guardrail, and AWS's own on each of three levels.
        #expect(bound.resource?.name == "arn:aws:s3:::b" && bound.resource?.chunks == 2 + 3 + 3)
        #expect(bound.endpoint?.name == "vpce-1" && bound.endpoint?.chunks == 1)
        #expect(bound.chunks == 8 + 8 + 1 + CheckBound.sessionChunksMax)
    }

    @Test("The management account and service-linked roles have no guardrails to count")
    func withoutGuardrails() throws {
        let image = try compile([
            "organization.json": """
            {"Id": "o-x", "ManagementAccount": "111122223333", "Root": {"Id": "r-x",
             "ServiceControlPolicies": ["s"], "Accounts": ["222233334444"]}}
            """,
            "service-control-policies/s.json": statements(640),
            "\(Self.account)/users/ada/inline/p.json": statements(704),
            "accounts/222233334444/roles/linked/role.json":
                #"{"Path": "/aws-service-role/x.amazonaws.com/"}"#,
            "accounts/222233334444/roles/linked/trust-policy.json": document([
                #"{"Effect": "Allow", "Principal": {"Service": "x.amazonaws.com"}, "Action": "sts:AssumeRole"}"#
            ]),
            "accounts/222233334444/roles/linked/inline/p.json": statements(128),
        ])
        #expect(image.checkBound.principal?.name == "arn:aws:iam::111122223333:user/ada")
        #expect(image.checkBound.principal?.chunks == 11)
    }

    // MARK: The limit

    @Test("A principal with as many policies as fit is compiled, one more is refused by name")
    func limit() throws {
        // The trust policy of the role, and what is kept for a session, count too.
        let most = CheckBound.chunksMax - CheckBound.sessionChunksMax - 1
        let image = try SnapshotCompiler(seed: 1).compile(role(policies: most))
        #expect(image.checkBound.chunks == CheckBound.chunksMax)
        let error = #expect(throws: CompileError.self) {
            try SnapshotCompiler(seed: 1).compile(role(policies: most + 1))
        }
        let expected =
            "a check may have to look at 2561 chunks of policies: 128 kept for a session, "
            + "2432 on principal \(Self.reader), 1 on resource \(Self.reader); at most 2560 are allowed"
        #expect(error?.description == expected)
    }

    @Test("With as many policies as fit on every layer, a check is decided, not failed")
    func fullCheck() throws {
        let most = CheckBound.chunksMax - CheckBound.sessionChunksMax - 1
        let roles = Dictionary(
            uniqueKeysWithValues: (0..<most).map { ("p\($0)", [allow("s3:Get*", on: "arn:aws:s3:::b\($0)")]) }
        )
        let image = try SnapshotCompiler(seed: 1).compile(directory(roles: ["reader": roles]))
        let statements = (0..<(64 * CheckBound.sessionChunksMax)).map { _ in allow("s3:Get*") }
        var session = SessionFacts()
        session.name = "job"
        session.policies = [
            EffectivePolicy(
                name: "session",
                try PolicyReader().read(SourceText(document(statements)), as: .session)
            )
        ]
        let credential = try CallerCredential(session, options: EvaluationOptions())
        let request = try CompactRequest(
            question("reader", "s3:GetObject", "arn:aws:s3:::b\(most - 1)"),
            credential: credential,
            at: #require(Instant("2026-03-01T12:00:00Z"))
        )
        #expect(Evaluator.decide(request, in: image).outcome == .allow)
    }

    @Test("AWS's own quotas fit: ten groups full of the shortest policies, and guardrails on seven levels")
    func quotas() throws {
        var files: [String: String] = [:]
        // 5,120 characters of inline policies of one statement in a group, and ten managed policies of 130.
        let shortest = (0..<85).map { "p\($0)" }
        for number in 0..<10 {
            let names = shortest.map { (name: $0, text: document([allow("s3:\($0)\(number)")])) }
            for (name, text) in names {
                files["\(Self.account)/groups/g\(number)/inline/\(name).json"] = text
            }
            let managed = (0..<10).map { #""arn:aws:iam::111122223333:policy/m\#(number)-\#($0)""# }
            files["\(Self.account)/groups/g\(number)/group.json"] =
                #"{"AttachedManagedPolicies": [\#(managed.joined(separator: ", "))]}"#
            for index in 0..<10 {
                files["\(Self.account)/policies/m\(number)-\(index).json"] = document(
                    (0..<130).map { allow("ec2:A\(number)x\(index)x\($0)") }
                )
            }
        }
        let groups = (0..<10).map { #""g\#($0)""# }.joined(separator: ", ")
        files["\(Self.account)/users/ada/user.json"] = #"{"Groups": [\#(groups)]}"#
        let guardrails = (0..<5).map { #""c\#($0)""# }.joined(separator: ", ")
        for number in 0..<5 {
            files["service-control-policies/c\(number).json"] = statements(110)
            files["resource-control-policies/c\(number).json"] = statements(
                110,
                principal: #""Principal": "*", "#
            )
        }
        let attached =
            #""ServiceControlPolicies": [\#(guardrails)], "ResourceControlPolicies": [\#(guardrails)]"#
        var unit = #"{"Id": "ou-x-5", \#(attached), "Accounts": ["111122223333"]}"#
        for level in (1..<5).reversed() {
            unit = #"{"Id": "ou-x-\#(level)", \#(attached), "OrganizationalUnits": [\#(unit)]}"#
        }
        files["organization.json"] = """
            {"Id": "o-x", "ManagementAccount": "999999999999", "Root": {"Id": "r-x", \(attached),
             "OrganizationalUnits": [\(unit)]}}
            """
        files["\(Self.account)/account.json"] = "{\(attached)}"
        let bound = try compile(files).checkBound
        #expect(bound.principal?.chunks == 10 * (85 + 10 * 3) + 7 * 5 * 2)
        #expect(bound.chunks < CheckBound.chunksMax)
    }
}
