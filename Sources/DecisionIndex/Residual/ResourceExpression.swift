public import Vocabulary

/// What must be true of a resource, and of keys that are not known, for something to hold.
///
/// The makers ``all(of:)``, ``any(of:)`` and ``not(_:)`` simplify what they are given.
public indirect enum ResourceExpression: Sendable, Hashable {
    /// No resource.
    case never
    /// Every resource.
    case always
    /// The resource's name matches; false where a variable in the pattern does not resolve (E24).
    case name(TextPattern)
    /// A remaining condition holds.
    case condition(ResidualCondition)
    /// A remaining condition meets a value that its operator cannot read, which is an error (E19).
    case unreadable(ResidualCondition)
    /// A variable has a value (E24).
    case resolves(UnknownVariable)
    /// The opposite.
    case negation(ResourceExpression)
    /// All of several.
    case conjunction([ResourceExpression])
    /// At least one of several.
    case disjunction([ResourceExpression])

    /// Whether it holds for a resource.
    ///
    /// - Parameter context: the values of the keys that were not known; those that it lacks are absent.
    public func holds(for resource: UTF8Text, context: RequestContext = RequestContext()) -> Bool {
        switch self {
        case .never: false
        case .always: true
        case .name(let pattern): pattern.matches(resource, context)
        case .condition(let condition): condition.verdict(context) == .holds
        case .unreadable(let condition): condition.verdict(context) == .malformed
        case .resolves(let variable): variable.value(in: context) != nil
        case .negation(let term): !term.holds(for: resource, context: context)
        case .conjunction(let terms): terms.allSatisfy { $0.holds(for: resource, context: context) }
        case .disjunction(let terms): terms.contains { $0.holds(for: resource, context: context) }
        }
    }

    /// The names for which it holds, where it is a plain union of names and prefixes without conditions; else nil.
    public var plainNames: [PlainName]? {
        switch self {
        case .never: []
        case .always: [.prefix("")]
        default: simpleNames?.compactMap { PlainName($0) }
        }
    }

    /// Every key that is not known and on which it rests, in lower case.
    public var unknownKeys: Set<UTF8Text> {
        switch self {
        case .never, .always: []
        case .name(let pattern): Set(pattern.variables.map(\.key))
        case .condition(let condition), .unreadable(let condition): Set(condition.unknownKeys)
        case .resolves(let variable): [variable.key]
        case .negation(let term): term.unknownKeys
        case .conjunction(let terms), .disjunction(let terms):
            terms.reduce(into: []) { $0.formUnion($1.unknownKeys) }
        }
    }
}

/// A name or a prefix of names, for a database that has an index on names.
public enum PlainName: Sendable, Hashable {
    /// Exactly this name.
    case exact(UTF8Text)
    /// Every name that begins with this text.
    case prefix(UTF8Text)

    init?(_ pattern: TextPattern) {
        if let text = pattern.exactText {
            self = .exact(text)
        } else if let text = pattern.prefixText {
            self = .prefix(text)
        } else {
            return nil
        }
    }
}

extension ResourceExpression: CustomStringConvertible {
    /// The expression as an indented list.
    public var description: String { lines.joined(separator: "\n") }

    private var lines: [String] {
        switch self {
        case .never: ["nothing"]
        case .always: ["everything"]
        case .name(let pattern): [pattern.text]
        case .condition(let condition): ["\(condition)"]
        case .unreadable(let condition): ["unreadable for \(condition)"]
        case .resolves(let variable): ["\(variable) has one value"]
        case .conjunction(let terms): Self.list("all of:", terms)
        case .disjunction(let terms): Self.list("any of:", terms)
        case .negation(.disjunction(let terms)): Self.list("none of:", terms)
        case .negation(.conjunction(let terms)): Self.list("not all of:", terms)
        case .negation(let term): ["not \(term)"]
        }
    }

    private static func list(_ head: String, _ terms: [ResourceExpression]) -> [String] {
        [head] + terms.flatMap { $0.lines.map { "  " + $0 } }
    }
}
