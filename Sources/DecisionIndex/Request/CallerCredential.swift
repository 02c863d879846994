public import Vocabulary

/// What a temporary credential carries besides its principal (E26, G4, G5).
///
/// It comes from whoever verified the token, never from the request's context (E27).
public struct CallerCredential: Sendable {
    /// The role session name.
    public var sessionName: UTF8Text?
    /// The session policies, compiled; nil when none were passed (F6).
    public var policies: SessionPolicies?
    /// Session tags, which override the identity's tags of the same key (G4).
    public var tags: [UTF8Text: UTF8Text] = [:]
    /// Whether the credential was made with multi-factor authentication.
    public var isMultiFactorAuthenticated = false
    /// Seconds since that authentication.
    public var multiFactorAuthAgeSeconds: Int64?
    /// When the credential was issued.
    public var issuedAt: Instant?
    /// The source identity set when the role was assumed.
    public var sourceIdentity: UTF8Text?
    /// The provider through which a federated caller came.
    public var federatedProvider: UTF8Text?

    /// A credential without any of these.
    public init() {}

    func validate() throws(RequestError) {
        try CredentialRules.check(
            sessionName: sessionName,
            tags: tags,
            sourceIdentity: sourceIdentity,
            federatedProvider: federatedProvider
        )
    }
}
