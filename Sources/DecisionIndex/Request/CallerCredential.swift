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
        if let sessionName, !Self.isSessionName(sessionName) {
            throw RequestError(.malformedPrincipal, in: .principal)
        }
        var seen: Set<UTF8Text> = []
        for (key, value) in tags {
            let contextKey = UTF8Text("aws:PrincipalTag/\(key)")
            guard !key.isEmpty else { throw RequestError(.empty, in: .context, key: contextKey) }
            guard seen.insert(key.asciiLowercased).inserted else {
                throw RequestError(.duplicateKey, in: .context, key: contextKey)
            }
            try Self.check(key, contextKey)
            try Self.check(value, contextKey)
        }
        if let sourceIdentity { try Self.check(sourceIdentity, "aws:SourceIdentity") }
        if let federatedProvider { try Self.check(federatedProvider, "aws:FederatedProvider") }
    }

    private static func check(_ text: UTF8Text, _ key: UTF8Text) throws(RequestError) {
        if text.count > Limits.requestStringBytesMax { throw RequestError(.tooLong, in: .context, key: key) }
        if text.containsControlCharacter { throw RequestError(.controlCharacter, in: .context, key: key) }
    }

    /// A separator in the last part of a session ARN would forge another name.
    private static func isSessionName(_ name: UTF8Text) -> Bool {
        !name.isEmpty && name.count <= Limits.requestStringBytesMax && !name.containsControlCharacter
            && !name.bytes.contains(UInt8(ascii: "/")) && !name.bytes.contains(UInt8(ascii: ":"))
    }
}
