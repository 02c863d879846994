import IdentityDirectory
import PolicyLanguage
import Vocabulary

/// The decision ladder: rules F1–F11 where principal and resource share an account, G1 where they do not.
struct Ladder {
    let policies: EffectivePolicies
    let options: EvaluationOptions
    let matching: StatementMatching

    init(_ request: AuthorizationRequest, _ policies: EffectivePolicies, _ options: EvaluationOptions) {
        self.policies = policies
        self.options = options
        matching = StatementMatching(request, under: policies, options: options)
    }

    /// A statement that applies, and how strongly.
    struct Grant {
        let strength: MatchStrength
        let statement: ReferenceDecision.StatementReference
    }

    func decide() throws(RequestError) -> ReferenceDecision {
        // E19: an error must not depend on which statement is read first.
        if options.unparsableRequestValue == .error { try readEveryValue() }

        // F1: an explicit deny anywhere, before anything else.
        if let denial = try explicitDeny() { return denial }

        // The ceilings that bear on every caller: F3, F2, F11.
        if try !everyLevelAllows(policies.serviceControl, .serviceControl) {
            return .denied(by: .serviceControl)
        }
        if try !everyLevelAllows(policies.resourceControl, .resourceControl) {
            return .denied(by: .resourceControl)
        }
        if try !allowsIfPresent(policies.endpoint, .endpoint) { return .denied(by: .endpoint) }

        // F4: what the resource says, as strongly as any of its statements says it.
        let resource = try strongestGrant(policies.resource, .resource)
        let strength = resource?.strength ?? .none

        if policies.principalHasNoIdentityPolicies {
            // F10: only the resource can grant to services, providers and anonymous callers.
            return strength > .account ? .allowed(by: .resource, resource?.statement) : .denied(by: .resource)
        }
        // G1, G2, F8: some requests need the resource's word.
        let needsGrant = !policies.isSameAccount || policies.requiresResourcePolicyTrust
        if needsGrant, strength == .none { return .denied(by: .resource) }
        // F4: a caller named directly in its own account needs nothing else.
        if policies.isSameAccount, strength == .direct { return .allowed(by: .resource, resource?.statement) }
        return try decidePrincipalSide(
            isEntityGranted: policies.isSameAccount && strength == .viaEntity,
            resource
        )
    }

    /// F5, F6, F9: the identity policies and the ceilings of the principal.
    private func decidePrincipalSide(isEntityGranted: Bool, _ resource: Grant?) throws(RequestError)
        -> ReferenceDecision
    {
        if case .root = policies.principal {
            return options.rootUser ? .allowed(by: .rootUser, nil) : .denied(by: .rootUser)  // F9
        }
        let identity = try strongestGrant(policies.identity, .identity)
        if identity == nil, !isEntityGranted { return .denied(by: .identity) }  // F5
        if try !allowsIfPresent(policies.boundary, .boundary) { return .denied(by: .boundary) }  // F6
        if try !sessionAllows() { return .denied(by: .session) }  // F6
        if let identity { return .allowed(by: .identity, identity.statement) }
        return .allowed(by: .resource, resource?.statement)
    }

    /// F6: a federated user without session policies has no permission of its own.
    func sessionAllows() throws(RequestError) -> Bool {
        if policies.session == nil, case .federatedUser = policies.principal { return false }
        return try allowsIfPresent(policies.session, .session)
    }

    // MARK: Layers

    /// Compares every value that some statement about this request compares, as an explanation does.
    private func readEveryValue() throws(RequestError) {
        for (layer, list) in policies.layers {
            for policy in list {
                for statement in policy.document.statements
                where matching.isCandidate(statement, in: layer) {
                    for condition in statement.conditions { _ = try matching.conditions.evaluate(condition) }
                }
            }
        }
    }

    private func explicitDeny() throws(RequestError) -> ReferenceDecision? {
        for (layer, list) in policies.layers {
            for policy in list {
                for statement in policy.document.statements where statement.effect == .deny {
                    if try matching.strength(of: statement, in: layer) > .none {
                        let reference = ReferenceDecision.StatementReference(policy, statement)
                        return ReferenceDecision(
                            outcome: .explicitDeny,
                            layer: layer,
                            statement: reference,
                            error: nil
                        )
                    }
                }
            }
        }
        return nil
    }

    private func strongestGrant(_ list: [EffectivePolicy]?, _ layer: PolicyLayer) throws(RequestError)
        -> Grant?
    {
        var strongest: Grant?
        for policy in list ?? [] {
            for statement in policy.document.statements where statement.effect == .allow {
                let strength = try matching.strength(of: statement, in: layer)
                if strength > strongest?.strength ?? .none {
                    strongest = Grant(
                        strength: strength,
                        statement: ReferenceDecision.StatementReference(policy, statement)
                    )
                }
            }
        }
        return strongest
    }

    /// A layer that does not apply stops nothing; one that applies must allow.
    private func allowsIfPresent(_ list: [EffectivePolicy]?, _ layer: PolicyLayer) throws(RequestError)
        -> Bool
    {
        guard let list else { return true }
        return try strongestGrant(list, layer) != nil
    }

    /// F2, F3: policies of one level are alternatives; every level must allow.
    private func everyLevelAllows(
        _ levels: [OrganizationLevel]?,
        _ layer: PolicyLayer
    ) throws(RequestError) -> Bool {
        for level in levels ?? [] {
            if try strongestGrant(level.policies, layer) == nil { return false }
        }
        return true
    }
}

extension ReferenceDecision.StatementReference {
    init(_ policy: EffectivePolicy, _ statement: Statement) {
        self.init(policy: policy.name, index: statement.index, sid: statement.sid)
    }
}
