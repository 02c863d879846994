@testable import PolicyLanguage
import Testing
import Vocabulary

@Suite("Patterns that may hold variables")
struct PatternTemplateTests {
    private static let syntaxes: [WildcardSyntax] = [.literal, .anywhere, .arnParts, .strictARNParts]

    @Test("A text without variables means the same whether variables are expanded or not")
    func withoutVariables() throws {
        let texts = ["", "a", "a*b", "?", "arn:aws:*:x?:*:a*:b", "$", "{}", "*:*:*:*:*:*:*"]
        let names = [
            "", "a", "axb", "?", "x", "arn:aws:s3:xy::a1:b", "arn:aws:s3:xy:1:2:a1:b", "$", "{}", "::::::",
        ]
        for syntax in Self.syntaxes {
            for text in texts {
                let plain = try PatternTemplate(UTF8Text(text), syntax, expandsVariables: false)
                let expanding = try PatternTemplate(UTF8Text(text), syntax, expandsVariables: true)
                for name in names {
                    let facts = RequestContext()
                    #expect(
                        plain.resolved(in: facts)?.matches(UTF8Text(name))
                            == expanding.resolved(in: facts)?.matches(UTF8Text(name))
                    )
                }
                #expect(plain.resolvedText(in: RequestContext()) == UTF8Text(text))
            }
        }
    }

    @Test("A text with an escape matches as the same text without it, whatever its wildcards mean")
    func tokensAgreeWithText() throws {
        // `${$}` stands for `$`; it forces the pattern through the list of symbols.
        let patterns = allStrings(over: "a:*?", upTo: 4).map { ":::" + $0 }
        let names = allStrings(over: "a:", upTo: 4).map { UTF8Text(":::" + $0 + "$") }
        for syntax in Self.syntaxes {
            for pattern in patterns {
                let plain = try PatternTemplate(UTF8Text(pattern + "$"), syntax, expandsVariables: true)
                let escaped = try PatternTemplate(UTF8Text(pattern + "${$}"), syntax, expandsVariables: true)
                let facts = RequestContext()
                let (one, other) = (plain.resolved(in: facts), escaped.resolved(in: facts))
                for name in names where one?.matches(name) != other?.matches(name) {
                    Issue.record("\(syntax) `\(pattern)` against `\(name)`")
                }
            }
        }
    }

    @Test("E12, E23: in a literal template wildcards stand for themselves beside variables")
    func literal() throws {
        let template = try PatternTemplate("a*${k}?", .literal, expandsVariables: true)
        let facts = try context([("k", "*")])
        #expect(template.resolved(in: facts)?.matches("a**?") == true)
        #expect(template.resolved(in: facts)?.matches("axyz") == false)
    }

    @Test(
        "E18: an ARN pattern may hold variables in any part; one that does not resolve fails the whole pattern"
    )
    func arnTemplate() throws {
        let text = conditional(#""ArnLike": {"k": "arn:aws:sns:${r}:*:${n, 'x'}-*"}"#)
        guard case .arn(let template) = try statements(text)[0].conditions[0].operands[0].value else {
            Issue.record("no ARN pattern")
            return
        }
        let arn = try #require(ARN("arn:aws:sns:eu:1:x-y"))
        #expect(try template.matches(arn, in: context([("r", "eu")])) == true)
        #expect(try template.matches(arn, in: context([("r", "e*")])) == false)
        #expect(try template.matches(arn, in: context([("r", "eu"), ("n", "z")])) == false)
        #expect(template.matches(arn, in: RequestContext()) == nil)
        let other = try #require(ARN("arn:aws:sqs:eu:1:x-y"))
        #expect(
            template.matches(other, in: RequestContext()) == nil,
            "no answer, though another part differs"
        )
    }

    @Test("E18: one variable may stand for a whole ARN, which is then compared byte by byte")
    func wholeARN() throws {
        let text = conditional(#""ArnEquals": {"k": "${aws:PrincipalArn}"}"#)
        guard case .arn(let template) = try statements(text)[0].conditions[0].operands[0].value else {
            Issue.record("no ARN pattern")
            return
        }
        let arn = try #require(ARN("arn:aws:iam::1:role/r"))
        #expect(
            try template.matches(arn, in: context([("aws:PrincipalArn", "arn:aws:iam::1:role/r")])) == true
        )
        #expect(
            try template.matches(arn, in: context([("aws:PrincipalArn", "arn:aws:iam::1:role/*")])) == false
        )
        #expect(template.matches(arn, in: RequestContext()) == nil)
    }

    @Test("E18: `*` alone is any ARN")
    func anyARN() throws {
        guard
            case .arn(let any) = try statements(conditional(#""ArnLike": {"k": "*"}"#))[0].conditions[0]
                .operands[0].value
        else {
            Issue.record("no ARN pattern")
            return
        }
        #expect(any.matches(try #require(ARN("arn:aws:iam::1:role/r:s")), in: RequestContext()) == true)
    }
}
