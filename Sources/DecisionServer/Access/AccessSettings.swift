/// Who may call which part of the server.
///
/// Whatever is configured here must be met, all of it: a server with tokens and authorities of clients asks for both.
public struct AccessSettings: Sendable, Hashable {
    /// The file with the tokens of callers that ask for decisions; nil to ask for none.
    public var tokens: String?
    /// The file with the tokens of administrators.
    public var adminTokens: String?
    /// Names, URIs or host names of certificates, of which a caller's must bear one; empty for any verified one.
    public var clientNames: [String] = []
    /// Names of which an administrator's certificate must bear one; empty where certificates make nobody one.
    public var adminClientNames: [String] = []
    /// Whether to listen where others could reach the server without TLS and without a token or certificate.
    public var allowsUnprotected = false

    /// Nobody is asked for anything.
    public init() {}
}

extension ServerConfiguration {
    /// Refuses what would let strangers ask, or administer.
    func checkProtection() throws(ServerError) {
        if tls?.clientAuthorities == nil, !access.clientNames.isEmpty || !access.adminClientNames.isEmpty {
            throw ServerError("names of clients' certificates need the authorities that sign them")
        }
        let isSecure = tls != nil
        let hasCertificates = tls?.clientAuthorities != nil
        guard !access.allowsUnprotected else { return }
        for address in listeners where !address.isLocal {
            guard isSecure, hasCertificates || access.tokens != nil else { throw .unprotected(address) }
        }
        for address in adminListeners where !address.isLocal {
            guard isSecure, access.adminTokens != nil || !access.adminClientNames.isEmpty else {
                throw .unprotected(address)
            }
        }
    }
}

extension ServerError {
    fileprivate static func unprotected(_ address: ListenAddress) -> ServerError {
        ServerError(
            "\(address): others can reach this address; it needs TLS, and tokens or names of clients' certificates"
        )
    }
}
