import IdentityDirectory
import PolicyLanguage
import ReferenceEvaluator
import Testing
import Vocabulary

@Suite("E12–E19: typed values")
struct TypedValueTests {
    /// An operator with the values of a policy, and of a request, and whether they compare so.
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let values: String
        let request: UTF8Text
        let holds: Bool

        init(_ name: String, _ values: String, _ request: UTF8Text, _ holds: Bool) {
            self.name = name
            self.values = values
            self.request = request
            self.holds = holds
        }

        var testDescription: String { "\(name) \(values) and \(request): \(holds)" }
    }

    private func check(_ row: Row) throws {
        let reason: ConditionResult.Reason = row.holds ? .matched : .notEqual
        let result = try ConditionCase(row.name, row.values, .single(row.request), row.holds, reason).result()
        #expect(result.holds == row.holds && result.reason == reason)
        guard let negated = Self.negations[row.name] else { return }
        let opposite = try ConditionCase(negated, row.values, .single(row.request), !row.holds, reason)
            .result()
        #expect(opposite.holds == !row.holds, "\(negated)")
    }

    private static let negations = [
        "StringEquals": "StringNotEquals", "StringEqualsIgnoreCase": "StringNotEqualsIgnoreCase",
        "StringLike": "StringNotLike", "NumericEquals": "NumericNotEquals", "DateEquals": "DateNotEquals",
        "IpAddress": "NotIpAddress", "ArnEquals": "ArnNotEquals", "ArnLike": "ArnNotLike",
    ]

    static let strings = [
        Row("StringEquals", #""a""#, "a", true), Row("StringEquals", #""a""#, "A", false),
        Row("StringEquals", #""a*""#, "ab", false), Row("StringEquals", #""a*""#, "a*", true),
        Row("StringEquals", #""é""#, "é", true), Row("StringEquals", #""é""#, "e\u{301}", false),
        Row("StringEqualsIgnoreCase", #""TeaM""#, "tEAm", true),
        Row("StringEqualsIgnoreCase", #""é""#, "É", false),
        Row("StringEqualsIgnoreCase", #""a""#, "ab", false),
        Row("StringLike", #""a*""#, "ab", true), Row("StringLike", #""a*""#, "A", false),
        Row("StringLike", #""a?c""#, "abc", true), Row("StringLike", #""a*c""#, "a/b:c", true),
    ]

    @Test(
        "E12: strings compare byte by byte; IgnoreCase folds ASCII; Like takes wildcards",
        arguments: strings
    )
    func string(_ row: Row) throws { try check(row) }

    static let numbers = [
        Row("NumericEquals", "10", "10.0", true), Row("NumericEquals", "10", "1e1", true),
        Row("NumericEquals", "9007199254740993", "9007199254740992", false),
        Row("NumericEquals", "[1, 2]", "2", true),
        Row("NumericLessThan", "10", "9.99", true), Row("NumericLessThan", "10", "10", false),
        Row("NumericLessThanEquals", "10", "10", true), Row("NumericLessThanEquals", "10", "11", false),
        Row("NumericGreaterThan", "10", "10.1", true), Row("NumericGreaterThan", "10", "10", false),
        Row("NumericGreaterThanEquals", "10", "10", true), Row("NumericGreaterThanEquals", "-1", "-2", false),
    ]

    @Test("E13: numbers compare exactly", arguments: numbers)
    func number(_ row: Row) throws { try check(row) }

    static let dates = [
        Row("DateEquals", #""2020-01-01T00:00:00Z""#, "1577836800", true),
        Row("DateEquals", #""2020-01-01T00:00:00Z""#, "2020-01-01T01:00:00+01:00", true),
        Row("DateEquals", #""2020-01-01""#, "2020-01-01T00:00:01Z", false),
        Row("DateLessThan", #""2020-01-02""#, "2020-01-01", true),
        Row("DateLessThan", #""2020-01-01""#, "2020-01-01", false),
        Row("DateLessThanEquals", #""2020-01-01""#, "2020-01-01", true),
        Row("DateLessThanEquals", #""2020-01-01""#, "2020-01-02", false),
        Row("DateGreaterThan", #""2020-01-01""#, "2020-01-01T00:00:00.5Z", true),
        Row("DateGreaterThan", #""2020-01-01""#, "2020-01-01", false),
        Row("DateGreaterThanEquals", #""2020-01-01""#, "1577836800", true),
        Row("DateGreaterThanEquals", #""2020-01-01""#, "1577836799", false),
    ]

    @Test("E14: dates and epoch seconds are one scale", arguments: dates)
    func date(_ row: Row) throws { try check(row) }

    static let others = [
        Row("Bool", "true", "TRUE", true), Row("Bool", #""False""#, "false", true),
        Row("Bool", "true", "false", false),
        Row("BinaryEquals", #""AQI=""#, "AQI=", true), Row("BinaryEquals", #""AQI=""#, "AQM=", false),
    ]

    @Test("E15, E16: truth values ignore case; base64 compares by its bytes", arguments: others)
    func other(_ row: Row) throws { try check(row) }

    static let addresses = [
        Row("IpAddress", #""10.0.0.0/8""#, "10.200.0.1", true),
        Row("IpAddress", #""10.0.0.0/8""#, "11.0.0.1", false),
        Row("IpAddress", #""10.0.0.1""#, "10.0.0.1", true),
        Row("IpAddress", #""10.0.0.1""#, "10.0.0.2", false),
        Row("IpAddress", #""::1""#, "0:0:0:0:0:0:0:1", true),
        Row("IpAddress", #""2001:db8::/32""#, "2001:db8::9", true),
        Row("IpAddress", #""2001:db8::/32""#, "10.0.0.1", false),
        Row("IpAddress", #""0.0.0.0/0""#, "2001:db8::9", false),
        Row("IpAddress", #""10.0.0.0/8""#, "::ffff:10.0.0.1", true),
    ]

    @Test("E17: addresses lie in blocks of their own family", arguments: addresses)
    func address(_ row: Row) throws { try check(row) }

    @Test("E17: an IPv4 address written as IPv6 is the same address, unless the option says otherwise")
    func mappedAddress() throws {
        var row = ConditionCase("IpAddress", #""10.0.0.0/8""#, one("::ffff:10.0.0.1"), true, .matched)
        #expect(try row.result().holds)
        row.options.ipv4MappedIPv6 = .distinct
        #expect(try !row.result().holds)
        row = ConditionCase("IpAddress", #""::ffff:0:0/96""#, one("::ffff:10.0.0.1"), true, .matched)
        row.options.ipv4MappedIPv6 = .distinct
        #expect(try row.result().holds)
    }

    static let arns = [
        Row("ArnEquals", #""arn:aws:s3:::vault/*""#, "arn:aws:s3:::vault/a/b:c", true),
        Row("ArnLike", #""arn:aws:s3:::vault/*""#, "arn:aws:s3:::Vault/a", false),
        Row(
            "ArnLike",
            #""arn:aws:sns:*:111122223333:jobs""#,
            "arn:aws:sns:eu-west-1:111122223333:jobs",
            true
        ),
        Row("ArnLike", #""arn:aws:sns:*:jobs""#, "arn:aws:sns:eu-west-1:111122223333:jobs", false),
        Row(
            "ArnLike",
            #""arn:aws:iam::*:*finance/document.txt""#,
            "arn:aws:iam::1:x:finance/document.txt",
            true
        ),
        Row("ArnEquals", #""*""#, "arn:aws:s3:::vault", true),
    ]

    @Test("E18: ARNs compare part by part, and no wildcard leaves its part", arguments: arns)
    func arnValue(_ row: Row) throws { try check(row) }

    static let unreadable = [
        ConditionCase("NumericEquals", "10", one("10abc"), false, .typeError),
        ConditionCase("NumericNotEquals", "10", one("ten"), true, .typeError),
        ConditionCase("NumericLessThan", "10", one(""), false, .typeError),
        ConditionCase("NumericEquals", "10", one("0x0A"), false, .typeError),
        ConditionCase("DateEquals", "10", one("yesterday"), false, .typeError),
        ConditionCase("DateNotEquals", "10", one("yesterday"), true, .typeError),
        ConditionCase("Bool", "true", one("yes"), false, .typeError),
        ConditionCase("BinaryEquals", #""AQI=""#, one("?"), false, .typeError),
        ConditionCase("IpAddress", #""10.0.0.0/8""#, one("10.0.0"), false, .typeError),
        ConditionCase("IpAddress", #""10.0.0.0/8""#, one("10.0.0.0/9"), false, .typeError),
        ConditionCase("NotIpAddress", #""10.0.0.0/8""#, one("here"), true, .typeError),
        ConditionCase("ForAnyValue:NumericEquals", "10", list("x", "10"), true, .matched),
        ConditionCase("ForAllValues:NumericEquals", "10", list("10", "x"), false, .typeError),
    ]

    @Test("E19: a value that its operator cannot read equals nothing", arguments: unreadable)
    func unreadableValue(_ row: ConditionCase) throws {
        let result = try row.result()
        #expect(result.holds == row.holds && result.reason == row.reason)
    }

    @Test(
        "E18: a value that is no ARN fails positive operators and satisfies negated ones, whatever the option",
        arguments: [("ArnLike", false), ("ArnEquals", false), ("ArnNotLike", true), ("ArnNotEquals", true)]
    )
    func notAnARN(_ name: String, _ holds: Bool) throws {
        var row = ConditionCase(name, #""arn:aws:s3:::*""#, one("vault"), holds, .typeError)
        #expect(
            try row.result() == ConditionCase(name, #""arn:*:*:*:*:*""#, one("x"), holds, .typeError).result()
        )
        #expect(try row.result().holds == holds)
        row.options.unparsableRequestValue = .error
        #expect(try row.result().holds == holds)
    }

    /// A request whose number cannot be read, and that the option makes an error.
    static let unreadableScene: Scene = {
        var scene = Scene(context: ["app:Size": .single("big")])
        scene.options.unparsableRequestValue = .error
        return scene
    }()
    static let sized = #"{"NumericLessThan": {"app:size": 10}}"#
    static let error = RequestError(.unparsableValue, in: .context, key: "app:size")

    @Test("E19: with the option, an unreadable value makes the request an error, which denies")
    func unreadableIsError() throws {
        let scene = Self.unreadableScene.with { $0.identity = [allow(), deny(when: Self.sized)] }
        #expect(try scene.decide().error == Self.error)
        #expect(throws: Self.error) { try scene.explain() }
        #expect(
            try scene.with { $0.options.unparsableRequestValue = .noMatch }.answer() == "allow by identity"
        )
    }

    @Test("E19: the error does not depend on the order of statements, layers or conditions, nor on shortcuts")
    func errorBeforeShortcuts() throws {
        let scenes = [
            Self.unreadableScene.with { $0.identity = [deny(), allow(when: Self.sized)] },
            Self.unreadableScene.with { $0.identity = [allow(when: Self.sized), deny()] },
            Self.unreadableScene.with {
                $0.resourcePolicy = [grant(to: aliceName)]
                $0.identity = [allow(when: Self.sized)]
            },
            Self.unreadableScene.with {
                $0.scps = [[]]
                $0.session = [allow(when: Self.sized)]
            },
            Self.unreadableScene.with {
                let both = #"{"Bool": {"app:flag": true}, "NumericLessThan": {"app:size": 10}}"#
                $0.identity = [allow(when: both)]
            },
        ]
        for scene in scenes {
            #expect(try scene.decide().error == Self.error)
            #expect(throws: Self.error) { try scene.explain() }
        }
    }

    @Test("E19: a statement about something else reads no value")
    func otherStatement() throws {
        let scene = Self.unreadableScene.with { $0.identity = [allow(), deny("kms:*", when: Self.sized)] }
        #expect(try scene.answer() == "allow by identity")
    }

    @Test("E19: the option leaves readable and missing values alone")
    func readable() throws {
        var scene = Self.unreadableScene.with { $0.identity = [allow(when: Self.sized)] }
        scene.context = ["app:size": .single("9")]
        #expect(try scene.answer() == "allow by identity")
        scene.context = [:]
        #expect(try scene.answer() == "implicitDeny by identity")
    }
}
