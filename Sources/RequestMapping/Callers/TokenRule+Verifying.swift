import Portcullis

/// What a verified token says, and for how long.
struct TokenGrant {
    let rule: Int
    let identity: Identity
    /// Seconds since 1970 at which it begins and stops to count, with what clocks may differ.
    let validFrom: Int64
    let validUntil: Int64
    /// When the multi-factor authentication was, where the token says so.
    let authenticatedAt: Int64?
}

extension TokenRule {
    /// Whether a token is one of this issuer for this audience, as it says itself.
    func concerns(_ token: SignedToken) -> Bool {
        token.claims["iss"]?.string == issuer && token.claims["aud"]?.claims(oneOf: audiences) == true
    }

    /// Verifies a token; nil unless signature, times and names all hold.
    func grant(of token: SignedToken, rule: Int) -> TokenGrant? {
        let claims = token.claims
        guard algorithms.contains(token.algorithm), token.isSigned(by: keys),
            let expiry = claims["exp"]?.claimedSeconds
        else { return nil }
        var validFrom: Int64 = 0
        for name in ["nbf", "iat"] as [UTF8Text] {
            guard let claim = claims[name] else { continue }
            guard let seconds = claim.claimedSeconds else { return nil }
            validFrom = max(validFrom, seconds - leewaySeconds)
        }
        guard var identity = identity.identity(isTemporary: true, { claims[$0]?.string }) else { return nil }
        var authenticatedAt: Int64?
        if let issued = claims["iat"]?.claimedSeconds {
            identity.credential?.issuedAt = Instant(seconds: issued)
        }
        if hasMultiFactor(claims) {
            identity.credential?.isMultiFactorAuthenticated = true
            if let claim = claims["auth_time"] {
                guard let seconds = claim.claimedSeconds else { return nil }
                authenticatedAt = seconds
                identity.credential?.multiFactorAuthAgeSeconds = 0
            }
        }
        return TokenGrant(
            rule: rule,
            identity: identity,
            validFrom: validFrom,
            validUntil: expiry + leewaySeconds,
            authenticatedAt: authenticatedAt
        )
    }

    private func hasMultiFactor(_ claims: JSONValue) -> Bool {
        guard let name = multiFactorClaim, let claim = claims[name] else { return false }
        return multiFactorValues.isEmpty ? claim.bool == true : claim.claims(oneOf: multiFactorValues)
    }
}
