import Vocabulary

extension ResourceExpression {
    /// The opposite, simplified.
    public static func not(_ term: ResourceExpression) -> ResourceExpression {
        switch term {
        case .never: .always
        case .always: .never
        case .negation(let inner): inner
        default: .negation(term)
        }
    }

    /// What holds when all of several hold, simplified.
    ///
    /// - Complexity: quadratic in the terms.
    public static func all(of terms: [ResourceExpression]) -> ResourceExpression {
        var flat: [ResourceExpression] = []
        var seen: Set<ResourceExpression> = []
        for term in terms {
            for term in term.conjuncts where term != .always && seen.insert(term).inserted {
                flat.append(term)
            }
        }
        if flat.contains(where: { $0 == .never || seen.contains(.not($0)) }) { return .never }
        return joinNames(flat)
    }

    /// Intersects what says only which names, then lets the other terms know of those names.
    private static func joinNames(_ terms: [ResourceExpression]) -> ResourceExpression {
        let unions = terms.compactMap(\.simpleNames)
        var rest = terms.filter { $0.simpleNames == nil }
        if let first = unions.first {
            guard unions.dropFirst().allSatisfy({ $0.count * first.count <= pairsMax }) else {
                return raw(all: terms)
            }
            var names = unions.dropFirst().reduce(first) { TextPattern.intersection($0, $1) }
            for case .negation(.name(let pattern)) in rest { names.removeAll { pattern.covers($0) } }
            if names.isEmpty { return .never }
            rest.insert(union(names), at: 0)
        }
        for index in rest.indices where rest.count <= hullMax {
            for other in rest.indices where other != index {
                guard let hull = rest[other].hull, hull.count <= hullMax else { continue }
                rest[index] = rest[index].within(hull)
            }
        }
        let kept = rest.filter { $0 != .always }
        if kept.contains(.never) { return .never }
        // A term that another one implies: A and (A or B).
        return raw(
            all: kept.filter { term in
                guard case .disjunction(let parts) = term else { return true }
                return !parts.contains { kept.contains($0) }
            }
        )
    }

    /// What holds when at least one of several holds, simplified.
    ///
    /// - Complexity: quadratic in the terms that are not plain names.
    public static func any(of terms: [ResourceExpression]) -> ResourceExpression {
        var flat: [ResourceExpression] = []
        var seen: Set<ResourceExpression> = []
        for term in terms {
            for term in term.disjuncts where term != .never && seen.insert(term).inserted {
                flat.append(term)
            }
        }
        if flat.contains(where: { $0 == .always || seen.contains(.not($0)) }) { return .always }
        let names = TextPattern.maximal(flat.flatMap { $0.simpleNames ?? [] })
        if names.contains(where: { $0.prefixText?.isEmpty == true }) { return .always }
        let rest = flat.filter { term in
            switch term {
            case .name(let pattern): !pattern.isSimple && !names.contains { $0.covers(pattern) }
            // A or (A and B).
            case .conjunction(let parts):
                !parts.contains { part in
                    if case .name(let pattern) = part, names.contains(where: { $0.covers(pattern) }) {
                        return true
                    }
                    return seen.contains(part)
                }
            default: true
            }
        }
        let parts = names.map { .name($0) } + rest
        return parts.isEmpty ? .never : parts.count == 1 ? parts[0] : .disjunction(parts)
    }

    /// Pairs of names that are compared to intersect two unions; beyond it they stay apart.
    private static let pairsMax = 1 << 20
    /// Names of one term that others are told of.
    private static let hullMax = 256

    /// The same, with ``never`` in place of names that the predicate accepts.
    func replacing(_ isNever: (TextPattern) -> Bool) -> ResourceExpression {
        switch self {
        case .name(let pattern): isNever(pattern) ? .never : self
        case .negation(let term): .not(term.replacing(isNever))
        case .conjunction(let terms): .all(of: terms.map { $0.replacing(isNever) })
        case .disjunction(let terms): .any(of: terms.map { $0.replacing(isNever) })
        case .never, .always, .condition, .unreadable, .resolves: self
        }
    }

    private static func raw(all terms: [ResourceExpression]) -> ResourceExpression {
        terms.isEmpty ? .always : terms.count == 1 ? terms[0] : .conjunction(terms)
    }

    private static func union(_ names: [TextPattern]) -> ResourceExpression {
        names.count == 1 ? .name(names[0]) : .disjunction(names.map { .name($0) })
    }

    private var conjuncts: [ResourceExpression] {
        switch self {
        case .conjunction(let terms): terms
        // None of several: not one, and not the other.
        case .negation(.disjunction(let terms)): terms.map { .not($0) }
        default: [self]
        }
    }

    private var disjuncts: [ResourceExpression] {
        switch self {
        case .disjunction(let terms): terms
        case .negation(.conjunction(let terms)): terms.map { .not($0) }
        default: [self]
        }
    }

    /// The names, where the expression says only which, each exact or a prefix.
    var simpleNames: [TextPattern]? {
        switch self {
        case .name(let pattern): return pattern.isSimple ? [pattern] : nil
        case .disjunction(let terms):
            var names: [TextPattern] = []
            for case .name(let pattern) in terms where pattern.isSimple { names.append(pattern) }
            return names.count == terms.count ? names : nil
        default: return nil
        }
    }

    /// Names outside of which the expression never holds; nil where there are none to tell.
    private var hull: [TextPattern]? {
        switch self {
        case .name(let pattern):
            return pattern.literalPrefix.isEmpty ? nil : [pattern]
        case .conjunction(let terms): return terms.lazy.compactMap(\.hull).first
        case .disjunction(let terms):
            var names: [TextPattern] = []
            for term in terms {
                guard let hull = term.hull else { return nil }
                names += hull
            }
            return names
        default: return nil
        }
    }

    /// The same for resources that one of the names matches; elsewhere it may differ.
    func within(_ names: [TextPattern]) -> ResourceExpression {
        switch self {
        case .name(let pattern):
            if names.allSatisfy({ pattern.covers($0) }) { return .always }
            return names.allSatisfy { pattern.isDisjoint(from: $0) } ? .never : self
        case .negation(let term): return .not(term.within(names))
        case .conjunction(let terms): return .all(of: terms.map { $0.within(names) })
        case .disjunction(let terms):
            if let own = simpleNames, names.allSatisfy({ name in own.contains { $0.covers(name) } }) {
                return .always
            }
            return .any(of: terms.map { $0.within(names) })
        case .never, .always, .condition, .unreadable, .resolves: return self
        }
    }
}
