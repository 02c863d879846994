/// Where an etcd cluster is, and how to talk to it.
public struct EtcdSettings: Sendable {
    /// The addresses of its members, such as `http://10.0.0.5:2379`; when one fails, the next is asked.
    public var endpoints: [String]
    /// What all keys of the policies begin with; Documentation/etcd.md says what follows.
    public var prefix = "/portcullis"
    /// Who asks.
    public var credential = EtcdCredential.none
    /// Certificates for `https`.
    public var tls = EtcdTLS()
    /// For how long the beginning of a connection may take.
    public var connectTimeout = Duration.seconds(2)
    /// For how long one call may take; the stream of changes is not one of them.
    public var requestTimeout = Duration.seconds(5)
    /// How often the store is asked whether it is still there, and whether all it has was told.
    public var contactInterval = Duration.seconds(5)
    /// The longest wait between attempts; the first is fifty milliseconds, and each is between half and all of twice
    /// the one before.
    public var retryIntervalMax = Duration.seconds(5)
    /// Whether a store that is older than it was, as after a restored backup, is followed all the same.
    public var followsOlderStores = false

    /// A cluster without passwords and certificates.
    ///
    /// - Throws: ``SourceFailure`` for an address that is none, or holds a password.
    public init(endpoints: [String]) throws(SourceFailure) {
        guard !endpoints.isEmpty else { throw SourceFailure("etcd needs the address of a member") }
        for endpoint in endpoints {
            guard endpoint.hasPrefix("http://") || endpoint.hasPrefix("https://"),
                endpoint.utf8.count > 8, endpoint.utf8.allSatisfy({ $0 > 32 && $0 < 127 })
            else { throw SourceFailure("an address of etcd is `http://HOST:PORT` or `https://HOST:PORT`") }
            guard !endpoint.contains("@") else {
                throw SourceFailure("an address of etcd holds no password; there is a setting for it")
            }
        }
        self.endpoints = endpoints.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
    }
}

/// Who asks etcd.
///
/// It is never printed.
public enum EtcdCredential: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// Nobody in particular: access control is off, or the certificate says who.
    case none
    /// A user; a token is asked for with the password, and again when it ends.
    case user(String, password: String)
    /// A token that was made elsewhere.
    case token(String)

    /// The kind of credential, without what is in it.
    public var description: String {
        switch self {
        case .none: "none"
        case .user: "user and password"
        case .token: "token"
        }
    }

    /// The same.
    public var debugDescription: String { description }
    /// Nothing inside.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Certificates for talking to etcd, as paths of PEM files.
public struct EtcdTLS: Sendable {
    /// Of the authorities that may vouch for the server; nil for those of the system.
    public var authorityFile: String?
    /// Of this client.
    public var certificateFile: String?
    /// The key to it.
    public var keyFile: String?

    /// The authorities of the system, and no certificate of our own.
    public init() {}
}
