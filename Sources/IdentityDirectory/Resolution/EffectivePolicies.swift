public import Vocabulary

/// Everything that bears on one request, layer by layer: what an evaluator decides over (F, G).
///
/// For each layer, nil means that policies of this type do not apply; an empty list means that they apply
/// and grant nothing.
public struct EffectivePolicies: Sendable {
    /// Who asks, with the role behind a session filled in.
    public var principal: RequestPrincipal
    /// The unique id of the user or role, where known (C7).
    public var principalUniqueID: UTF8Text?
    /// The account that owns the resource; nil where nothing says.
    public var resourceAccount: AccountID?
    /// Identity-based policies, those of groups included (F5).
    public var identity: [EffectivePolicy]?
    /// The permissions boundary (F6).
    public var boundary: [EffectivePolicy]?
    /// Session policies (F6).
    public var session: [EffectivePolicy]?
    /// The resource's policy, or the role's trust policy (F4, G3).
    public var resource: [EffectivePolicy]?
    /// The SCPs of the principal's account, root first (F3).
    public var serviceControl: [OrganizationLevel]?
    /// The RCPs of the resource's account, root first (F2).
    public var resourceControl: [OrganizationLevel]?
    /// The policy of the VPC endpoint the request came through (F11).
    public var endpoint: [EffectivePolicy]?
    /// Whether the resource policy must allow the principal (F8).
    public var requiresResourcePolicyTrust = false
    /// The request's facts with the engine-owned ones filled in (E26, E27).
    public var context: RequestContext

    /// A request on which no policy bears yet.
    public init(principal: RequestPrincipal, resourceAccount: AccountID?, context: RequestContext) {
        self.principal = principal
        self.resourceAccount = resourceAccount
        self.context = context
    }
}

/// The guardrails of one level of an organization.
public struct OrganizationLevel: Sendable {
    /// `r-…`, `ou-…` or an account; for explanations.
    public let id: UTF8Text
    /// The policies attached at this level.
    public let policies: [EffectivePolicy]

    /// Names a level.
    public init(id: UTF8Text, policies: [EffectivePolicy]) {
        self.id = id
        self.policies = policies
    }
}
