@testable import PolicyLanguage
import Testing
import Vocabulary

/// The definitions of D4 and E18, written as splits into parts and tried in every way.
private enum Definition {
    typealias Scalars = ArraySlice<Unicode.Scalar>

    /// The parts before and after the first five colons.
    static func parts(_ text: Scalars) -> [Scalars] {
        text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    }

    /// E18, and D4 without reach: equally many parts, each matched alone; the sixth keeps its colons.
    static func segmented(_ pattern: Scalars, _ text: Scalars) -> Bool {
        let patterns = parts(pattern)
        let texts =
            patterns.count == 6 ? parts(text) : text.split(separator: ":", omittingEmptySubsequences: false)
        return patterns.count == texts.count && zip(patterns, texts).allSatisfy { naiveMatch($0, $1) }
    }

    /// D4: as above, but a part that ends in `*` may take further colons and what lies between.
    static func reaching(_ pattern: Scalars, _ text: Scalars) -> Bool {
        reaching(parts(pattern)[...], text, position: 0)
    }

    private static func reaching(_ patterns: ArraySlice<Scalars>, _ text: Scalars, position: Int) -> Bool {
        guard let first = patterns.first else { return false }
        if position == 5 { return naiveMatch(first, text) }
        if patterns.count == 1 { return matchesPart(first, text) }
        return text.indices.contains { index in
            text[index] == ":" && matchesPart(first, text[..<index])
                && reaching(patterns.dropFirst(), text[(index + 1)...], position: position + 1)
        }
    }

    private static func matchesPart(_ pattern: Scalars, _ text: Scalars) -> Bool {
        let inside = text.prefix { $0 != ":" }
        if inside.count == text.count, naiveMatch(pattern, text) { return true }
        guard pattern.last == "*" else { return false }
        return (inside.startIndex...inside.endIndex).contains {
            naiveMatch(pattern.dropLast(), inside[..<$0])
        }
    }
}

@Suite("Wildcards in ARNs")
struct ARNPatternTests {
    private static func pattern(_ text: String, _ syntax: WildcardSyntax) throws -> WildcardPattern {
        let template = try PatternTemplate(UTF8Text(text), syntax, expandsVariables: false)
        return try #require(template.resolved(in: RequestContext()))
    }

    /// Prefixes put the short patterns into the first parts, across the fifth colon, and into the sixth part.
    @Test(
        "D4: every short ARN pattern matches exactly what its definition says, in both reaches",
        arguments: ["", ":::", ":::::"]
    )
    func smallUniverse(_ prefix: String) throws {
        let texts = allStrings(over: "a:", upTo: 5).map { prefix + $0 }
        for text in allStrings(over: "a:*?", upTo: prefix.isEmpty ? 5 : 4) {
            let written = prefix + text
            let scalars = Array(written.unicodeScalars)[...]
            let reaching = try Self.pattern(written, .arnParts)
            let segmented = try Self.pattern(written, .strictARNParts)
            for text in texts {
                let textScalars = Array(text.unicodeScalars)[...]
                if reaching.matches(UTF8Text(text)) != Definition.reaching(scalars, textScalars) {
                    Issue.record("reaching `\(written)` against `\(text)`")
                }
                if segmented.matches(UTF8Text(text)) != Definition.segmented(scalars, textScalars) {
                    Issue.record("segmented `\(written)` against `\(text)`")
                }
            }
        }
    }

