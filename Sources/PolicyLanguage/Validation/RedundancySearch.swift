import Vocabulary

/// Finds entries of a list of patterns that another entry of the same list covers (B14).
///
/// A pattern covers another if it matches the other's text with the other's wildcards taken as symbols that
/// only a `*` of its own can match. That misses some pairs and never names a wrong one.
struct RedundancySearch {
    /// Comparisons of patterns and of their bytes left for one document; what would cost more is not searched.
    private var stepsLeft = 1 << 23

    /// An entry that may be left out, and the one that makes it so.
    struct Finding {
        let redundant: Int
        let cover: Int
    }

    /// The covered entries among patterns, each once; of two that cover each other, the later.
    mutating func findings(in patterns: [UTF8Text]) -> [Finding] {
        guard patterns.count > 1 else { return [] }
        let parts = patterns.map(Self.parts)
        var firsts: [UTF8Text: Int] = [:]
        var covers: [Int] = []
        for (index, pattern) in patterns.enumerated() where firsts[pattern] == nil {
            firsts[pattern] = index
            if Self.canCover(pattern) { covers.append(index) }
        }
        return patterns.indices.compactMap { index in
            if let first = firsts[patterns[index]], first < index {
                return Finding(redundant: index, cover: first)
            }
            return cover(of: index, among: covers, parts).map { Finding(redundant: index, cover: $0) }
        }
    }

    private mutating func cover(of index: Int, among covers: [Int], _ parts: [[ArraySlice<UInt8>]]) -> Int? {
        for cover in covers where cover != index {
            guard stepsLeft > 0 else { return nil }
            if isCovered(parts[index], by: parts[cover]),
                cover < index || !isCovered(parts[cover], by: parts[index])
            {
                return cover
            }
        }
        return nil
    }

    /// Only wildcards cover more than their own text; what a variable stands for is not known here.
    private static func canCover(_ pattern: UTF8Text) -> Bool {
        pattern.bytes.contains(where: \.isWildcard)
            && !pattern.bytes.contains { $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "}") }
    }

    /// The parts that are compared one by one: no wildcard is trusted to pass a colon of an ARN (D4).
    private static func parts(_ pattern: UTF8Text) -> [ArraySlice<UInt8>] {
        pattern.begins(with: "arn:") ? pattern.arnPatternParts.map(\.bytes) : [pattern.bytes]
    }

    private mutating func isCovered(_ text: [ArraySlice<UInt8>], by cover: [ArraySlice<UInt8>]) -> Bool {
        stepsLeft -= 1
        if cover.count == 1, cover[0].elementsEqual(CollectionOfOne(UInt8(ascii: "*"))) { return true }
        guard text.count == cover.count else { return false }
        for (text, cover) in zip(text, cover) where !isCovered(text, by: cover) { return false }
        return true
    }

    private mutating func isCovered(_ text: ArraySlice<UInt8>, by cover: ArraySlice<UInt8>) -> Bool {
        var (position, symbol) = (text.startIndex, cover.startIndex)
        var retry: (position: Int, symbol: Int)?
        while position < text.endIndex {
            stepsLeft -= 1
            guard stepsLeft > 0 else { return false }
            if symbol < cover.endIndex, cover[symbol] == UInt8(ascii: "*") {
                retry = (position, symbol + 1)
                symbol += 1
            } else if symbol < cover.endIndex, Self.covers(cover[symbol], text[position]) {
                position += 1
                symbol += 1
            } else if let last = retry {
                retry = (last.position + 1, last.symbol)
                (position, symbol) = (last.position + 1, last.symbol)
            } else {
                return false
            }
        }
        return cover[symbol...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// `?` stands for one character, so not for half of one, for any number of them, or for a variable.
    private static func covers(_ symbol: UInt8, _ byte: UInt8) -> Bool {
        if symbol == UInt8(ascii: "?") {
            return byte < 0x80 && byte != UInt8(ascii: "*") && byte != UInt8(ascii: "$")
        }
        return symbol == byte
    }
}

extension PolicyParser {
    /// Remarks on actions that others of the same list cover; case is ignored (D1).
    mutating func remarkOnRedundantActions(_ values: [JSONValue]) {
        guard findsRedundancy else { return }
        let findings = redundancy.findings(in: values.map(\.text.asciiLowercased))
        report(findings, .redundantAction, in: values)
    }

    /// Remarks on resources that others of the same list cover.
    mutating func remarkOnRedundantResources(_ values: [JSONValue]) {
        guard findsRedundancy else { return }
        report(redundancy.findings(in: values.map(\.text)), .redundantResource, in: values)
    }

    private mutating func report(
        _ findings: [RedundancySearch.Finding],
        _ code: DiagnosticCode,
        in values: [JSONValue]
    ) {
        for finding in findings {
            let (entry, cover) = (values[finding.redundant].text, values[finding.cover].text)
            let message = entry == cover ? "`\(entry)` stands twice" : "`\(entry)` is covered by `\(cover)`"
            sink.report(code, message, at: values[finding.redundant], .always)
        }
    }
}

extension TypeRules {
    /// Statements compared with each other; in longer policies only neighbours are.
    private static let comparedMax = 128

    /// Remarks on a statement that says what an earlier one says, whatever their Sids.
    mutating func remarkOnRedundantStatements(_ document: PolicyDocument) {
        // In a document with errors, elements that cannot be read all look the same.
        guard findsRedundancy, !sink.hasErrors else { return }
        for (index, statement) in document.statements.enumerated() {
            let earlier = document.statements[max(0, index - Self.comparedMax)..<index]
            if let first = earlier.first(where: { $0.says(what: statement) }) {
                report(
                    .redundantStatement,
                    "the statement repeats `\(first.path)`",
                    at: statement,
                    "",
                    .always
                )
            }
        }
    }
}

extension Statement {
    fileprivate func says(what other: Statement) -> Bool {
        effect == other.effect && action == other.action && resource == other.resource
            && principal == other.principal && conditions.count == other.conditions.count
            && zip(conditions, other.conditions).allSatisfy {
                $0.operator == $1.operator && $0.key == $1.key && $0.operands == $1.operands
            }
    }
}
