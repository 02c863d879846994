public import Vocabulary

extension Directory {
    /// Gathers everything that bears on a request, with the facts only the engine may state (E26, E27).
    ///
    /// A user, role or session must be in the directory; so must the account of a root or federated user.
    /// Where nothing says who owns the resource, the caller's account is taken to.
    ///
    /// - Parameters:
    ///   - request: the question.
    ///   - session: what the caller's credential carries, from whoever verified it; nil for a long-term one.
    ///   - now: the time of the request.
    /// - Throws: ``RequestError``; the request is then denied with reason `error` (A4).
    public func effectivePolicies(
        for request: AuthorizationRequest,
        session: SessionFacts? = nil,
        at now: Instant
    ) throws(RequestError) -> EffectivePolicies {
        try request.validate()
        try session?.validate()
        let caller = try caller(request.principal, session)
        let target = target(of: request, caller: caller)
        var context = request.context
        context.removeAll(where: EngineOwnedKey.owns)
        context.override(with: RequestFacts(caller, target, organization, at: now).context)

        var effective = EffectivePolicies(
            principal: caller.principal,
            resourceAccount: target.account,
            context: context
        )
        effective.principalUniqueID = caller.identity?.uniqueID
        effective.identity = caller.identityPolicies
        effective.boundary = caller.identity?.boundary.map { [$0] }
        effective.session = session?.policies
        effective.resource = target.policy
        effective.requiresResourcePolicyTrust = target.requiresResourcePolicyTrust
        effective.serviceControl = serviceControl(on: caller)
        effective.resourceControl = resourceControl(on: target, asked: caller)
        effective.endpoint = endpointPolicy(request.context)
        return effective
    }

    /// The SCPs on a caller's account (F3).
    ///
    /// None bear on the management account, on service-linked roles, or on callers without an account.
    private func serviceControl(on caller: Caller) -> [OrganizationLevel]? {
        guard let organization, organization.usesServiceControlPolicies, !caller.isExemptFromGuardrails,
            let account = caller.principal.account, account != organization.managementAccount
        else { return nil }
        return organization.levels[account]?.map { level in
            OrganizationLevel(id: level.id, policies: level.serviceControlPolicies)
        }
    }

    /// The RCPs on a resource's account (F2).
    ///
    /// None bear on the management account's resources, nor on service-linked roles. They do bear on services
    /// acting for themselves: the RCP against confused deputies that AWS publishes denies just those.
    private func resourceControl(on target: Target, asked caller: Caller) -> [OrganizationLevel]? {
        guard let organization, !caller.isExemptFromGuardrails, let account = target.account,
            account != organization.managementAccount
        else { return nil }
        return organization.levels[account]?.map { level in
            OrganizationLevel(id: level.id, policies: level.resourceControlPolicies)
        }
    }

    /// The policy of the endpoint that the request came through, where the directory has one (F11).
    private func endpointPolicy(_ context: RequestContext) -> [EffectivePolicy]? {
        guard case .single(let id)? = context["aws:SourceVpce"] else { return nil }
        return endpoints[id].map { [$0] }
    }
}
