public import Vocabulary

/// What a simulation answers.
public enum SimulationDecision: String, Sendable, Hashable, CaseIterable, Comparable {
    /// The request would pass.
    case allowed
    /// Nothing allows it that must.
    case implicitDeny
    /// A statement forbids it.
    case explicitDeny

    init(_ outcome: Outcome) {
        switch outcome {
        case .allow: self = .allowed
        case .explicitDeny: self = .explicitDeny
        case .implicitDeny, .error: self = .implicitDeny
        }
    }

    private var restriction: Int {
        switch self {
        case .allowed: 0
        case .implicitDeny: 1
        case .explicitDeny: 2
        }
    }

    /// Whether the left one restricts less.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.restriction < rhs.restriction }
}

/// A statement that decided.
public struct SimulationStatement: Sendable, Hashable {
    /// The name of its policy.
    public let policy: String
    /// Where the policy comes from.
    public let source: SimulationPolicy.Source
    /// Where the statement stands in it.
    public let span: StatementSpan
}

/// A kind of policy whose own decision is told for requests across accounts.
public enum SimulationLayer: String, Sendable, Hashable, CaseIterable {
    /// The policies of the caller.
    case identity = "IAM Policy"
    /// The policy of the resource.
    case resource = "Resource Policy"
    /// The permissions boundary of the caller.
    case boundary = "Permissions Boundary Policy"
}

/// What a simulation says of one action on one resource, or on several taken together.
public struct SimulationOutcome: Sendable, Hashable {
    /// The answer.
    public internal(set) var decision: SimulationDecision
    /// The statements of identity and resource policies that decided, each once; none for an implicit deny.
    public internal(set) var statements: [SimulationStatement]
    /// Keys that statements about the action mention and nobody gave, as written, each once.
    public internal(set) var missingKeys: [UTF8Text]
    /// Whether the guardrails of the organization let the request pass; nil where none bear on it.
    public internal(set) var isAllowedByOrganization: Bool?
    /// Whether the permissions boundary does; nil without one.
    public internal(set) var isAllowedByBoundary: Bool?
    /// What each kind of policy says of a request across accounts; nil where the guardrails have ended it, empty
    /// inside one account.
    public internal(set) var layers: [SimulationLayer: SimulationDecision]?

    /// What holds of all: the most restrictive answer, everything that is missing.
    static func combined(_ outcomes: [SimulationOutcome]) -> SimulationOutcome {
        var combined = SimulationOutcome(decision: .allowed, statements: [], missingKeys: [])
        combined.decision = outcomes.map(\.decision).max() ?? .implicitDeny
        combined.statements = outcomes.filter { $0.decision == combined.decision }.flatMap(\.statements)
            .unique()
        combined.missingKeys = outcomes.flatMap(\.missingKeys).unique(by: \.asciiLowercased)
        combined.isAllowedByOrganization = conjunction(outcomes.map(\.isAllowedByOrganization))
        combined.isAllowedByBoundary = conjunction(outcomes.map(\.isAllowedByBoundary))
        if outcomes.allSatisfy({ $0.layers != nil }) {
            combined.layers = [:]
            for layers in outcomes.compactMap(\.layers) {
                combined.layers?.merge(layers, uniquingKeysWith: max)
            }
        }
        return combined
    }

    private static func conjunction(_ values: [Bool?]) -> Bool? {
        let known = values.compactMap(\.self)
        return known.isEmpty ? nil : known.allSatisfy(\.self)
    }
}

/// What a simulation says of one action.
public struct SimulationResult: Sendable {
    /// The action.
    public let action: UTF8Text
    /// The answer for all resources together.
    public let outcome: SimulationOutcome
    /// The answer for each resource; empty where none was named.
    public let resources: [(resource: UTF8Text, outcome: SimulationOutcome)]
}

extension Sequence {
    /// The elements whose keys did not come before.
    func unique(by key: (Element) -> some Hashable) -> [Element] {
        var seen: Set<AnyHashable> = []
        return filter { seen.insert(AnyHashable(key($0))).inserted }
    }
}

extension Sequence where Element: Hashable {
    func unique() -> [Element] { unique { $0 } }
}
