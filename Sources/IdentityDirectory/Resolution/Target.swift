import Vocabulary

/// What is asked about, joined to what the directory knows of it.
struct Target {
    /// The account that owns the resource.
    let account: AccountID?
    /// Whether the account is only assumed to be the caller's, since nothing says whose it is.
    let isAccountAssumed: Bool
    /// The resource's policy, or the role's trust policy.
    let policy: [EffectivePolicy]?
    /// Whether identity policies alone are not enough (F8).
    let requiresResourcePolicyTrust: Bool
    /// Tags that the directory knows.
    let tags: [UTF8Text: UTF8Text]
}

extension Directory {
    /// Finds the resource of a request.
    ///
    /// The owner is, in this order: the account of a registered resource, the account in the ARN or that the
    /// request names (a valid request names no other), the caller's account. The last is our choice where
    /// nothing says; AWS does the same for an action that has no resource.
    func target(of request: AuthorizationRequest, caller: Caller) -> Target {
        let arn = ARN(request.resource)
        let identity = arn.flatMap { knownIdentity($0) }
        let resource = identity == nil ? registeredResource(request.resource) : nil
        let named = arn.flatMap { AccountID($0.account) }
        let stated = resource?.account ?? request.resourceAccount ?? named
        let isAssumed = stated == nil && request.resource != "*"
        let (policy, requiresTrust) = resourcePolicy(of: request, arn, identity, resource)
        return Target(
            account: stated ?? caller.principal.account,
            isAccountAssumed: isAssumed,
            policy: policy,
            requiresResourcePolicyTrust: requiresTrust,
            tags: identity?.tags ?? resource?.tags ?? [:]
        )
    }

    /// For `sts` actions on a role the trust policy, which must allow the caller (G3, F8).
    ///
    /// A role that the directory does not know trusts nobody, nor does what no role's ARN names.
    private func resourcePolicy(
        of request: AuthorizationRequest,
        _ arn: ARN?,
        _ identity: Identity?,
        _ resource: Resource?
    ) -> (policy: [EffectivePolicy]?, requiresTrust: Bool) {
        let isRole = arn.map { $0.service == "iam" && $0.resource.hasPrefix("role/") } ?? false
        if isRole, request.action.asciiLowercased.hasPrefix("sts:") {
            return (identity?.trustPolicy.map { [$0] }, true)
        }
        let requiresTrust = resource?.requiresResourcePolicyTrust ?? false
        return (resource?.policy.map { [$0] }, requiresTrust || request.assumesRole)
    }

    /// The user or role of an ARN.
    private func knownIdentity(_ arn: ARN) -> Identity? {
        if let role = knownRole(arn) { return role }
        let user = accounts[AccountID(unchecked: arn.account)]?.users[arn.resource.lastPathComponent]
        return user?.arn == arn ? user : nil
    }

    /// The registered resource of this name, else the nearest one above it: a bucket for its object.
    ///
    /// Registered names are at most ``Limits/patternBytesMax`` long, which bounds the search.
    func registeredResource(_ name: UTF8Text) -> Resource? {
        if let resource = resources[name] { return resource }
        var end = min(name.count, Limits.patternBytesMax + 1)
        while end > 0 {
            end -= 1
            guard end < name.count, name[end] == UInt8(ascii: "/") || name[end] == UInt8(ascii: ":") else {
                continue
            }
            if let resource = resources[name[0..<end]] { return resource }
        }
        return nil
    }
}
