import Portcullis

/// A caller whose proof has been looked at.
final class KnownCaller {
    /// Which of the gate's callers; no other ever has the same.
    let id: UInt32
    /// The rule that knows the caller.
    let rule: Int
    let identity: Identity
    /// What proved it: a token, a name of a certificate, the value of a header.
    let proof: [UInt8]
    /// Whether that was a token, whose rule its issuer and audience chose.
    let isToken: Bool
    let validFrom: Int64
    let validUntil: Int64
    let authenticatedAt: Int64?

    init(
        id: UInt32,
        rule: Int,
        identity: Identity,
        proof: [UInt8] = [],
        isToken: Bool = false,
        validFrom: Int64 = .min,
        validUntil: Int64 = .max,
        authenticatedAt: Int64? = nil
    ) {
        self.id = id
        self.rule = rule
        self.identity = identity
        self.proof = proof
        self.isToken = isToken
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.authenticatedAt = authenticatedAt
    }

    func isValid(at seconds: Int64) -> Bool { validFrom <= seconds && seconds < validUntil }
}
