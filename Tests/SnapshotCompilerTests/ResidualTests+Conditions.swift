import DecisionIndex
import Testing
import Vocabulary

/// Conditions that remain, and those that do not.
extension ResidualTests {
    @Test(
        "Missing keys: a remaining condition follows E2 to E8",
        arguments: [
            (#""Null": {"aws:ResourceTag/t": "true"}"#, true, false, false),
            (#""Null": {"aws:ResourceTag/t": "false"}"#, false, true, true),
            (#""StringEquals": {"aws:ResourceTag/t": "a"}"#, false, true, false),
            (#""StringNotEquals": {"aws:ResourceTag/t": "a"}"#, true, false, true),
            (#""StringEqualsIfExists": {"aws:ResourceTag/t": "a"}"#, true, true, false),
            (#""ForAllValues:StringEquals": {"aws:ResourceTag/t": "a"}"#, true, true, false),
            (#""ForAnyValue:StringNotEquals": {"aws:ResourceTag/t": "a"}"#, false, false, true),
            (#""ForAllValues:Null": {"aws:ResourceTag/t": "false"}"#, true, true, true),
        ]
    )
    func missingKeys(_ condition: String, absent: Bool, same: Bool, other: Bool) throws {
        let residual = try residual([allowIf(condition)])
        #expect(residual.allows("arn:aws:s3:::x") == absent)
        #expect(
            residual.allows("arn:aws:s3:::x", context: context("aws:ResourceTag/T", .single("a"))) == same
        )
        #expect(
            residual.allows("arn:aws:s3:::x", context: context("aws:ResourceTag/t", .single("b"))) == other
        )
    }

    @Test("A tag that is compared with a fact of the caller stands in front, with the fact as its value")
    func attributes() throws {
        let condition = #""StringEquals": {"aws:PrincipalTag/team": "${aws:ResourceTag/team}"}"#
        var credential = CallerCredential()
        credential.tags = ["team": "red"]
        let residual = try residual([allowIf(condition, on: "arn:aws:s3:::a/*")], credential: credential)
        #expect(
            residual.filter.description == """
                all of:
                  arn:aws:s3:::a/*
                  aws:resourcetag/team StringEquals "red"
                """
        )
        #expect(residual.plainNames == nil)
        #expect(try self.residual([allowIf(condition)]).filter == .never, "no tag, no match")
    }

    @Test(
        "E24: compared with a negated operator, a tag without one value differs from every fact",
        arguments: [
            ("StringNotEquals", "red", false), ("StringNotEquals", "Red", true),
            ("StringNotEqualsIgnoreCase", "Red", false), ("StringNotLike", "red", false),
            ("StringNotLike", "blue", true),
        ]
    )
    func negatedAttributes(_ name: String, _ tag: UTF8Text, _ isAllowed: Bool) throws {
        let condition = #""\#(name)": {"aws:PrincipalTag/team": ["${aws:ResourceTag/team}", "x"]}"#
        var credential = CallerCredential()
        credential.tags = ["team": "red"]
        let residual = try residual([allowIf(condition)], credential: credential)
        func answer(_ value: ContextValue?) -> Bool? {
            residual.allows("arn:aws:s3:::a", context: context("aws:ResourceTag/team", value))
        }
        #expect(answer(.single(tag)) == isAllowed)
        #expect(answer(nil) == true && answer(.multi([tag])) == true)
        credential.tags = ["team": "x"]
        #expect(try self.residual([allowIf(condition)], credential: credential).filter == .never)
    }

    @Test(
        "E5, E6: an empty list counts as absent for Null, and no list satisfies an operator without a qualifier"
    )
    func lists() throws {
        func answer(_ condition: String, _ values: [UTF8Text]) throws -> Bool? {
            let residual = try residual([allowIf(condition)])
            return residual.allows("arn:aws:s3:::a", context: context("aws:ResourceTag/t", .multi(values)))
        }
        let absent = #""Null": {"aws:ResourceTag/t": "true"}"#
        #expect(try answer(absent, []) == true)
        #expect(try answer(absent, ["a"]) == false)
        #expect(try answer(#""StringNotEquals": {"aws:ResourceTag/t": "b"}"#, ["a"]) == false)
        let some = #""ForAnyValue:StringEquals": {"aws:ResourceTag/t": "b"}"#
        #expect(try answer(some, ["a", "b"]) == true)
        #expect(try answer(some, []) == false)
    }

    @Test("Conditions on keys that are given are decided, and leave no trace")
    func givenKeys() throws {
        let condition = #""IpAddress": {"aws:SourceIp": "10.0.0.0/8"}"#
        let inside = try residual([allowIf(condition)], context: [("aws:SourceIp", .single("10.0.0.7"))])
        #expect(inside.filter == .always)
        #expect(
            try residual([allowIf(condition)], context: [("aws:SourceIp", .single("11.0.0.7"))]).filter
                == .never
        )
        #expect(try residual([allowIf(condition)]).filter == .never)
        let open = try residual([allowIf(condition)], unknownKeys: ["aws:SourceIp"])
        #expect(open.filter.description == #"aws:sourceip IpAddress "10.0.0.0/8""#)
    }

    @Test("E19: a value that cannot be read denies even where another statement allows")
    func unreadable() throws {
        var options = EvaluationOptions()
        let statements = [
            allow("s3:*"),
            allowIf(#""NumericLessThan": {"aws:ResourceTag/level": "3"}"#, on: "arn:aws:s3:::a/*"),
        ]
        for (choice, isAllowed) in [(EvaluationOptions.UnparsableValue.noMatch, true), (.error, false)] {
            options.unparsableRequestValue = choice
            let residual = try residual(statements, options: options)
            let context = context("aws:ResourceTag/level", .single("high"))
            #expect(residual.allows("arn:aws:s3:::a/x", context: context) == isAllowed)
            #expect(residual.allows("arn:aws:s3:::b/x", context: context) == true)
        }
    }
}
