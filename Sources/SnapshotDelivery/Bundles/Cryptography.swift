import COpenSSL

/// The only door to OpenSSL: every call works on memory that outlives it, and keeps none.
enum Cryptography {
    static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        // INVARIANT: the function reads the bytes of the one array and writes 32 bytes to the other.
        let done = unsafe bytes.withUnsafeBytes { input in
            unsafe digest.withUnsafeMutableBufferPointer { output in
                unsafe portcullis_sha256(input.baseAddress, input.count, output.baseAddress)
            }
        }
        precondition(done == 1, "SHA-256 is not available")
        return digest
    }

    /// Whether a signature by this public key fits the message.
    static func verify(_ signature: [UInt8], of message: [UInt8], by key: [UInt8]) -> Bool {
        guard signature.count == 64, key.count == 32 else { return false }
        // INVARIANT: 32 and 64 bytes are there, as the guard shows; the function only reads.
        return unsafe key.withUnsafeBufferPointer { key in
            unsafe signature.withUnsafeBufferPointer { signature in
                unsafe message.withUnsafeBytes { message in
                    unsafe portcullis_ed25519_verify(
                        key.baseAddress,
                        message.baseAddress,
                        message.count,
                        signature.baseAddress
                    ) == 1
                }
            }
        }
    }

    /// The 32 bytes of a public key in PEM; nil for anything else.
    static func publicKey(pem: [UInt8]) -> [UInt8]? {
        guard let key = KeyHandle(readingPublic: pem) else { return nil }
        return key.publicBytes
    }
}

/// An Ed25519 key of OpenSSL.
///
/// - INVARIANT: `key` was made by OpenSSL, is used by nobody else and is freed here; it is never changed, so that
///   threads may share it.
@safe final class KeyHandle: @unchecked Sendable {
    private let key: OpaquePointer

    private init?(_ key: OpaquePointer?) {
        guard let key = unsafe key else { return nil }
        guard unsafe portcullis_is_ed25519(key) == 1 else {
            unsafe EVP_PKEY_free(key)
            return nil
        }
        unsafe self.key = key
    }

    deinit { unsafe EVP_PKEY_free(key) }

    /// A new key pair from the system's random numbers; nil if they fail.
    convenience init?() { unsafe self.init(portcullis_ed25519_generate()) }

    /// A private key in PEM; nil for an encrypted one, one of another kind, and for anything else.
    convenience init?(readingPrivate pem: [UInt8]) {
        guard let count = Int32(exactly: pem.count) else { return nil }
        let key = unsafe pem.withUnsafeBytes { unsafe portcullis_read_private_pem($0.baseAddress, count) }
        unsafe self.init(key)
    }

    fileprivate convenience init?(readingPublic pem: [UInt8]) {
        guard let count = Int32(exactly: pem.count) else { return nil }
        let key = unsafe pem.withUnsafeBytes { unsafe portcullis_read_public_pem($0.baseAddress, count) }
        unsafe self.init(key)
    }

    var publicBytes: [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 32)
        let done = unsafe bytes.withUnsafeMutableBufferPointer {
            unsafe portcullis_ed25519_public(key, $0.baseAddress)
        }
        return done == 1 ? bytes : nil
    }

    func sign(_ message: [UInt8]) -> [UInt8]? {
        var signature = [UInt8](repeating: 0, count: 64)
        let done = unsafe message.withUnsafeBytes { message in
            unsafe signature.withUnsafeMutableBufferPointer { signature in
                unsafe portcullis_ed25519_sign(key, message.baseAddress, message.count, signature.baseAddress)
            }
        }
        return done == 1 ? signature : nil
    }

    /// The key in PEM, handed over in memory that is wiped afterwards.
    func withPEM<Result, Failure: Error>(
        isPrivate: Bool,
        _ body: ([UInt8]) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var bytes = [UInt8](repeating: 0, count: 1_024)
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe portcullis_write_pem(key, isPrivate ? 1 : 0, $0.baseAddress, $0.count)
        }
        bytes.removeLast(bytes.count - count)
        defer { unsafe bytes.withUnsafeMutableBytes { unsafe portcullis_wipe($0.baseAddress, $0.count) } }
        return try body(bytes)
    }
}
