import PolicyLanguage
import Testing
import Vocabulary

@Suite("Conditions as written")
struct ConditionParsingTests {
    private static func condition(_ block: String) throws -> Condition {
        try #require(statements(conditional(block))[0].conditions.first)
    }

    @Test(
        "E4: every operator is known in any case, and is written back as AWS spells it",
        arguments: Comparison.allCases
    )
    func operators(_ comparison: Comparison) throws {
        let name = comparison.rawValue
        for prefix in ["", "ForAllValues:", "ForAnyValue:"] {
            for suffix in ["", "IfExists"] {
                let full = prefix + name + suffix
                for spelling in [full, full.lowercased(), full.uppercased()] {
                    let parsed = try #require(ConditionOperator(UTF8Text(spelling)), "\(spelling)")
                    #expect(parsed.description == full)
                    #expect(parsed.comparison == comparison && parsed.ifExists == !suffix.isEmpty)
                    #expect(parsed.qualifier.map { $0.rawValue + ":" } ?? "" == prefix)
                }
            }
        }
    }

    @Test(
        "B11: any other name is an error that stops the policy",
        arguments: [
            "", "StringEqual", "StringEquals ", " StringEquals", "String Equals", "IfExists", "Equals",
            "StringMatches", "ForAllValues",
            "ForAllValues:", "ForAllValues:IfExists", "ForSomeValues:StringEquals",
            "ForAllValues: StringEquals", "ForAllValuesStringEquals",
            "StringEqualsIfExistsIfExists", "StringEqualsIfExist", "ForAllValues:ForAllValues:StringEquals",
            "ForAllValues:ForAnyValue:StringEquals", "ForAnyValue:ForAllValues:StringEquals",
            "StringEqual\u{17F}", "StringLi\u{212A}e",
            "IpAddress\\u0001", "BoolIfExists:ForAllValues", "NumericNotLessThan", "ArnNotLikeIgnoreCase",
        ]
    )
    func unknownOperators(_ name: String) {
        #expect(refusal(conditional(#""\#(name)": {"k": "true"}"#)) == [.conditionOperator])
    }

    @Test(
        "B11: `Null` cannot be combined with `IfExists`, in any mode",
        arguments: ["NullIfExists", "nullifexists", "ForAnyValue:NullIfExists"]
    )
    func nullIfExists(_ name: String) {
        for mode in ValidationMode.allCases {
            #expect(refusal(conditional(#""\#(name)": {"k": "true"}"#), mode: mode) == [.conditionOperator])
        }
    }

    @Test("E1, E3: negated are the operators that say `Not`, and no others")
    func negation() {
        #expect(Comparison.allCases.allSatisfy { $0.isNegated == $0.rawValue.contains("Not") })
    }

    @Test("A2: a key is compared in lower case and shown as written; values keep their case")
    func keys() throws {
        let condition = try Self.condition(#""StringEquals": {"aws:PrincipalTag/Team": ["Blue", "RED"]}"#)
        #expect(condition.name == "aws:PrincipalTag/Team" && condition.key == "aws:principaltag/team")
        #expect(condition.operands.map(\.text) == ["Blue", "RED"])
    }

    @Test("E1: every operator and key of a block is a condition of its own")
    func conjunction() throws {
        let block = #""StringEquals": {"a": "1", "b": "2"}, "Bool": {"c": true}"#
        let conditions = try statements(conditional(block))[0].conditions
        #expect(
            conditions.map { "\($0.operator) \($0.name)" } == ["StringEquals a", "StringEquals b", "Bool c"]
        )
    }

