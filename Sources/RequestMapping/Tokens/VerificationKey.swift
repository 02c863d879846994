import COpenSSL

/// A public key that verifies signatures: the room's only door to OpenSSL.
@safe final class VerificationKey: @unchecked Sendable {
    enum Kind: Sendable { case rsa, p256, p384, ed25519 }

    let kind: Kind
    /// - INVARIANT: made and checked in an initializer, only read afterwards, freed in deinit.
    private let key: OpaquePointer
    private let signatureByteCount: Int

    /// An RSA key of 2,048 to 8,192 bits, both numbers big-endian; nil for what is none.
    init?(modulus: [UInt8], exponent: [UInt8]) {
        let modulus = Array(modulus.drop { $0 == 0 })
        guard let first = modulus.first, 1...8 ~= exponent.count else { return nil }
        let bitCount = modulus.count * 8 - first.leadingZeroBitCount
        // Smaller ones are broken, larger ones cost a verification too much.
        guard 2_048...8_192 ~= bitCount,
            // INVARIANT: the calls read as many bytes as the arrays have, which live until they return.
            let key = unsafe portcullis_rsa_public(
                modulus,
                Int32(modulus.count),
                exponent,
                Int32(exponent.count)
            )
        else { return nil }
        unsafe self.key = key
        kind = .rsa
        signatureByteCount = modulus.count
    }

    /// A key on P-256 or P-384 by the coordinates of its point, of full length; nil for what is none.
    init?(_ kind: Kind, x: [UInt8], y: [UInt8]) {
        let (curve, count) = kind == .p256 ? ("P-256", 32) : ("P-384", 48)
        guard kind == .p256 || kind == .p384, x.count == count, y.count == count else { return nil }
        let point = [4] + x + y
        // INVARIANT: the call reads as many bytes as the array has, which lives until it returns.
        guard let key = unsafe portcullis_ec_public(curve, point, point.count) else { return nil }
        unsafe self.key = key
        self.kind = kind
        signatureByteCount = 2 * count
    }

    /// An Ed25519 key of its 32 bytes; nil for what is none.
    init?(ed25519 bytes: [UInt8]) {
        guard bytes.count == 32,
            // INVARIANT: the call reads the 32 bytes that the array has.
            let key = unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count)
        else { return nil }
        unsafe self.key = key
        kind = .ed25519
        signatureByteCount = 64
    }

    deinit { unsafe EVP_PKEY_free(key) }

    /// Whether a signature is that of a message by this key.
    ///
    /// An algorithm for another kind of key never verifies.
    func verifies(_ signature: [UInt8], of message: [UInt8], by algorithm: TokenAlgorithm) -> Bool {
        guard algorithm.keyKind == kind, signature.count == signatureByteCount else { return false }
        var signature = signature
        if kind == .p256 || kind == .p384 {
            guard let encoded = Self.encode(signature) else { return false }
            signature = encoded
        }
        // INVARIANT: the call reads as many bytes as the arrays have, which live until it returns.
        return unsafe portcullis_verify(
            key,
            algorithm.digest,
            algorithm == .ps256 ? 1 : 0,
            message,
            message.count,
            signature,
            signature.count
        ) == 1
    }

    /// A signature of two numbers as OpenSSL reads it.
    private static func encode(_ numbers: [UInt8]) -> [UInt8]? {
        var encoded = [UInt8](repeating: 0, count: numbers.count + 16)
        // INVARIANT: the call reads both halves and writes at most the capacity that it is told.
        let count = unsafe portcullis_ecdsa_der(
            numbers,
            Int32(numbers.count / 2),
            &encoded,
            encoded.count
        )
        return count == 0 ? nil : Array(encoded.prefix(count))
    }
}
