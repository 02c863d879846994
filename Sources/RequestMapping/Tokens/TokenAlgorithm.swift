/// The signatures that tokens may have (RFC 7518, section 3; RFC 8037); symmetric ones and `none` are not among them.
enum TokenAlgorithm: String, CaseIterable, Sendable {
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case es256 = "ES256"
    case es384 = "ES384"
    case edDSA = "EdDSA"

    /// The only kind of key that verifies it.
    var keyKind: VerificationKey.Kind {
        switch self {
        case .rs256, .rs384, .rs512, .ps256: .rsa
        case .es256: .p256
        case .es384: .p384
        case .edDSA: .ed25519
        }
    }

    /// OpenSSL's name of the digest; nil where the signature has its own.
    var digest: String? {
        switch self {
        case .rs256, .ps256, .es256: "SHA256"
        case .rs384, .es384: "SHA384"
        case .rs512: "SHA512"
        case .edDSA: nil
        }
    }
}
