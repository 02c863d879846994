import IdentityDirectory
public import PolicyLanguage
public import Vocabulary

/// Asks about one element of one statement at a time, for conformance vectors and policy analysis.
public struct StatementProbe: Sendable {
    /// The request that is asked about.
    public let request: AuthorizationRequest
    /// Its facts.
    public let context: RequestContext
    /// The choices where AWS is silent.
    public let options: EvaluationOptions
    private let matching: StatementMatching

    /// A request with its facts.
    public init(request: AuthorizationRequest, context: RequestContext, options: EvaluationOptions) {
        self.request = request
        self.context = context
        self.options = options
        let policies = EffectivePolicies(
            principal: request.principal,
            resourceAccount: request.resourceAccount,
            context: context
        )
        matching = StatementMatching(request, under: policies, options: options)
    }

    /// Whether every condition of the statement holds (E1).
    ///
    /// - Throws: ``RequestError`` for an unreadable value, where the options ask for it (E19).
    public func conditionsHold(_ statement: Statement) throws(RequestError) -> Bool {
        for condition in statement.conditions {
            if try !matching.conditions.evaluate(condition).holds { return false }
        }
        return true
    }

    /// Whether `Action` matches, or `NotAction` does not (D1, D2).
    public func matchesAction(_ statement: Statement) -> Bool { matching.resource.matches(statement.action) }

    /// Whether `Resource` matches, or `NotResource` does not (D3–D7).
    public func matchesResource(_ statement: Statement) -> Bool {
        matching.matchesResource(statement, in: .resource)
    }

    /// How strongly the statement of a resource-based policy names the caller (C4).
    public func principalStrength(_ statement: Statement) -> MatchStrength {
        matching.principalStrength(of: statement, in: .resource)
    }
}