    @Test("E18: every ARN condition pattern compares six parts, each alone")
    func conditionPatterns() throws {
        let patterns = allStrings(over: "a:*?", upTo: 6).filter { $0.count { $0 == ":" } >= 4 }.map {
            "arn:" + $0
        }
        let texts = allStrings(over: "a:", upTo: 7).filter { $0.count { $0 == ":" } >= 4 }.map { "arn:" + $0 }
        let values = patterns.map { "\"\($0)\"" }.joined(separator: ",")
        let condition = try #require(
            statements(conditional(#""ArnLike": {"k": [\#(values)]}"#))[0].conditions.first
        )
        try #require(condition.operands.count == patterns.count)
        for (pattern, operand) in zip(patterns, condition.operands) {
            guard case .arn(let template) = operand.value else {
                Issue.record("`\(pattern)` was not read as an ARN pattern")
                continue
            }
            for text in texts {
                let expected = Definition.segmented(
                    Array(pattern.unicodeScalars)[...],
                    Array(text.unicodeScalars)[...]
                )
                let arn = try #require(ARN(UTF8Text(text)))
                if template.matches(arn, in: RequestContext()) != expected {
                    Issue.record("`\(pattern)` against `\(text)`")
                }
            }
        }
    }

    @Test(
        "D4: a `*` that ends its part may pass the colon, and only in the `aws` reach",
        arguments: [
            ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/a:b/c", true, true),
            ("arn:aws:s3:::bucket/*/test/*", "arn:aws:s3:::bucket/1/2/test/x", true, true),
            ("arn:aws:s3:::bucket/*/test/*", "arn:aws:s3:::bucket/test/x", false, false),
            ("arn:aws:s3*:::b", "arn:aws:s3:eu:1:::b", true, false),
            ("arn:aws:*:b", "arn:aws:s3:::b", true, false),
            ("arn:aws:*:*:*:b", "arn:aws:s3:::b", true, true),
            ("arn:aws:ec2:*:*:instance/i-1", "arn:aws:ec2:eu:111122223333:x:instance/i-1", true, false),
            ("arn:aws:ec2:e*u:1:instance", "arn:aws:ec2:e:x:u:1:instance", false, false),
            ("arn:aws:ec2:?:1:instance", "arn:aws:ec2:::1:instance", false, false),
            ("arn:aws:s3:::?", "arn:aws:s3::::", true, true),
        ]
    )
    func reach(_ pattern: String, _ text: String, _ aws: Bool, _ segmented: Bool) throws {
        #expect(try Self.pattern(pattern, .arnParts).matches(UTF8Text(text)) == aws)
        #expect(try Self.pattern(pattern, .strictARNParts).matches(UTF8Text(text)) == segmented)
    }

    @Test("D4: a resource of a policy has both reaches", arguments: ["Resource", "NotResource"])
    func resourceReaches(_ element: String) throws {
        let text: UTF8Text = "arn:aws:s3:eu:1:::b"
        for written in ["arn:aws:s3*:::b", "arn:aws:s3*:::${*}b"] {
            let statement = try statements(onResource(#""\#(written)""#, element: element))[0]
            let pattern = try #require(statement.resourcePatterns.first)
            let name = written.contains("$") ? UTF8Text("arn:aws:s3:eu:1:::*b") : text
            #expect(pattern.template(.aws).resolved(in: RequestContext())?.matches(name) == true)
            #expect(pattern.template(.segmented).resolved(in: RequestContext())?.matches(name) == false)
        }
    }

    @Test(
        "D3: resources are compared with regard to case, in every part",
        arguments: ["arn:AWS:s3:::b", "arn:aws:S3:::b", "arn:aws:s3:::B"]
    )
    func caseSensitive(_ text: String) throws {
        #expect(try !Self.pattern("arn:aws:s3:::b*", .arnParts).matches(UTF8Text(text)))
    }

    @Test("D6: a request for `*` is matched by the entry `*` and by no ARN pattern")
    func noResource() throws {
        let patterns = try statements(onResource(#"["*", "arn:aws:s3:::*", "arn:*:*:*:*:*"]"#))[0]
            .resourcePatterns
        let matches = patterns.map { $0.template(.aws).resolved(in: RequestContext())?.matches("*") }
        #expect(matches == [true, false, false])
    }

    @Test("E18: the guide's example: `*` in one part of an ARN condition does not reach into the next")
    func guideExample() throws {
        let condition = conditional(#""ArnLike": {"k": "arn:aws:s3:*:111122223333:finance/*.txt"}"#)
        guard case .arn(let template) = try statements(condition)[0].conditions[0].operands[0].value else {
            Issue.record("no ARN pattern")
            return
        }
        let inside = try #require(ARN("arn:aws:s3:eu:111122223333:finance/a:b.txt"))
        let across = try #require(ARN("arn:aws:s3:eu:x:111122223333:finance/b.txt"))
        #expect(template.matches(inside, in: RequestContext()) == true)
        #expect(template.matches(across, in: RequestContext()) == false)
    }
}

extension Statement {
    /// The patterns of `Resource` or `NotResource`.
    var resourcePatterns: [ResourcePattern] {
        switch resource {
        case .resource(let patterns), .notResource(let patterns): patterns
        case nil: []
        }
    }
}
