public import IdentityDirectory
import PolicyLanguage
import ReferenceEvaluator
public import Vocabulary

/// Policies and facts under which actions are tried.
///
/// Only what is given takes part: no policy of a resource, no guardrail and no fact is fetched from anywhere. A
/// simulation therefore says the same today and tomorrow.
public struct SimulationCase: Sendable {
    /// Who is said to ask; nil for nobody in particular, to whom every resource belongs.
    public var caller: RequestPrincipal?
    /// The unique id of the caller, where known.
    public var callerUniqueID: UTF8Text?
    /// The caller's policies.
    public var identity: [SimulationPolicy] = []
    /// The caller's permissions boundary.
    public var boundary: SimulationPolicy?
    /// The service control policies on the caller's account, root first; nil where none bear on it.
    public var serviceControl: [OrganizationLevel]?
    /// The policy of every resource.
    public var resourcePolicy: SimulationPolicy?
    /// Who owns resources whose ARN does not say; nil for the caller's account.
    public var resourceOwner: AccountID?
    /// The facts that are stated.
    public var context = RequestContext()
    /// The facts that are known of the caller; stated ones win over them.
    public var callerFacts = RequestContext()
    /// The choices where AWS is silent.
    public var options = EvaluationOptions()

    /// A case with nothing in it, in which everything is denied.
    public init() {}

    /// Bytes of policy text that each try of an action on a resource reads.
    ///
    /// O(n).
    public var policyBytes: Int {
        let listed = (identity + [boundary, resourcePolicy].compactMap(\.self)).map(\.policy)
        let levels = (serviceControl ?? []).flatMap(\.policies)
        return (listed + levels).reduce(0) { $0 + $1.document.characterCount(countingWhiteSpace: true) }
    }

    /// Tries an action on resources, or on `*` where none is named.
    ///
    /// - Complexity: O(resources × statements).
    public func result(of action: UTF8Text, on resources: [UTF8Text]) throws(SimulationFault)
        -> SimulationResult
    {
        guard !resources.isEmpty, resources != ["*"] else {
            var outcome = try outcome(of: action, on: "*")
            if outcome.layers?.isEmpty == true { outcome.layers = nil }
            return SimulationResult(action: action, outcome: outcome, resources: [])
        }
        var outcomes: [(resource: UTF8Text, outcome: SimulationOutcome)] = []
        for resource in resources { outcomes.append((resource, try outcome(of: action, on: resource))) }
        return SimulationResult(
            action: action,
            outcome: SimulationOutcome.combined(outcomes.map(\.outcome)),
            resources: outcomes
        )
    }

    /// Tries an action on one resource.
    public func outcome(of action: UTF8Text, on resource: UTF8Text) throws(SimulationFault)
        -> SimulationOutcome
    {
        let principal = caller ?? Self.nobodyInParticular
        let policies = policies(for: action, on: resource, asking: principal)
        let request = AuthorizationRequest(
            principal: principal,
            action: action,
            resource: resource,
            context: policies.context
        )
        do throws(RequestError) {
            let explanation = try SpecificationEvaluator(options: options).explain(request, under: policies)
            return SimulationOutcome(explanation, of: self)
        } catch {
            switch error.part {
            case .action, .resource, .principal: throw .invalid("\(error)")
            case .context: throw SimulationFault(.policyEvaluation, "\(error)")
            }
        }
    }

    /// A user of no account, so that no request goes across accounts.
    private static let nobodyInParticular: RequestPrincipal =
        ARN("arn:aws:iam:::user/simulated").map { .user($0) }
        ?? .anonymous

    private func policies(
        for action: UTF8Text,
        on resource: UTF8Text,
        asking principal: RequestPrincipal
    ) -> EffectivePolicies {
        let owner = owner(of: resource)
        var facts = callerFacts
        if let stated = owner { facts["aws:ResourceAccount"] = .single(stated.text) }
        facts.override(with: context)
        var policies = EffectivePolicies(
            principal: principal,
            resourceAccount: caller == nil ? nil : owner ?? principal.account,
            context: facts
        )
        policies.principalUniqueID = callerUniqueID
        policies.identity = identity.map(\.policy)
        policies.boundary = boundary.map { [$0.policy] }
        policies.serviceControl = serviceControl
        policies.resource = resourcePolicy.map { [$0.policy] }
        policies.requiresResourcePolicyTrust = resourcePolicy != nil && requiresTrust(action, resource)
        return policies
    }

    /// The account in the ARN, else the one that is stated.
    private func owner(of resource: UTF8Text) -> AccountID? {
        ARN(resource).flatMap { AccountID($0.account) } ?? resourceOwner
    }

    /// Trust policies and key policies must allow the caller (F8, G3).
    private func requiresTrust(_ action: UTF8Text, _ resource: UTF8Text) -> Bool {
        AuthorizationRequest(principal: .anonymous, action: action, resource: resource).assumesRole
            || ARN(resource)?.isKMSKey ?? false
    }
}
