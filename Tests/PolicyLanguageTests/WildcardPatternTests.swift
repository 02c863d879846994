@testable import PolicyLanguage
import Testing
import Vocabulary

@Suite("Wildcards")
struct WildcardPatternTests {
    @Test(
        "D4, E12: every short pattern matches exactly the texts that its definition says",
        arguments: ["", "a", "b", "*", "?"]
    )
    func smallUniverse(_ first: String) {
        let texts = allStrings(over: "ab", upTo: 5).map { (UTF8Text($0), Array($0.unicodeScalars)[...]) }
        let patterns = first.isEmpty ? [""] : allStrings(over: "ab*?", upTo: 4).map { first + $0 }
        for pattern in patterns {
            let compiled = WildcardPattern(UTF8Text(pattern))
            let scalars = Array(pattern.unicodeScalars)[...]
            for (text, textScalars) in texts where compiled.matches(text) != naiveMatch(scalars, textScalars)
            {
                Issue.record("`\(pattern)` against `\(text)`: \(compiled.matches(text))")
            }
        }
    }

    @Test(
        "Random patterns of many scripts match exactly the texts that their definition says",
        arguments: 1...4 as ClosedRange<UInt64>
    )
    func manyScripts(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let letters = Array("aé\u{301}e\u{20AC}\u{1F600}\u{A9}\u{10FFFF}".unicodeScalars)
        var matchCount = 0
        for _ in 0..<3_000 {
            let pattern = (0..<Int.random(in: 0...7, using: &generator)).map { _ -> Unicode.Scalar in
                Int.random(in: 0..<5, using: &generator) < 2
                    ? (Bool.random(using: &generator) ? "*" : "?")
                    : letters[Int.random(in: 0..<3, using: &generator)]
            }
            let text = (0..<Int.random(in: 0...8, using: &generator)).map { _ in
                letters[
                    Int.random(
                        in: 0..<(Bool.random(using: &generator) ? 3 : letters.count),
                        using: &generator
                    )
                ]
            }
            let bytes = { (scalars: [Unicode.Scalar]) in UTF8Text(scalars.map { String($0) }.joined()) }
            let expected = naiveMatch(pattern[...], text[...])
            if expected { matchCount += 1 }
            if WildcardPattern(bytes(pattern)).matches(bytes(text)) != expected {
                Issue.record(
                    "seed \(seed): `\(bytes(pattern))` against `\(bytes(text))`, expected \(expected)"
                )
            }
        }
        #expect(matchCount > 100, "seed \(seed) has too few matches to mean anything")
    }

