import DecisionIndex
import PolicyLanguage
import Vocabulary

extension ResourceResidual {
    /// The residual as JSON; `Documentation/listing.md` describes the members.
    var json: JSONWriter.Value {
        let scope: [(String, JSONWriter.Value?)] =
            switch scope {
            case .unregistered(let owner): [("owner", owner.map { .string($0.description) } ?? .null)]
            case .registered(let resource): [("registered", .string(resource.description))]
            }
        return .object([
            ("scope", .object(scope)), ("filter", filter.json), ("allowed", allowed.json),
            ("denied", denied.json), ("plainNames", plainNames.map { .array($0.map(\.json)) }),
            ("unknownKeys", .array(filter.unknownKeys.sorted().map { .string($0.description) })),
            ("exceptions", .array(exceptions.sorted().map { .string($0.description) })),
            ("exceptedNames", .array(exceptedNames.map { .string($0.text) })),
        ])
    }
}

extension ResourceExpression {
    fileprivate var json: JSONWriter.Value {
        switch self {
        case .never: .string("never")
        case .always: .string("always")
        case .name(let pattern): .object([("name", .string(pattern.text))])
        case .condition(let condition): .object([("condition", condition.json)])
        case .unreadable(let condition): .object([("unreadable", condition.json)])
        case .resolves(let variable): .object([("resolves", .string(variable.description))])
        case .negation(let term): .object([("not", term.json)])
        case .conjunction(let terms): .object([("all", .array(terms.map(\.json)))])
        case .disjunction(let terms): .object([("any", .array(terms.map(\.json)))])
        }
    }
}

extension ResidualCondition {
    fileprivate var json: JSONWriter.Value {
        let subject: (String, JSONWriter.Value?) =
            switch self.subject {
            case .key(let key): ("key", .string(key.description))
            case .known(.single(let value)): ("value", .string(value.description))
            case .known(.multi(let values)): ("value", .array(values.map { .string($0.description) }))
            }
        return .object([
            subject, ("operator", .string(operatorName)), ("values", .array(values.map { .string($0) })),
        ])
    }
}

extension PlainName {
    fileprivate var json: JSONWriter.Value {
        switch self {
        case .exact(let text): .object([("exact", .string(text.description))])
        case .prefix(let text): .object([("prefix", .string(text.description))])
        }
    }
}
