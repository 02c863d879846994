import CEvent

/// The files by which a server proves who it is, and by which it judges clients.
public struct TLSFiles: Sendable, Hashable {
    /// The server's certificate and those that lead to its authority, in PEM.
    public var certificate: String
    /// Its private key in PEM, without a passphrase.
    public var key: String
    /// The authorities of clients' certificates, in PEM; nil to ask for none.
    public var clientAuthorities: String?

    /// Files of a server that asks clients for no certificate.
    public init(certificate: String, key: String, clientAuthorities: String? = nil) {
        self.certificate = certificate
        self.key = key
        self.clientAuthorities = clientAuthorities
    }
}

/// A server's side of TLS, made from files as they were at one moment: 1.2 and above, without resumption.
///
/// - INVARIANT: `context` was made by OpenSSL, is freed here, and is not changed; OpenSSL counts its users in a way that
///   threads may share.
@safe final class TLSContext: @unchecked Sendable {
    private let context: OpaquePointer

    /// Reads the files.
    ///
    /// - Throws: ``ServerError`` where one is missing or faulty, or the key is another certificate's.
    init(_ files: TLSFiles) throws(ServerError) {
        var reason = [CChar](repeating: 0, count: 256)
        let paths = [files.certificate, files.key, files.clientAuthorities ?? ""]
        guard !paths.contains(where: { $0.utf8.contains(0) }) else {
            throw ServerError("a path cannot hold a zero byte")
        }
        let made: OpaquePointer?
        // INVARIANT: the paths are terminated strings that outlive the call; 256 bytes are there for the reason.
        if let authorities = files.clientAuthorities {
            unsafe made = portcullis_tls_new(files.certificate, files.key, authorities, 1, &reason)
        } else {
            unsafe made = portcullis_tls_new(files.certificate, files.key, nil, 0, &reason)
        }
        guard let made = unsafe made else {
            let text = String(
                decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
                as: UTF8.self
            )
            throw ServerError("\(files.certificate), \(files.key): no certificate with its key: \(text)")
        }
        unsafe context = made
    }

    deinit { unsafe SSL_CTX_free(context) }

    /// A session for one connection, which frees it; nil where there is no memory.
    func makeSession() -> OpaquePointer? { unsafe SSL_new(context) }
}
