import DecisionIndex
import IdentityDirectory
import PolicyLanguage
import Vocabulary

extension EffectivePolicy {
    /// The policy in the image's terms.
    func plan(_ options: EvaluationOptions) -> PolicyPlan {
        PolicyPlan(name: name, statements: document.plans(options))
    }
}

extension PolicyDocument {
    /// The statements in the image's terms.
    func plans(_ options: EvaluationOptions) -> [StatementPlan] { statements.map { $0.plan(options) } }
}

extension Statement {
    fileprivate func plan(_ options: EvaluationOptions) -> StatementPlan {
        StatementPlan(
            effect: effect,
            actions: action.plan,
            resources: resource.plan(options),
            principals: principal.plan,
            conditions: conditions.map(\.plan)
        )
    }
}

extension ActionElement {
    fileprivate var plan: ElementPlan<ActionPlan> {
        switch self {
        case .action(let patterns): .positive(patterns.map(\.plan))
        case .notAction(let patterns): .negated(patterns.map(\.plan))
        }
    }
}

extension ResourceElement? {
    fileprivate func plan(_ options: EvaluationOptions) -> ElementPlan<PatternPlan> {
        switch self {
        case nil: .absent
        case .resource(let patterns): .positive(patterns.map { $0.template(options.arnWildcards).plan })
        case .notResource(let patterns): .negated(patterns.map { $0.template(options.arnWildcards).plan })
        }
    }
}

extension PrincipalElement? {
    fileprivate var plan: ElementPlan<PrincipalPlan> {
        switch self {
        case nil: .absent
        case .principal(let entries): .positive(entries.map(\.plan))
        case .notPrincipal(let entries): .negated(entries.map(\.plan))
        }
    }
}

extension PrincipalEntry {
    fileprivate var plan: PrincipalPlan {
        switch self {
        case .everyone: .everyone
        case .account(let account): .account(account.text)
        case .arn(let arn): .arn(arn.text)
        case .uniqueID(let id): .uniqueID(id)
        case .service(let name): .service(name)
        case .federated(let provider): .federated(provider)
        case .canonicalUser(let id): .canonicalUser(id)
        }
    }
}
