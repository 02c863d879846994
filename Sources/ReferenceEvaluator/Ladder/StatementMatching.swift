import IdentityDirectory
import PolicyLanguage
import Vocabulary

/// Decides which statements apply to one request (D8).
struct StatementMatching: Sendable {
    let principal: PrincipalMatching
    let resource: ResourceMatching
    let conditions: ConditionEvaluation

    init(_ request: AuthorizationRequest, under policies: EffectivePolicies, options: EvaluationOptions) {
        principal = PrincipalMatching(
            principal: policies.principal,
            uniqueID: policies.principalUniqueID,
            owner: policies.resourceAccount,
            options: options
        )
        resource = ResourceMatching(request, context: policies.context, options: options)
        conditions = ConditionEvaluation(context: policies.context, options: options)
    }

    /// How strongly the statement applies; `none` when it does not.
    func strength(of statement: Statement, in layer: PolicyLayer) throws(RequestError) -> MatchStrength {
        let strength = principalStrength(of: statement, in: layer)
        guard strength != .none, resource.matches(statement.action), matchesResource(statement, in: layer)
        else {
            return .none
        }
        for condition in statement.conditions {
            if try !conditions.evaluate(condition).holds { return .none }
        }
        return strength
    }

    /// Whether principal, action and resource match, so that the conditions decide.
    func isCandidate(_ statement: Statement, in layer: PolicyLayer) -> Bool {
        principalStrength(of: statement, in: layer) != .none && resource.matches(statement.action)
            && matchesResource(statement, in: layer)
    }

    /// C8: only resource-based and endpoint policies look at the caller.
    func principalStrength(of statement: Statement, in layer: PolicyLayer) -> MatchStrength {
        switch layer {
        case .resource:
            guard let element = statement.principal else { return .none }
            return principal.match(element, effect: statement.effect)
        case .endpoint:
            return principal.match(statement.principal, effect: statement.effect)
        case .identity, .boundary, .session, .serviceControl, .resourceControl, .rootUser:
            return .direct
        }
    }

    /// A resource-based statement without a resource element means its own resource (B6).
    ///
    /// Elsewhere an absent element, which only lenient reading lets through, forbids and never grants.
    func matchesResource(_ statement: Statement, in layer: PolicyLayer) -> Bool {
        guard let element = statement.resource else { return layer == .resource || statement.effect == .deny }
        return resource.matches(element, effect: statement.effect)
    }
}
