public import IdentityDirectory
public import PolicyLanguage
public import Vocabulary

/// Why a request was allowed or denied: every layer, every statement, every condition (H1–H3).
///
/// An explanation reveals policies; it is for administrators, never for whoever sent the request (H5).
public struct Explanation: Sendable {
    /// The answer, the same as a plain check gives.
    public let decision: ReferenceDecision
    /// The request, with its principal as the directory knows it.
    public let request: AuthorizationRequest
    /// Whether one account or two decide.
    public let scope: Scope
    /// Every layer; those that do not apply are marked so.
    public let layers: [LayerExplanation]
    /// Every layer that would stop the request if the rest allowed it (H2).
    public let blockedBy: [PolicyLayer]
    /// The revision of the policies explained (H1): 1 for a directory read once; who keeps several sets its own.
    public var snapshotVersion: UInt64 = 1

    /// Which rules combine the layers.
    public enum Scope: String, Sendable {
        /// Principal and resource share an account (F).
        case sameAccount
        /// They do not (G).
        case crossAccount
        /// The caller belongs to no account, so only the resource grants (F10).
        case resourceOnly
    }
}

/// What one layer, or one level of an organization, says about the request.
public struct LayerExplanation: Sendable {
    /// What a layer says (H2).
    public enum State: String, Sendable {
        case allow, implicitDeny, explicitDeny, notApplicable
    }

    /// The kind of policy.
    public let layer: PolicyLayer
    /// The root, organizational unit or account, for guardrails.
    public let level: UTF8Text?
    /// What the layer says, taken by itself.
    public let state: State
    /// How strongly it grants; meaningful for the resource's policy (C4).
    public let strength: MatchStrength
    /// Its statements, in the order of the policies.
    public let statements: [StatementExplanation]
}

/// How one statement compares with the request (H3).
public struct StatementExplanation: Sendable {
    /// The policy it is in.
    public let policy: EffectivePolicy
    /// The statement.
    public let statement: Statement
    /// How strongly its principal element names the caller.
    public let principal: MatchStrength
    /// The name of the caller that the principal element matched; nil where it looks at no caller.
    public let principalName: UTF8Text?
    /// Whether its action element does.
    public let matchesAction: Bool
    /// Whether its resource element does.
    public let matchesResource: Bool
    /// Its conditions; empty where principal, action or resource already rule it out.
    public let conditions: [ConditionExplanation]
    /// Whether it takes part in the decision (D8).
    public let applies: Bool

    /// Where the statement stands.
    public var location: SourceLocation { policy.document.location(of: statement.offset) }
}

/// How one condition compares with the request (H3).
public struct ConditionExplanation: Sendable {
    /// The condition.
    public let condition: Condition
    /// The policy's values with variables replaced; nil for one that does not resolve.
    public let resolvedValues: [UTF8Text?]
    /// What the request holds under the key.
    public let requestValue: ContextValue?
    /// Whether it holds, and why.
    public let result: ConditionResult
}