    @Test("B10: an empty condition block is no condition", arguments: ["", #""StringEquals": {}"#])
    func emptyBlock(_ block: String) throws {
        #expect(try statements(conditional(block))[0].conditions.isEmpty)
    }

    @Test("B12: numbers and booleans become text")
    func literals() throws {
        let condition = try Self.condition(#""StringEquals": {"k": [true, false, 1.50, "x"]}"#)
        #expect(condition.operands.map(\.text) == ["true", "false", "1.50", "x"])
    }

    @Test(
        "B12: null, lists and objects are no values",
        arguments: ["null", "{}", "[[]]", "[null]", "[\"a\", {}]", "[[\"a\"]]"]
    )
    func otherValues(_ json: String) {
        for mode in ValidationMode.allCases {
            #expect(refusal(conditional(#""StringEquals": {"k": \#(json)}"#), mode: mode) == [.schemaType])
        }
    }

    @Test(
        "B1: a condition is an object of operators, each an object of keys",
        arguments: [
            "[]", "\"x\"", "null", "1", #"{"StringEquals": []}"#, #"{"StringEquals": "x"}"#,
            #"{"StringEquals": null}"#,
        ]
    )
    func shapes(_ json: String) {
        let text = policy(#""Effect": "Deny", "Action": "*", "Resource": "*", "Condition": \#(json)"#)
        for mode in ValidationMode.allCases { #expect(refusal(text, mode: mode) == [.schemaType]) }
    }

    @Test(
        "A2, E4: operators and keys that differ only in case stand twice",
        arguments: [
            #""StringEquals": {"k": "1"}, "stringequals": {"k": "2"}"#,
            #""StringEquals": {"aws:x": "1", "AWS:X": "2"}"#,
            #""ForAllValues:StringEquals": {"k": "1"}, "forallvalues:stringEquals": {"j": "2"}"#,
        ]
    )
    func duplicates(_ block: String) {
        let codes = refusal(conditional(block, effect: "Deny"))
        #expect(codes == [.duplicateKey])
    }

    @Test("A2: tag keys that are equivalent but of other bytes are different keys")
    func differentKeys() {
        #expect(
            remarks(
                conditional(
                    "\"StringEquals\": {\"aws:RequestTag/\u{E9}\": \"1\", \"aws:RequestTag/e\u{301}\": \"2\"}"
                )
            ) == [.characterSet]
        )
        #expect(
            remarks(conditional(#""StringEquals": {"k": "1"}, "StringEqualsIfExists": {"k": "2"}"#)) == []
        )
    }

    @Test("A condition key is a name", arguments: ["", "a\\u0001", "\\n", "a\\u007fb"])
    func badKeys(_ key: String) {
        for mode in ValidationMode.allCases {
            #expect(refusal(conditional(#""StringEquals": {"\#(key)": "x"}"#), mode: mode) == [.conditionKey])
        }
    }

    @Test(
        "E13–E18: a value that its operator cannot read is an error",
        arguments: [
            ("NumericEquals", "10abc", .conditionNumber), ("NumericLessThan", "nan", .conditionNumber),
            ("NumericEquals", "0x10", .conditionNumber),
            ("NumericGreaterThan", "+5", .conditionNumber), ("NumericNotEquals", "", .conditionNumber),
            ("NumericEquals", "1e999", .conditionNumber),
            ("DateEquals", "2020-13-01", .conditionDate), ("DateLessThan", "yesterday", .conditionDate),
            ("DateGreaterThan", "2020-01-01T00:00:00+99:99", .conditionDate),
            ("DateNotEquals", "", .conditionDate),
            ("Bool", "yes", .conditionBool), ("Bool", "1", .conditionBool), ("Bool", "", .conditionBool),
            ("Null", "maybe", .conditionBool),
            ("Bool", "true ", .conditionBool), ("BinaryEquals", "Zg=", .conditionBinary),
            ("BinaryEquals", "*", .conditionBinary),
            ("IpAddress", "10.0.0.0/33", .conditionIP), ("IpAddress", "0x0A.0.0.1", .conditionIP),
            ("NotIpAddress", "", .conditionIP),
            ("NotIpAddress", "::/129", .conditionIP), ("IpAddress", "*", .conditionIP),
            ("ArnLike", "bucket", .conditionARN),
            ("ArnEquals", "arn:aws:s3", .conditionARN), ("ArnNotEquals", "", .conditionARN),
            ("ArnNotLike", "**", .conditionARN),
        ] as [(String, String, DiagnosticCode)]
    )
    func unreadable(_ name: String, _ value: String, _ code: DiagnosticCode) {
        for full in [name, "ForAllValues:" + name] + (name == "Null" ? [] : [name + "IfExists"]) {
            #expect(refusal(conditional(#""\#(full)": {"k": "\#(value)"}"#, effect: "Deny")) == [code])
        }
    }

    @Test(
        "E20: variables stand only in values of String and Arn operators, and in those of `Bool`",
        arguments: [
            ("StringEquals", nil), ("StringNotLike", nil), ("ArnLike", nil), ("ArnNotEquals", nil),
            ("Bool", nil),
            ("NumericEquals", .conditionNumber), ("DateEquals", .conditionDate), ("IpAddress", .conditionIP),
            ("BinaryEquals", .conditionBinary), ("Null", .conditionBool),
        ] as [(String, DiagnosticCode?)]
    )
    func variables(_ name: String, _ code: DiagnosticCode?) {
        #expect(refusal(conditional(#""\#(name)": {"k": "${aws:x}"}"#)) == code.map { [$0] })
    }

    @Test(
        "E18: a wildcard beside a variable needs the six parts around it, in every mode",
        arguments: [
            ("${aws:PrincipalArn}*", false), ("${k}?", false), ("*${k}", false),
            ("arn:aws:iam::${k}*", false),
            ("${k, 'arn:aws:iam::1:role/x'}*", false), ("${k}", true), ("${k, 'a*'}", true),
            ("${k}${*}", true),
            ("arn:aws:iam::${aws:PrincipalAccount}", true), ("arn:aws:iam::*:user/${aws:username}*", true),
        ]
    )
    func wildcardBesideVariable(_ value: String, _ isValid: Bool) {
        for name in ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"] {
            for mode in ValidationMode.allCases {
                let text = conditional(#""\#(name)": {"k": "\#(value)"}"#, effect: "Deny")
                #expect(refusal(text, mode: mode) == (isValid ? nil : [.conditionARN]))
            }
        }
    }

    @Test(
        "E20: a broken variable in a condition is an error",
        arguments: ["StringEquals", "StringLike", "ArnLike", "Bool"]
    )
    func brokenVariables(_ name: String) {
        let isARN = name == "ArnLike"
        for mode in [ValidationMode.strict, .permissive] {
            let codes = refusal(
                conditional(#""\#(name)": {"k": "\#(isARN ? "arn:aws:s3:::" : "")${a"}"#),
                mode: mode
            )
            #expect(codes?.contains(.variableForm) == true)
        }
    }

    @Test("E13–E17: a value is read as its operator needs it")
    func operands() throws {
        func value(_ block: String) throws -> OperandValue { try Self.condition(block).operands[0].value }
        #expect(try value(#""NumericEquals": {"k": 10}"#) == .number(#require(ExactDecimal("10.0"))))
        #expect(
            try value(#""DateEquals": {"k": 1577836800}"#) == .date(#require(Instant("2020-01-01T00:00:00Z")))
        )
        #expect(try value(#""Bool": {"k": "TRUE"}"#) == .bool(true))
        #expect(try value(#""Null": {"k": false}"#) == .bool(false))
        #expect(try value(#""BinaryEquals": {"k": "Zm9v"}"#) == .binary(Array("foo".utf8)))
        #expect(try value(#""NotIpAddress": {"k": "10.1.2.3/8"}"#) == .ip(#require(IPNetwork("10.0.0.0/8"))))
        guard case .string = try value(#""StringEqualsIgnoreCase": {"k": "*"}"#),
            case .pattern = try value(#""StringNotLike": {"k": "*"}"#),
            case .boolVariable = try value(#""Bool": {"k": "${aws:x}"}"#)
        else {
            Issue.record("a value was read as another kind")
            return
        }
    }

    @Test(
        "B10: an empty list under a negated operator would always match, so it is an error",
        arguments: Comparison.allCases
    )
    func emptyList(_ comparison: Comparison) {
        let text = conditional(#""\#(comparison.rawValue)": {"k": []}"#)
        if comparison.isNegated {
            #expect(refusal(text) == [.conditionEmpty])
        } else {
            #expect(remarks(text) == [.neverApplies])
        }
    }
}
