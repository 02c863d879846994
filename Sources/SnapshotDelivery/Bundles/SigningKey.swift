/// A private Ed25519 key that signs bundles and pointers.
public final class SigningKey: Sendable {
    private let handle: KeyHandle
    /// The public half.
    public let publicKey: VerificationKey

    private init?(_ handle: KeyHandle?) {
        guard let handle, let bytes = handle.publicBytes else { return nil }
        self.handle = handle
        publicKey = VerificationKey(bytes: bytes)
    }

    /// A new key pair; nil if the system has no random numbers.
    public static func generate() -> SigningKey? { SigningKey(KeyHandle()) }

    /// Reads a private key in PEM (PKCS #8, not encrypted).
    ///
    /// Nil for anything else.
    public convenience init?(pem: [UInt8]) { self.init(KeyHandle(readingPrivate: pem)) }

    /// The signature of a message, 64 bytes; nil if OpenSSL fails.
    func sign(_ message: [UInt8]) -> [UInt8]? { handle.sign(message) }

    /// Writes the private key as a new file for its owner alone, and the public key beside it.
    ///
    /// - Throws: ``FileFailure``, also where one of the files exists: a key is never overwritten.
    public func write(privateTo privatePath: String, publicTo publicPath: String) throws(FileFailure) {
        try handle.withPEM(isPrivate: true) { pem throws(FileFailure) in
            try DurableFile.create(pem, at: privatePath, permissions: 0o600)
        }
        try handle.withPEM(isPrivate: false) { pem throws(FileFailure) in
            try DurableFile.create(pem, at: publicPath, permissions: 0o644)
        }
    }
}

/// A public Ed25519 key.
public struct VerificationKey: Sendable, Hashable {
    /// Its 32 bytes.
    public let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Reads a public key in PEM; nil for anything else.
    public init?(pem: [UInt8]) {
        guard let bytes = Cryptography.publicKey(pem: pem) else { return nil }
        self.bytes = bytes
    }

    /// By which records name it: the SHA-256 of its bytes.
    public var id: SHA256Digest { SHA256Digest(of: bytes) }
}

/// The keys of which one must have signed; at least one.
///
/// For a change of keys, trust the old and the new one, sign with the new one, then trust the new one alone.
public struct TrustedKeys: Sendable {
    private let keys: [SHA256Digest: VerificationKey]

    /// These keys; nil for none, since that could only mean that anything goes.
    public init?(_ keys: [VerificationKey]) {
        guard !keys.isEmpty else { return nil }
        self.keys = Dictionary(keys.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    subscript(id: SHA256Digest) -> VerificationKey? { keys[id] }
}
