@testable import PolicyLanguage
import Testing
import Vocabulary

@Suite("Limits of patterns and documents")
struct LimitsTests {
    private static func fault(_ text: String, _ syntax: WildcardSyntax = .anywhere) -> PatternTemplate.Fault?
    {
        do throws(PatternTemplate.Fault) {
            _ = try PatternTemplate(UTF8Text(text), syntax, expandsVariables: true)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "D9: a pattern has at most 256 wildcards, with or without variables in it",
        arguments: ["", "${k}", "${*}"]
    )
    func wildcards(_ rest: String) {
        #expect(Self.fault(String(repeating: "*", count: 256) + rest) == nil)
        #expect(Self.fault(String(repeating: "*", count: 257) + rest) == .tooManyWildcards)
        #expect(Self.fault(String(repeating: "a?", count: 257) + rest) == .tooManyWildcards)
    }

    @Test("D9: an escaped or literal wildcard is none")
    func literalWildcards() {
        #expect(Self.fault(String(repeating: "${*}", count: 300)) == nil)
        #expect(Self.fault(String(repeating: "*", count: 300), .literal) == nil)
        #expect(Self.fault(String(repeating: "*", count: 300) + "${k}", .literal) == nil)
    }

    @Test("D9: a pattern has at most 64 variables")
    func variables() {
        #expect(Self.fault(String(repeating: "${k}", count: 64)) == nil)
        #expect(Self.fault(String(repeating: "${k}", count: 65)) == .tooManyVariables)
    }

    @Test("D9: a pattern with a wildcard or variable has at most 2,048 bytes; a plain text may be longer")
    func length() {
        #expect(Self.fault("*" + String(repeating: "a", count: 2_047)) == nil)
        #expect(Self.fault("*" + String(repeating: "a", count: 2_048)) == .tooLong)
        #expect(Self.fault("${k}" + String(repeating: "a", count: 2_045)) == .tooLong)
        #expect(Self.fault(String(repeating: "a", count: 5_000)) == nil)
    }

    @Test("D9: a pattern beyond a limit refuses the policy in every mode", arguments: ValidationMode.allCases)
    func inPolicies(_ mode: ValidationMode) {
        let stars = String(repeating: "a*", count: 257)
        let long = "*" + String(repeating: "a", count: 2_048)
        let variables = String(repeating: "${k}", count: 65)
        for text in [stars, long, variables] {
            #expect(refusal(onResource("\"arn:aws:s3:::\(text)\""), mode: mode) == [.wildcardLimit])
            #expect(refusal(conditional(#""StringLike": {"k": "\#(text)"}"#), mode: mode) == [.wildcardLimit])
        }
        for text in [stars, long] {
            let actions = policy(#""Effect": "Allow", "Action": "s3:\#(text)", "Resource": "*""#)
            #expect(refusal(actions, mode: mode) == [.wildcardLimit])
        }
    }

    @Test("A document longer than the limit is refused without being read")
    func documentSize() {
        let text = onResource("\"*\"")
        func codes(_ bytesMax: Int) -> [DiagnosticCode] {
            do throws(InvalidDocument) {
                let reader = PolicyReader(documentBytesMax: bytesMax)
                return try reader.read(SourceText(text), as: .identity).warnings.map(\.code)
            } catch {
                return error.diagnostics.map(\.code)
            }
        }
        #expect(codes(text.utf8.count) == [])
        #expect(codes(text.utf8.count - 1) == [.sizeLimit])
        #expect(
            PolicyReader(documentBytesMax: 3).grammarFindings(SourceText(text)).map(\.code) == [.sizeLimit]
        )
    }

    @Test("A policy nested deeper than 32 is refused, as any document")
    func depth() {
        let nested = String(repeating: "[", count: 30) + String(repeating: "]", count: 30)
        #expect(refusal(onResource(nested)) == [.schemaType])
        let deeper = String(repeating: "[", count: 31) + String(repeating: "]", count: 31)
        #expect(refusal(onResource(deeper)) == [.depthLimit])
    }
}
