/// What the server answers.
public struct ServerResponse: Sendable {
    /// The status.
    public var status: Int
    /// Headers besides the content's type and length.
    public var headers: [(name: String, value: String)]
    /// What the body is; nil for none.
    public var contentType: String?
    /// The body.
    public var body: [UInt8]

    /// An answer.
    public init(
        _ status: Int,
        contentType: String? = nil,
        body: [UInt8] = [],
        headers: [(name: String, value: String)] = []
    ) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.headers = headers
    }
}

/// Answers requests to some part of the server; on any of its threads, several at once.
public protocol RequestHandler: Sendable {
    /// Answers a request; it must not block.
    func respond(to request: ServerRequest) -> ServerResponse
}
