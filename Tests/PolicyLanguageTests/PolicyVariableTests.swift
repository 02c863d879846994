@testable import PolicyLanguage
import Testing
import Vocabulary

@Suite("Policy variables")
struct PolicyVariableTests {
    private static func template(_ text: String, _ syntax: WildcardSyntax = .anywhere) throws
        -> PatternTemplate
    {
        try PatternTemplate(UTF8Text(text), syntax, expandsVariables: true)
    }

    private static func matches(_ pattern: String, _ text: String, _ facts: [(String, String)]) throws
        -> Bool?
    {
        try template(pattern).resolved(in: context(facts))?.matches(UTF8Text(text))
    }

    @Test(
        "E20: a variable is a key, and its name ignores case",
        arguments: [
            "aws:username", "AWS:UserName", "aws:PrincipalTag/Job Title", "s3:prefix", "k\u{E9}y",
            "a+b=c.d@e-f_g",
        ]
    )
    func names(_ name: String) throws {
        let variables = try Self.template("x${\(name)}y").variables
        #expect(variables.map(\.name) == [UTF8Text(name)])
        #expect(try Self.matches("x${\(name)}y", "x1y", [(name.lowercased(), "1")]) == true)
    }

    @Test(
        "E20: an empty, nested, spaced-out or otherwise odd name is no variable",
        arguments: [
            "${}", "${,'x'}", "${a${b}}", "${*a}", "${a?}", "${$a}", "${a'b'}", "${a\"b}", "${a;b}", "${{a}",
            "${a,}", "${a, }",
            "${a,x}", "${a,'x}", "${a,x'}", "${a,'}", "${a,  'x'}", "${a,'x' }", "${a,'x'y'z'}",
            "${a,'x','y'}", "${a\\b}", "${**}",
        ]
    )
    func malformed(_ text: String) {
        let fault = #expect(throws: PatternTemplate.Fault.self) { try Self.template(text) }
        switch fault {
        case .malformedVariable, .unclosedVariable: break
        default: Issue.record("\(text): \(String(describing: fault))")
        }
    }

    @Test("E20: a variable must be closed", arguments: ["${", "${a", "x${a, 'b'", "${a}${b", "${a, '}"])
    func unclosed(_ text: String) {
        #expect(throws: PatternTemplate.Fault.unclosedVariable) { try Self.template(text) }
    }

    @Test(
        "E20: a dollar sign or brace that begins no variable stands for itself",
        arguments: ["$", "$a", "{a}", "a$", "$ {a}", "}", "a}b", "$$"]
    )
    func plainDollar(_ text: String) throws {
        #expect(try Self.matches(text, text, []) == true)
    }

    @Test("E20: a variable is replaced by the value of its key, wherever it stands")
    func replaced() throws {
        let facts = [("aws:username", "ann"), ("k", "v")]
        #expect(try Self.matches("home/${aws:username}/*", "home/ann/x", facts) == true)
        #expect(try Self.matches("home/${aws:username}/*", "home/bob/x", facts) == false)
        #expect(try Self.matches("${k}${aws:username}${k}", "vannv", facts) == true)
        #expect(try Self.matches("*${k}", "xxv", facts) == true)
        #expect(try Self.template("a*${k}?${$}").resolvedText(in: context(facts)) == "a*v?$")
    }

    @Test(
        "E21: the default is used when the key is absent, with or without the space before it",
        arguments: ["${k, 'd'}", "${k,'d'}", "${K, 'd'}"]
    )
    func defaults(_ text: String) throws {
        #expect(try Self.matches(text, "d", []) == true)
        #expect(try Self.matches(text, "v", [("k", "v")]) == true)
        #expect(try Self.matches(text, "d", [("k", "v")]) == false)
    }

    @Test("E21: an empty value is a value, so the default is not used")
    func emptyValue() throws {
        #expect(try Self.matches("x${k, 'd'}", "x", [("k", "")]) == true)
        #expect(try Self.matches("x${k, 'd'}", "xd", [("k", "")]) == false)
        #expect(try Self.matches("x${k, ''}", "x", []) == true)
    }

    @Test("E21, E23: a default may hold a brace or a wildcard, which stand for themselves")
    func oddDefaults() throws {
        #expect(try Self.matches("${k, 'a}b'}", "a}b", []) == true)
        #expect(try Self.matches("${k, '*'}", "*", []) == true)
        #expect(try Self.matches("${k, '*'}", "x", []) == false)
        #expect(try Self.matches("${k, '${j}'}", "${j}", [("j", "v")]) == true)
    }

