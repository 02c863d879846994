import IdentityDirectory
import PolicyLanguage
import ReferenceEvaluator
import Testing
import Vocabulary

@Suite("E20–E24: policy variables")
struct VariableTests {
    private static func row(
        _ name: String,
        _ values: String,
        _ request: ContextValue?,
        _ holds: Bool,
        _ reason: ConditionResult.Reason
    ) -> ConditionCase {
        var row = ConditionCase(name, values, request, holds, reason)
        row.context = [
            "app:who": .single("al*"), "app:flag": .single("TRUE"), "app:list": .multi(["a"]),
            "app:empty": .single(""), "app:arn": .single("arn:aws:s3:::vault"),
        ]
        return row
    }

    static let conditions = [
        row("StringEquals", #""${app:who}""#, one("al*"), true, .matched),
        row("StringEquals", #""${APP:Who}""#, one("al*"), true, .matched),
        row("StringLike", #""${app:who}""#, one("alice"), false, .notEqual),
        row("StringLike", #""${app:who}*""#, one("al*ice"), true, .matched),
        row("StringLike", #""a${*}""#, one("a*"), true, .matched),
        row("StringLike", #""a${*}""#, one("ab"), false, .notEqual),
        row("StringEquals", #""${app:none, 'dflt'}""#, one("dflt"), true, .matched),
        row("StringEquals", #""${app:empty, 'dflt'}""#, one("dflt"), false, .notEqual),
        row("StringEquals", #""${app:none}""#, one("x"), false, .unresolvedVariable),
        row("StringNotEquals", #""${app:none}""#, one("x"), true, .unresolvedVariable),
        row("StringEquals", #""${app:list}""#, one("a"), false, .unresolvedVariable),
        row("StringEquals", #"["${app:none}", "x"]"#, one("x"), true, .matched),
        row("StringNotEquals", #"["${app:none}", "x"]"#, one("x"), false, .notEqual),
        row("StringNotEquals", #"["${app:none}", "x"]"#, one("y"), true, .unresolvedVariable),
        row("StringLike", #""${app:none}*""#, one("x"), false, .unresolvedVariable),
        row("StringNotLike", #""${app:none}*""#, one("x"), true, .unresolvedVariable),
        row("Bool", #""${app:flag}""#, one("true"), true, .matched),
        row("Bool", #""${app:flag}""#, one("false"), false, .notEqual),
        row("Bool", #""${app:who}""#, one("true"), false, .notEqual),
        row("Bool", #""${app:none}""#, one("true"), false, .unresolvedVariable),
        row("ArnLike", #""arn:aws:s3:::${app:who}""#, one("arn:aws:s3:::al*"), true, .matched),
        row("ArnLike", #""arn:aws:s3:::${app:who}""#, one("arn:aws:s3:::alice"), false, .notEqual),
        row("ArnLike", #""arn:aws:s3:::${app:none}""#, one("arn:aws:s3:::x"), false, .unresolvedVariable),
        row("ArnNotLike", #""arn:aws:s3:::${app:none}""#, one("arn:aws:s3:::x"), true, .unresolvedVariable),
        row("ArnEquals", #""${app:arn}""#, one("arn:aws:s3:::vault"), true, .matched),
        row("ArnEquals", #""${app:arn}""#, one("arn:aws:s3:::other"), false, .notEqual),
    ]

    @Test(
        "E20–E24: variables in conditions are literal, single-valued, and null when unresolved",
        arguments: conditions
    )
    func condition(_ row: ConditionCase) throws {
        let result = try row.result()
        #expect(result.holds == row.holds)
        #expect(result.reason == row.reason)
    }

    @Test(
        "B4: without version 2012-10-17 a variable is plain text",
        arguments: [nil, "2008-10-17", "2012-10-17"] as [String?]
    )
    func versions(_ version: String?) throws {
        let text = allow(on: "arn:aws:s3:::vault/${app:who}/*")
        let document = try policy([text], version: version).document
        for (resource, expandsOnly) in [
            ("arn:aws:s3:::vault/al/x", true), ("arn:aws:s3:::vault/${app:who}/x", false),
        ] as [(UTF8Text, Bool)] {
            let probe = StatementProbe(
                request: AuthorizationRequest(principal: alice, action: "a:b", resource: resource),
                context: try RequestContext([("app:who", .single("al"))]),
                options: EvaluationOptions()
            )
            #expect(
                probe.matchesResource(document.statements[0]) == (expandsOnly == (version == "2012-10-17"))
            )
        }
    }

    @Test("E23: a wildcard in a user's name matches no other user's folder")
    func injection() throws {
        var scene = Scene(
            resource: "arn:aws:s3:::vault/ab/x",
            identity: [allow(on: "arn:aws:s3:::vault/${aws:username}/*")]
        )
        scene.context = ["aws:username": .single("a*")]
        #expect(try scene.answer() == "implicitDeny by identity")
        scene.resource = "arn:aws:s3:::vault/a*/x"
        #expect(try scene.answer() == "allow by identity")
    }

    @Test("E22, E23: a value that looks like a variable is not expanded again")
    func noReexpansion() throws {
        var scene = Scene(
            resource: "arn:aws:s3:::vault/secret",
            identity: [allow(on: "arn:aws:s3:::vault/${app:who}")]
        )
        scene.context = ["app:who": .single("${app:other}"), "app:other": .single("secret")]
        #expect(try scene.answer() == "implicitDeny by identity")
    }
}
