import PolicyLanguage
import Testing
import Vocabulary

/// A faulty document and the least strict mode that still refuses it; nil where every mode does.
struct ModeCase: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let code: DiagnosticCode
    let acceptedFrom: ValidationMode?
    var type = PolicyType.identity

    init(
        _ name: String,
        _ text: String,
        _ code: DiagnosticCode,
        from mode: ValidationMode?,
        as type: PolicyType = .identity
    ) {
        (self.name, self.text, self.code, acceptedFrom, self.type) = (name, text, code, mode, type)
    }

    var testDescription: String { name }
}

@Suite("What each mode refuses and accepts")
struct ValidationModeTests {
    private static func action(_ action: String) -> String {
        policy(#""Effect": "Deny", "Action": "\#(action)", "Resource": "*""#)
    }

    private static func shortARN(
        _ arn: String,
        as type: PolicyType,
        from mode: ValidationMode
    ) -> ModeCase {
        let hasPrincipal = type == .resource || type == .endpoint || type == .resourceControl
        let members =
            #""Effect": "Deny", "Action": "s3:*", "Resource": "\#(arn)""#
            + (hasPrincipal ? #", "Principal": "*""# : "")
        let name = "the short ARN \(arn) in a policy of type \(type)"
        return ModeCase(name, policy(members), .resourceForm, from: mode, as: type)
    }

    /// B11, D5, B6: forms that AWS accepts or that cannot change a decision.
    static let lenient: [ModeCase] = [
        ModeCase(
            "an unknown operator",
            conditional(#""Foo": {"k": "v"}"#),
            .conditionOperator,
            from: .lenient
        ),
        ModeCase("a short ARN", onResource("\"arn:aws:s3\""), .resourceForm, from: .lenient),
        shortARN("arn:aws:s3", as: .boundary, from: .lenient),
        shortARN("arn:aws:s3", as: .session, from: .lenient),
        shortARN("arn:aws:s3:*", as: .resource, from: .lenient),
        shortARN("arn:aws:s?", as: .endpoint, from: .lenient),
        shortARN("arn:aws:s3:*", as: .serviceControl, from: .lenient),
        ModeCase("a resource that is no ARN", onResource("\"bucket/*\""), .resourceForm, from: .lenient),
        ModeCase("an action without a name", action("s3:"), .actionForm, from: .lenient),
        ModeCase(
            "a condition value that is no ARN",
            conditional(#""ArnLike": {"k": "x"}"#),
            .conditionARN,
            from: .lenient
        ),
        ModeCase(
            "an Id in an identity policy",
            #"{"Id": "x", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}"#,
            .policyType,
            from: .lenient
        ),
        ModeCase(
            "ID for Id",
            #"{"ID": "x", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}"#,
            .schemaUnknown,
            from: .lenient
        ),
        ModeCase(
            "another service's action in a trust policy",
            policy(#""Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "s3:*""#),
            .policyType,
            from: .lenient,
            as: .trust
        ),
    ]

    /// Whatever can be modelled.
    static let permissive: [ModeCase] = [
        ModeCase("no statements", #"{"Statement": []}"#, .schemaMissing, from: .permissive),
        ModeCase("a malformed action", action("s3"), .actionForm, from: .permissive),
        shortARN("arn:aws:s3", as: .resource, from: .permissive),
        shortARN("arn:aws:s3", as: .endpoint, from: .permissive),
        shortARN("arn:aws:s3", as: .serviceControl, from: .permissive),
        shortARN("arn:aws:*:x", as: .serviceControl, from: .permissive),
        shortARN("arn:aws:s3:*", as: .resourceControl, from: .permissive),
        ModeCase("an empty resource", onResource("\"\""), .resourceForm, from: .permissive),
        ModeCase(
            "a value that is no number",
            conditional(#""NumericEquals": {"k": "x"}"#),
            .conditionNumber,
            from: .permissive
        ),
        ModeCase(
            "a value that is no date",
            conditional(#""DateEquals": {"k": "x"}"#),
            .conditionDate,
            from: .permissive
        ),
        ModeCase(
            "milliseconds for seconds",
            conditional(#""DateEquals": {"k": 1577836800000}"#),
            .conditionDate,
            from: .permissive
        ),
        ModeCase(
            "a value that is no boolean",
            conditional(#""Bool": {"k": "x"}"#),
            .conditionBool,
            from: .permissive
        ),
        ModeCase(
            "a value that is no address",
            conditional(#""IpAddress": {"k": "x"}"#),
            .conditionIP,
            from: .permissive
        ),
        ModeCase(
            "a value that is no base64",
            conditional(#""BinaryEquals": {"k": "x"}"#),
            .conditionBinary,
            from: .permissive
        ),
        ModeCase(
            "an empty list that always matches",
            conditional(#""StringNotEquals": {"k": []}"#),
            .conditionEmpty,
            from: .permissive
        ),
        ModeCase(
            "a malformed principal",
            toPrincipal(#"{"AWS": "x"}"#),
            .principalForm,
            from: .permissive,
            as: .resource
        ),
        ModeCase(
            "a principal as text",
            toPrincipal("\"x\""),
            .principalForm,
            from: .permissive,
            as: .resource
        ),
        ModeCase(
            "a principal in an identity policy",
            toPrincipal("\"*\""),
            .schemaPrincipal,
            from: .permissive
        ),
        ModeCase(
            "no principal in a resource policy",
            onResource("\"*\""),
            .schemaMissing,
            from: .permissive,
            as: .resource
        ),
        ModeCase(
            "no resource",
            policy(#""Effect": "Deny", "Action": "*""#),
            .schemaMissing,
            from: .permissive
        ),
        ModeCase(
            "a Sid of other characters",
            policy(#""Sid": "a b", "Effect": "Deny", "Action": "*", "Resource": "*""#),
            .schemaSid,
            from: .permissive
        ),
        ModeCase(
            "a resource in a trust policy",
            toPrincipal(#"{"AWS": "111122223333"}"#).replacing(
                "\"Action\": \"*\"",
                with: "\"Action\": \"sts:X\""
            ),
            .policyType,
            from: .permissive,
            as: .trust
        ),
    ]

    /// What would have to be guessed.
    static let never: [ModeCase] = [
        ModeCase("no JSON", #"{"Statement": [}"#, .jsonSyntax, from: nil),
        ModeCase(
            "a duplicate element",
            policy(#""Effect": "Deny", "Effect": "Deny", "Action": "*", "Resource": "*""#),
            .duplicateKey,
            from: nil
        ),
        ModeCase(
            "an unknown element",
            policy(#""Effect": "Deny", "Action": "*", "Resource": "*", "Foo": 1"#),
            .schemaUnknown,
            from: nil
        ),
        ModeCase("no effect", policy(#""Action": "*", "Resource": "*""#), .schemaMissing, from: nil),
        ModeCase(
            "another effect",
            policy(#""Effect": "allow", "Action": "*", "Resource": "*""#),
            .schemaEffect,
            from: nil
        ),
        ModeCase("another version", onResource("\"*\"", version: "2012"), .schemaVersion, from: nil),
        ModeCase(
            "both of a pair",
            policy(#""Effect": "Deny", "Action": "*", "NotAction": "*", "Resource": "*""#),
            .schemaExclusive,
            from: nil
        ),
        ModeCase("a broken variable", onResource("\"arn:aws:s3:::${\""), .variableForm, from: nil),
        ModeCase("a null value", conditional(#""StringEquals": {"k": null}"#), .schemaType, from: nil),
    ]

    @Test(
        "A mode lets a fault through as a warning, or refuses the document because of it",
        arguments: lenient + permissive + never
    )
    func modes(_ test: ModeCase) {
        for mode in ValidationMode.allCases {
            let (isAccepted, found) = findings(test.text, as: test.type, mode: mode)
            let isTolerated =
                switch test.acceptedFrom {
                case .lenient: mode != .strict
                case .permissive: mode == .permissive
                case .strict, nil: false
                }
            #expect(isAccepted == isTolerated, "\(mode)")
            let severities = found.filter { $0.code == test.code }.map(\.severity)
            #expect(severities == [isTolerated ? .warning : .error], "\(mode)")
        }
    }

    @Test(
        "B11: in lenient mode an unknown operator makes an Allow false and is dropped from a Deny, so that both fail closed"
    )
    func unknownOperator() throws {
        let block = #""Foo": {"k": "v"}, "Bool": {"j": "true"}"#
        let allow = try statements(conditional(block), mode: .lenient)[0].conditions
        #expect(allow.map(\.name) == ["Foo", "j"])
        #expect(
            allow[0].operands.isEmpty && !allow[0].operator.comparison.isNegated
                && !allow[0].operator.ifExists
        )
        #expect(allow[0].operator.qualifier == nil)
        let deny = try statements(conditional(block, effect: "Deny"), mode: .lenient)[0].conditions
        #expect(deny.map(\.name) == ["j"])
    }

    @Test(
        "D5: in lenient mode a short ARN is filled with `*`, and is still shown as written",
        arguments: [
            ("arn:aws:s3", "arn:aws:s3:eu:1:b", "arn:aws:sqs:eu:1:b"),
            ("arn:aws:s3:*", "arn:aws:s3:eu:1:b/c", "arn:aws:sqs:::b"),
            ("arn:aws:s3:eu:1", "arn:aws:s3:eu:1:b:c", "arn:aws:s3:us:1:b"),
            ("arn:", "arn::s3:::b", "arn:aws:s3:::b"),
        ]
    )
    func shortARN(_ text: String, _ match: String, _ other: String) throws {
        let pattern = try statements(onResource("\"\(text)\""), mode: .lenient)[0].resourcePatterns[0]
        #expect(pattern.text == UTF8Text(text))
        let compiled = try #require(pattern.template(.segmented).resolved(in: RequestContext()))
        #expect(compiled.matches(UTF8Text(match)))
        #expect(!compiled.matches(UTF8Text(other)))
    }

    @Test("E19: a value that nobody can read is kept as such, so that it equals nothing")
    func unreadableOperands() throws {
        let blocks = [
            #""NumericEquals": {"k": "x"}"#, #""NumericNotEquals": {"k": "nan"}"#,
            #""DateEquals": {"k": "x"}"#, #""Bool": {"k": "x"}"#,
            #""IpAddress": {"k": "x"}"#, #""BinaryEquals": {"k": "x"}"#, #""ArnLike": {"k": "x"}"#,
        ]
        for block in blocks {
            let operands = try statements(conditional(block), mode: .permissive)[0].conditions[0].operands
            #expect(operands.map(\.value) == [.unreadable], "\(block)")
        }
    }

    @Test("The default mode is strict")
    func defaultMode() {
        #expect(PolicyReader().mode == .strict)
    }
}