    @Test(
        "E22: `${*}`, `${?}` and `${$}` are the characters themselves",
        arguments: [
            ("a${*}", "a*", "ab"), ("a${?}", "a?", "ab"), ("${$}{k}", "${k}", "v"), ("${*}*", "*x", "xx"),
        ]
    )
    func escapes(_ pattern: String, _ match: String, _ other: String) throws {
        #expect(try Self.matches(pattern, match, [("k", "v")]) == true)
        #expect(try Self.matches(pattern, other, [("k", "v")]) == false)
    }

    @Test(
        "E23: substituted text is literal, and is not read again",
        arguments: ["*", "?", "**", "a*", "${k}", "${*}", "${", "[a]"]
    )
    func injection(_ value: String) throws {
        #expect(try Self.matches("p/${k}/q", "p/\(value)/q", [("k", value)]) == true)
        #expect(try Self.matches("p/${k}/q", "p/axb/q", [("k", value)]) == false)
        #expect(try Self.matches("p/${k}/q", "p/a/q", [("k", value)]) == false)
    }

    @Test("E24: a variable without a value and without a default does not resolve")
    func unresolved() throws {
        #expect(try Self.matches("x${k}", "x", []) == nil)
        #expect(try Self.matches("*${k}", "anything", [("j", "v")]) == nil)
        #expect(try Self.template("x${k}").resolvedText(in: RequestContext()) == nil)
    }

    @Test("E20: a multi-valued key does not resolve, not even with one value or a default")
    func multiValued() throws {
        for values in [[], ["v"], ["v", "w"]] as [[UTF8Text]] {
            let facts = try RequestContext([(key: "k", value: .multi(values))])
            for text in ["${k}", "${k, 'd'}"] {
                #expect(try Self.template(text).resolved(in: facts) == nil)
                #expect(try Self.template(text).resolvedText(in: facts) == nil)
            }
        }
    }

    @Test(
        "B4: without version 2012-10-17 a variable is plain text",
        arguments: ["2008-10-17", nil] as [String?]
    )
    func oldVersion(_ version: String?) throws {
        let text = onResource(#""arn:aws:s3:::b/${aws:username}""#, version: version)
        let pattern = try statements(text)[0].resourcePatterns[0]
        #expect(pattern.variables.isEmpty)
        let resolved = try pattern.template(.aws).resolved(in: context([("aws:username", "ann")]))
        #expect(resolved?.matches("arn:aws:s3:::b/${aws:username}") == true)
        #expect(resolved?.matches("arn:aws:s3:::b/ann") == false)
        #expect(remarks(text) == [.inertVariable])
    }

    @Test(
        "B4: under the old version even a broken variable is plain text",
        arguments: ["${", "${}", "${a${b}}"]
    )
    func brokenUnderOldVersion(_ variable: String) {
        #expect(remarks(onResource(#""arn:aws:s3:::b/\#(variable)""#, version: nil)) == [.inertVariable])
        #expect(refusal(onResource(#""arn:aws:s3:::b/\#(variable)""#)) == [.variableForm])
    }

    @Test(
        "E20: in the first five parts of an ARN a variable is not expanded, and a remark says so",
        arguments: [
            "arn:aws:s3::${aws:PrincipalAccount}:b", "arn:${p}:s3:::b", "arn:aws:${s}:::${aws:username}",
        ]
    )
    func arnHead(_ resource: String) throws {
        #expect(remarks(onResource("\"\(resource)\"")) == [.inertVariable])
        let pattern = try statements(onResource("\"\(resource)\""))[0].resourcePatterns[0]
        let facts = try context([
            ("aws:PrincipalAccount", "1"), ("p", "aws"), ("s", "s3"), ("aws:username", "b"),
        ])
        for reach in WildcardReach.allCases {
            let resolved = pattern.template(reach).resolved(in: facts)
            for arn in ["arn:aws:s3::1:b", "arn:aws:s3:::b"] as [UTF8Text] {
                #expect(resolved?.matches(arn) == false)
            }
        }
    }

    @Test("E20: in the sixth part of an ARN a variable is expanded, and wildcards around it still reach")
    func arnResource() throws {
        let pattern = try statements(onResource(#""arn:aws:s3:*:*:b/${aws:username}/*""#))[0]
            .resourcePatterns[0]
        #expect(pattern.variables.map(\.key) == ["aws:username"])
        let facts = try context([("aws:username", "a*")])
        for reach in WildcardReach.allCases {
            let resolved = pattern.template(reach).resolved(in: facts)
            #expect(resolved?.matches("arn:aws:s3:eu:1:b/a*/x:y/z") == true)
            #expect(resolved?.matches("arn:aws:s3:eu:1:b/ab/x") == false)
        }
    }
}
