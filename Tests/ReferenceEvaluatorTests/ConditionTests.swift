import IdentityDirectory
import PolicyLanguage
import ReferenceEvaluator
import Testing
import Vocabulary

@Suite("E1–E11: the logic of conditions")
struct ConditionTests {
    private func check(_ row: ConditionCase) throws {
        let result = try row.result()
        #expect(result.holds == row.holds)
        #expect(result.reason == row.reason)
    }

    @Test("E1: operators and keys are ANDed", arguments: ["red", "blue"], ["1", "2"])
    func conjunction(_ color: String, _ size: String) throws {
        let when = #"{"StringEquals": {"app:color": "red"}, "NumericEquals": {"app:size": 1}}"#
        var scene = Scene(identity: [allow(when: when)])
        scene.context = ["app:color": .single(UTF8Text(color)), "app:size": .single(UTF8Text(size))]
        #expect(try scene.decide().outcome.isAllowed == (color == "red" && size == "1"))
        let keys = #"{"StringEquals": {"app:color": "red", "app:size": "1"}}"#
        #expect(
            try scene.with { $0.identity = [allow(when: keys)] }.decide().outcome.isAllowed
                == (color == "red" && size == "1")
        )
    }

    static let basics = [
        ConditionCase("StringEquals", #"["a", "b"]"#, one("b"), true, .matched),
        ConditionCase("StringEquals", #"["a", "b"]"#, one("c"), false, .notEqual),
        ConditionCase("StringNotEquals", #"["a", "b"]"#, one("a"), false, .notEqual),
        ConditionCase("StringNotEquals", #"["a", "b"]"#, one("c"), true, .matched),
        ConditionCase("StringEquals", #"[]"#, one("c"), false, .notEqual),
    ]

    @Test("E1: values are ORed for positive operators and NORed for negated ones", arguments: basics)
    func values(_ row: ConditionCase) throws { try check(row) }

    @Test(
        "E2: a missing key fails every positive operator",
        arguments: [
            ("StringEquals", #""x""#), ("StringEqualsIgnoreCase", #""x""#), ("StringLike", #""*""#),
            ("NumericEquals", "1"), ("NumericLessThan", "1"), ("DateEquals", "1"), ("DateGreaterThan", "1"),
            ("Bool", "true"), ("BinaryEquals", #""AA==""#), ("IpAddress", #""0.0.0.0/0""#),
            ("ArnEquals", #""arn:*:*:*:*:*""#), ("ArnLike", #""arn:*:*:*:*:*""#),
        ]
    )
    func missingPositive(_ name: String, _ values: String) throws {
        try check(ConditionCase(name, values, nil, false, .missingKey))
        try check(ConditionCase(name + "IfExists", values, nil, true, .matchedBecauseMissing))
        try check(ConditionCase("ForAllValues:" + name, values, nil, true, .matchedBecauseMissing))
        try check(ConditionCase("ForAnyValue:" + name, values, nil, false, .missingKey))
    }

    @Test(
        "E3: a missing key satisfies every negated operator",
        arguments: [
            ("StringNotEquals", #""x""#), ("StringNotEqualsIgnoreCase", #""x""#), ("StringNotLike", #""*""#),
            ("NumericNotEquals", "1"), ("DateNotEquals", "1"), ("NotIpAddress", #""0.0.0.0/0""#),
            ("ArnNotEquals", #""arn:*:*:*:*:*""#), ("ArnNotLike", #""arn:*:*:*:*:*""#),
        ]
    )
    func missingNegated(_ name: String, _ values: String) throws {
        try check(ConditionCase(name, values, nil, true, .matchedBecauseMissing))
        try check(ConditionCase(name + "IfExists", values, nil, true, .matchedBecauseMissing))
        try check(ConditionCase("ForAllValues:" + name, values, nil, true, .matchedBecauseMissing))
        try check(ConditionCase("ForAnyValue:" + name, values, nil, false, .missingKey))
    }

    static let presentIfExists = [
        ConditionCase("StringEqualsIfExists", #""a""#, one("a"), true, .matched),
        ConditionCase("StringEqualsIfExists", #""a""#, one("b"), false, .notEqual),
        ConditionCase("stringequalsifexists", #""a""#, one("b"), false, .notEqual),
        ConditionCase("BoolIfExists", "false", one("false"), true, .matched),
        ConditionCase("StringEqualsIfExists", #""a""#, list("a"), false, .multiWithoutSetOperator),
    ]

    @Test("E4: with IfExists a present key is compared as ever", arguments: presentIfExists)
    func ifExists(_ row: ConditionCase) throws { try check(row) }

    static let presence = [
        ConditionCase("Null", "true", nil, true, .presence),
        ConditionCase("Null", "true", one("x"), false, .presence),
        ConditionCase("Null", "false", nil, false, .presence),
        ConditionCase("Null", "false", one(""), true, .presence),
        ConditionCase("Null", "[true, false]", nil, true, .presence),
        ConditionCase("Null", "[true, false]", one("x"), true, .presence),
        ConditionCase("Null", "true", list(), true, .presence),
        ConditionCase("Null", "false", list("x"), true, .presence),
        ConditionCase("Null", "[]", one("x"), false, .presence),
        ConditionCase("ForAllValues:Null", "true", one("x"), true, .presence),
        ConditionCase("ForAllValues:Null", "false", nil, true, .presence),
        ConditionCase("ForAnyValue:Null", "true", nil, false, .presence),
        ConditionCase("ForAnyValue:Null", "false", one("x"), false, .presence),
    ]

    @Test("E5: Null true wants absence, false presence; an empty list is absent", arguments: presence)
    func null(_ row: ConditionCase) throws { try check(row) }

    static let multiValued = [
        ConditionCase("StringEquals", #""a""#, list("a"), false, .multiWithoutSetOperator),
        ConditionCase("StringNotEquals", #""a""#, list("b"), false, .multiWithoutSetOperator),
        ConditionCase("StringNotEquals", #""a""#, list(), false, .multiWithoutSetOperator),
        ConditionCase("NotIpAddress", #""10.0.0.1""#, list("10.0.0.2"), false, .multiWithoutSetOperator),
    ]

    @Test(
        "E6: an operator without a set qualifier fails on a multi-valued key, negated or not",
        arguments: multiValued
    )
    func multi(_ row: ConditionCase) throws { try check(row) }

    static let sets = [
        ConditionCase("ForAllValues:StringEquals", #"["a", "b"]"#, list("a", "b", "a"), true, .matched),
        ConditionCase("ForAllValues:StringEquals", #"["a"]"#, list("a", "x"), false, .notEqual),
        ConditionCase("ForAllValues:StringEquals", #"["a"]"#, list(), true, .matchedBecauseMissing),
        ConditionCase("ForAllValues:StringEquals", #"["a"]"#, list(""), false, .notEqual),
        ConditionCase("ForAnyValue:StringEquals", #"["a"]"#, list("x", "a"), true, .matched),
        ConditionCase("ForAnyValue:StringEquals", #"["a"]"#, list("x", "y"), false, .notEqual),
        ConditionCase("ForAnyValue:StringEquals", #"["a"]"#, list(), false, .missingKey),
        ConditionCase("ForAllValues:StringLike", #"["a*"]"#, list("ab", "ac"), true, .matched),
        ConditionCase("ForAnyValue:NumericGreaterThan", "5", list("3", "7"), true, .matched),
    ]

    @Test("E7, E8: ForAllValues wants every value, ForAnyValue some; of none, all and none", arguments: sets)
    func setOperators(_ row: ConditionCase) throws { try check(row) }

    static let negatedSets = [
        ConditionCase("ForAllValues:StringNotEquals", #"["a"]"#, list("b", "c"), true, .matched),
        ConditionCase("ForAllValues:StringNotEquals", #"["a"]"#, list("b", "a"), false, .notEqual),
        ConditionCase("ForAnyValue:StringNotEquals", #"["a"]"#, list("a", "b"), true, .matched),
        ConditionCase("ForAnyValue:StringNotEquals", #"["a"]"#, list("a"), false, .notEqual),
        ConditionCase("ForAnyValue:StringNotEquals", #"["a"]"#, list(), false, .missingKey),
        ConditionCase("ForAnyValue:StringNotEquals", #"["a", "b"]"#, list("a", "b"), false, .notEqual),
    ]

    @Test(
        "E9: a negated operator is applied to each value before the set is taken together",
        arguments: negatedSets
    )
    func negatedSetOperators(_ row: ConditionCase) throws { try check(row) }

    @Test("E10: ForAnyValue with IfExists holds for a missing key, unless the option forbids it")
    func forAnyValueIfExists() throws {
        let row = ConditionCase(
            "ForAnyValue:StringEqualsIfExists",
            #""a""#,
            nil,
            true,
            .matchedBecauseMissing
        )
        try check(row)
        var strict = ConditionCase(row.name, row.values, nil, false, .missingKey)
        strict.options.forAnyValueIfExistsMissing = false
        try check(strict)
        strict = ConditionCase(
            "ForAllValues:StringEqualsIfExists",
            #""a""#,
            nil,
            true,
            .matchedBecauseMissing
        )
        strict.options.forAnyValueIfExistsMissing = false
        try check(strict)
    }

    static let singles = [
        ConditionCase("ForAllValues:StringEquals", #""a""#, one("a"), true, .matched),
        ConditionCase("ForAllValues:StringEquals", #""a""#, one("b"), false, .notEqual),
        ConditionCase("ForAnyValue:StringEquals", #""a""#, one("a"), true, .matched),
        ConditionCase("ForAnyValue:StringNotEquals", #""a""#, one("a"), false, .notEqual),
    ]

    @Test("E11: under a set operator a single-valued key is a set of one", arguments: singles)
    func singleUnderSet(_ row: ConditionCase) throws { try check(row) }

    @Test("E4: BoolIfExists denies a long-term credential, Bool does not")
    func multiFactorGuard() throws {
        func guarded(_ name: String) -> Scene {
            Scene(identity: [allow(), deny(when: #"{"\#(name)": {"aws:MultiFactorAuthPresent": "false"}}"#)])
        }
        #expect(try guarded("BoolIfExists").answer() == "explicitDeny by identity")
        #expect(try guarded("Bool").answer() == "allow by identity")
    }

    @Test("H3: every reason code is reached by some case of this room")
    func everyReason() {
        let cases =
            Self.basics + Self.presentIfExists + Self.presence + Self.multiValued + Self.sets
            + TypedValueTests.unreadable + VariableTests.conditions
        #expect(Set(cases.map(\.reason)) == Set(ConditionResult.Reason.allCases))
    }
}
