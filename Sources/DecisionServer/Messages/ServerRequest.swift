/// A request as the server has read it, body and all.
public struct ServerRequest: Sendable {
    /// The method, such as `POST`.
    public var method: String
    /// The path as it was sent, without the query.
    public var path: String
    /// The query as it was sent, without its question mark; nil where there is none.
    public var query: String?
    /// The headers in order, names as they came.
    public var headers: [(name: String, value: String)]
    /// The body.
    public var body: [UInt8]
    /// Who is at the other end.
    public var peer: ServerPeer

    /// A request.
    public init(
        method: String,
        path: String,
        query: String? = nil,
        headers: [(name: String, value: String)] = [],
        body: [UInt8] = [],
        peer: ServerPeer = ServerPeer()
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.peer = peer
    }

    /// The values of a header, whatever the case of its name.
    public func values(of name: String) -> [String] {
        let name = name.lowercased()
        return headers.filter { $0.name.lowercased() == name }.map(\.value)
    }

    /// The value of a header that may stand once only; nil where it stands never or more than once.
    public func value(of name: String) -> String? {
        let values = values(of: name)
        return values.count == 1 ? values[0] : nil
    }
}

/// The other end of a connection.
public struct ServerPeer: Sendable {
    /// Its address without a port; empty for a Unix socket.
    public var address = ""
    /// Whether it speaks TLS.
    public var isSecure = false
    /// Whether it has shown a certificate that the server's authorities of clients have signed.
    public var isVerified = false
    /// The URIs and host names of its verified certificate; empty without one.
    public var certificateNames: [String] = []

    /// Nobody in particular.
    public init() {}
}
