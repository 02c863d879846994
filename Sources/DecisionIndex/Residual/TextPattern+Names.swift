import Vocabulary

/// How sets of names lie to each other, as far as that is cheap to say.
extension TextPattern {
    /// Exactly one text, or a prefix.
    var isSimple: Bool { exactText != nil || prefixText != nil }

    /// Whether every text that `other` matches is matched; false also where nobody can tell.
    func covers(_ other: TextPattern) -> Bool {
        if self == other { return variables.isEmpty }
        if let prefixText { return other.literalPrefix.hasPrefix(prefixText) }
        guard variables.isEmpty, let exact = other.exactText else { return false }
        return matches(exact, RequestContext())
    }

    /// Whether no text is matched by both; false also where nobody can tell.
    func isDisjoint(from other: TextPattern) -> Bool {
        let count = min(literalPrefix.count, other.literalPrefix.count)
        if literalPrefix[0..<count] != other.literalPrefix[0..<count] { return true }
        if let exact = exactText, other.variables.isEmpty { return !other.matches(exact, RequestContext()) }
        if let exact = other.exactText, variables.isEmpty { return !matches(exact, RequestContext()) }
        return false
    }

    /// Those of the simple patterns that no other of them covers, in their order.
    static func maximal(_ patterns: [TextPattern]) -> [TextPattern] {
        // In byte order a prefix stands before what it covers, and an exact name before the prefix of the same text.
        let order = patterns.indices.sorted {
            let (left, right) = (patterns[$0].literalPrefix, patterns[$1].literalPrefix)
            return left == right
                ? patterns[$0].prefixText != nil && patterns[$1].exactText != nil : left < right
        }
        var kept: Set<Int> = []
        var cover: TextPattern?
        var last: TextPattern?
        for index in order {
            let pattern = patterns[index]
            if cover?.covers(pattern) == true || pattern == last { continue }
            kept.insert(index)
            last = pattern
            if pattern.prefixText != nil { cover = pattern }
        }
        return patterns.indices.filter { kept.contains($0) }.map { patterns[$0] }
    }

    /// The names that two unions of simple patterns have in common.
    static func intersection(_ left: [TextPattern], _ right: [TextPattern]) -> [TextPattern] {
        var common: [TextPattern] = []
        for one in left {
            for other in right {
                if other.covers(one) {
                    common.append(one)
                } else if one.covers(other) {
                    common.append(other)
                }
            }
        }
        return maximal(common)
    }
}