    @Test(
        "Long random patterns, of many machine words, match as their definition says",
        arguments: 1...3 as ClosedRange<UInt64>
    )
    func longPatterns(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            let text = (0..<Int.random(in: 100...400, using: &generator)).map { _ -> Unicode.Scalar in
                Bool.random(using: &generator) ? "a" : "b"
            }
            // A pattern made from the text matches it; with one more letter at its end it does not.
            var pattern: [Unicode.Scalar] = []
            var index = 0
            while index < text.count {
                switch Int.random(in: 0..<12, using: &generator) {
                case 0:
                    pattern.append("*")
                    index += Int.random(in: 0...90, using: &generator)
                case 1, 2:
                    pattern.append("?")
                    index += 1
                default:
                    pattern.append(text[index])
                    index += 1
                }
            }
            let bytes = { (scalars: [Unicode.Scalar]) in UTF8Text(scalars.map { String($0) }.joined()) }
            if index == text.count {
                #expect(WildcardPattern(bytes(pattern)).matches(bytes(text)), "seed \(seed)")
            }
            #expect(!WildcardPattern(bytes(pattern + ["c"])).matches(bytes(text)), "seed \(seed)")
            #expect(!WildcardPattern(bytes(["c"] + pattern)).matches(bytes(text)), "seed \(seed)")
        }
    }

    @Test(
        "`?` is one Unicode scalar, not one byte and not one visible character",
        arguments: [
            ("?", "\u{E9}", true), ("?", "\u{20AC}", true), ("?", "\u{1F600}", true),
            ("?", "e\u{301}", false),
            ("??", "e\u{301}", true), ("??", "\u{E9}", false), ("?", "", false),
            ("?", "\u{1F468}\u{200D}\u{1F469}", false),
            ("???", "\u{1F468}\u{200D}\u{1F469}", true), ("a?c", "a\u{1F600}c", true),
            ("*?", "\u{1F600}", true),
            ("?*?", "\u{1F600}", false), ("*\u{A9}", "\u{E9}", false),
        ]
    )
    func scalars(_ pattern: String, _ text: String, _ expected: Bool) {
        #expect(WildcardPattern(UTF8Text(pattern)).matches(UTF8Text(text)) == expected)
    }

    @Test("B9: equivalent texts do not match each other")
    func noNormalisation() {
        #expect(!WildcardPattern("caf\u{E9}*").matches("cafe\u{301}"))
        #expect(!WildcardPattern("\u{212A}*").matches("Kelvin"))
    }

    @Test(
        "Only `*` and `?` are wildcards: no classes, braces, dots, anchors or escapes",
        arguments: [
            ("[ab]", "a"), ("{a,b}", "a"), (".", "a"), ("a.", "ab"), ("^a", "a"), ("a$", "a"), ("\\*", "*"),
            ("\\a", "a"), ("!a", "b"),
            ("**/b", "b"), ("a+", "aa"), ("%", "a"), ("_", "a"),
        ]
    )
    func noOtherSyntax(_ pattern: String, _ text: String) {
        #expect(!WildcardPattern(UTF8Text(pattern)).matches(UTF8Text(text)))
    }

    @Test("E12: wildcards match slashes, colons, line ends and percent signs like any other text")
    func anyText() {
        #expect(WildcardPattern("bucket/*/test/*").matches("bucket/1/2/test/x"))
        #expect(!WildcardPattern("bucket/*/test/*").matches("bucket/test/x"))
        #expect(WildcardPattern("a*z").matches("a/:\n\u{0}%2F../z"))
        #expect(!WildcardPattern("a/b").matches("a%2Fb") && !WildcardPattern("a/b").matches("a/./b"))
    }

    @Test("D1: a folded pattern matches folded text, and folds A–Z only")
    func folded() {
        let pattern = WildcardPattern(asciiLowercasing: "S3:Get*K?")
        #expect(pattern.matches("s3:getobjectk1"))
        #expect(!pattern.matches("S3:GetObjectK1"))
        #expect(WildcardPattern(asciiLowercasing: "\u{212A}?").matches("\u{212A}x"))
        #expect(!WildcardPattern(asciiLowercasing: "\u{212A}?").matches("kx"))
    }

    @Test("E12, E23: in a literal pattern `*` and `?` stand for themselves")
    func literal() {
        #expect(WildcardPattern(literal: "a*?").matches("a*?"))
        #expect(!WildcardPattern(literal: "a*?").matches("abc"))
        #expect(!WildcardPattern(literal: "*").matches(""))
    }

    @Test(
        "D9: no pattern is slow",
        arguments: [
            ("*" + String(repeating: "a", count: 2_000) + "b", String(repeating: "a", count: 2_048)),
            (String(repeating: "*a", count: 255) + "b", String(repeating: "a", count: 2_048)),
            (String(repeating: "a*", count: 255) + "b", String(repeating: "a", count: 10_000)),
            (String(repeating: "*", count: 255) + "b", String(repeating: "a", count: 10_000)),
            (String(repeating: "?", count: 255) + "*b", String(repeating: "\u{1F600}", count: 2_048)),
            (String(repeating: "*?", count: 127) + "b", String(repeating: "ab", count: 5_000) + "a"),
            (
                "*" + String(repeating: "ab", count: 500) + "*" + String(repeating: "ba", count: 500),
                String(repeating: "ab", count: 1_024)
            ),
        ]
    )
    func worstCases(_ pattern: String, _ text: String) {
        let (pattern, text) = (UTF8Text(pattern), UTF8Text(text))
        let elapsed = ContinuousClock().measure { #expect(!WildcardPattern(pattern).matches(text)) }
        #expect(elapsed < .seconds(2))
    }
}
