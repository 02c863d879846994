import PolicyLanguage
import Testing
import Vocabulary

@Suite("No fault hides another that does not depend on it")
struct IndependentFaultTests {
    private static func found(
        _ text: String,
        as type: PolicyType = .identity,
        mode: ValidationMode = .strict
    ) -> [String] {
        findings(text, as: type, mode: mode).diagnostics.map {
            "\($0.location) \($0.path) \($0.code.rawValue)"
        }
    }

    @Test("B3, B6, B8: an unreadable Effect leaves the rules of the type in force")
    func unreadableEffect() {
        let text = """
            {"Id": "x", "Statement": [
              {"Effect": "allow", "Principal": "*", "Action": "*", "Sid": "a b"}
            ]}
            """
        #expect(
            Self.found(text) == [
                "1:8 Id policy.type", "2:3 Statement[0] schema.missing",
                "2:14 Statement[0].Effect schema.effect", "2:36 Statement[0].Principal schema.principal",
                "2:63 Statement[0].Sid schema.sid",
            ]
        )
    }

    @Test(
        "B5, D1: an unreadable or missing Action leaves the rules of the type in force",
        arguments: [#""Action": 7"#, #""Action": {"a": "b"}"#, #""Resource": "*""#]
    )
    func unreadableAction(_ member: String) {
        let codes = refusal(policy(#""Effect": "Deny", "NotPrincipal": "*", "Sid": "?", \#(member)"#))
        #expect(codes?.contains(.schemaPrincipal) == true && codes?.contains(.schemaSid) == true)
        #expect(codes?.contains { $0 == .schemaType || $0 == .schemaMissing } == true)
    }

    @Test("B8: a Sid that stands twice is found although the first statement is unreadable")
    func repeatedSid() {
        let text = #"""
            {"Statement": [{"Effect": 1, "Action": "*", "Resource": "*", "Sid": "A"},
             {"Effect": "Deny", "Action": "*", "Resource": "*", "Sid": "A"}]}
            """#
        #expect(
            Self.found(text) == [
                "1:27 Statement[0].Effect schema.type", "2:60 Statement[1].Sid schema.sid",
            ]
        )
    }

    @Test("B5: both elements of a pair are read")
    func pairs() {
        let text = policy(
            #"""
            "Effect": "Deny", "Action": "s3", "NotAction": "iam", "Resource": 1, "NotResource": 2,
            "Principal": {"A": "b"}, "NotPrincipal": {"C": "d"}
            """#
        )
        let codes = refusal(text, as: .resource) ?? []
        #expect(codes.count { $0 == .schemaExclusive } == 3)
        #expect(codes.count { $0 == .actionForm } == 2)
        #expect(codes.count { $0 == .schemaType } == 2)
        #expect(codes.count { $0 == .principalForm } == 2)
    }

    @Test("B4: an unknown Version hides no malformed variable", arguments: ["\"2012-10-18\"", "7"])
    func unknownVersion(_ version: String) {
        let text = #"""
            {"Version": \#(version), "Statement":
             {"Effect": "Deny", "Action": "*", "Resource": "arn:aws:s3:::${", "Sid": "-"}}
            """#
        let codes = refusal(text) ?? []
        #expect(codes.dropFirst() == [.variableForm, .schemaSid])
        #expect(codes.first == .schemaVersion || codes.first == .schemaType)
    }

    @Test("B1, B6: a missing or unreadable Statement hides no other element")
    func missingStatement() {
        #expect(refusal(#"{"Id": "x"}"#) == [.schemaMissing, .policyType])
        #expect(refusal(#"{"Id": 7, "Version": "1", "Statement": "x"}"#)?.count == 3)
        #expect(refusal(#"{"Statement": 7}"#, as: .resourceControl) == [.schemaVersion, .schemaType])
    }

    @Test("B11: the values of an operator that cannot be are read all the same")
    func impossibleOperator() {
        let codes = refusal(conditional(#""NullIfExists": {"a": "maybe", "A": "true"}"#))
        #expect(codes == [.conditionOperator, .conditionBool, .duplicateKey])
    }

    @Test(
        "What stands in place of an unreadable element causes no finding of its own",
        arguments: PolicyType.allCases
    )
    func placeholders(_ type: PolicyType) {
        let principal =
            [.identity, .boundary, .session, .serviceControl].contains(type) ? "" : #""Principal": "*", "#
        let resource = type == .trust ? "" : #""Resource": "*", "#
        #expect(
            refusal(policy(#"\#(principal)\#(resource)"Effect": 1, "Action": 2"#), as: type) == [
                .schemaType, .schemaType,
            ]
        )
        for mode in ValidationMode.allCases {
            let (isAccepted, _) = findings(
                policy(#"\#(principal)\#(resource)"Effect": 1, "Action": 2"#),
                as: type,
                mode: mode
            )
            #expect(!isAccepted)
        }
    }
}

@Suite("A finding is placed where its element begins")
struct PlaceTests {
    private static func places(_ text: String, as type: PolicyType) -> [String] {
        findings(text, as: type).diagnostics.map { "\($0.location) \($0.path)" }
    }

    @Test("Elements that the type forbids or restricts")
    func typeRules() {
        let text = """
            {"Statement": [
             {"Sid": "A",
              "Effect": "Allow",
              "Principal": {"AWS": "111122223333"},
              "NotAction": "s3:*",
              "Resource": "*"}]}
            """
        #expect(
            Self.places(text, as: .resourceControl) == [
                "1:1 ", "3:13 Statement[0].Effect", "4:16 Statement[0].Principal",
                "5:16 Statement[0].NotAction",
            ]
        )
        #expect(
            Self.places(text, as: .trust) == [
                "5:16 Statement[0].NotAction", "6:15 Statement[0].Resource",
            ]
        )
    }

    @Test("Remarks on elements")
    func remarks() {
        let text = """
            {"Statement": {"Effect": "Allow",
             "NotPrincipal": {"AWS": "111122223333"},
             "NotAction": "s3:*",
             "NotResource": "arn:aws:s3:::b"}}
            """
        #expect(
            Self.places(text, as: .resource) == [
                "2:18 Statement.NotPrincipal", "3:15 Statement.NotAction", "4:17 Statement.NotResource",
            ]
        )
    }

    @Test("A policy inside a larger document is placed in that document")
    func embedded() throws {
        let source = SourceText(
            "{\n\"Policy\": {\"Statement\":\n {\"Effect\": \"Deny\", \"Sid\": \"?\", \"Action\": \"*\", \"Resource\": \"*\"}}}"
        )
        let value = try #require(try JSONDocument(reading: source).root["Policy"])
        let error = #expect(throws: InvalidDocument.self) { try PolicyReader().read(value, as: .identity) }
        #expect(error?.diagnostics.map { "\($0.location) \($0.path)" } == ["3:28 Statement.Sid"])
    }
}
