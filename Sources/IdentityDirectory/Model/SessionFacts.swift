public import Vocabulary

/// What a temporary credential carries besides its principal (E26, G4, G5).
///
/// These facts come from whoever verified the token, never from the request's context (E27).
public struct SessionFacts: Sendable {
    /// The role session name; the session ARN is made from it.
    public var name: UTF8Text?
    /// The session policies; nil when none were passed (F6).
    public var policies: [EffectivePolicy]?
    /// Session tags, which override the identity's tags of the same key (G4).
    public var tags: [UTF8Text: UTF8Text] = [:]
    /// Whether the credential was made with multi-factor authentication.
    public var isMultiFactorAuthenticated = false
    /// Seconds since that authentication, where it took place.
    public var multiFactorAuthAgeSeconds: Int64?
    /// When the credential was issued.
    public var issuedAt: Instant?
    /// The source identity set when the role was assumed.
    public var sourceIdentity: UTF8Text?
    /// The provider through which a federated caller came.
    public var federatedProvider: UTF8Text?

    /// A session without any of these.
    public init() {}
}
