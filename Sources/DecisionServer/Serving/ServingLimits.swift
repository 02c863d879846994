/// How much a client may ask of the server, and for how long.
public struct ServingLimits: Sendable, Hashable {
    /// Bytes of a request line with its headers; more is answered by 431, or by 414 if the line alone is as long.
    public var headBytesMax = 64 << 10
    /// Headers of a request; more is answered by 431.
    public var headerCountMax = 128
    /// Bytes of path and query; more is answered by 414.
    public var targetBytesMax = 16 << 10
    /// Bytes of a body; more is answered by 413.
    public var bodyBytesMax = 1 << 20
    /// Bytes of a body on an admin listener, where simulations bring policies along.
    public var adminBodyBytesMax = 4 << 20
    /// Simulations that wait for the one that is answered; one more is answered by 503.
    public var waitingSimulationsMax = 8
    /// Seconds from the first byte of a request, or from the connection's begin, to the end of its headers; TLS included.
    public var headSeconds = 10.0
    /// Seconds from the end of the headers to the end of the body.
    public var bodySeconds = 10.0
    /// Seconds in which a client must take an answer.
    public var sendSeconds = 10.0
    /// Seconds that a connection may wait for its next request; above what gateways keep theirs for.
    public var idleSeconds = 120.0
    /// Connections of check listeners at the same time; one more is answered by 503.
    public var connectionsMax = 10_000
    /// Connections of admin listeners at the same time.
    public var adminConnectionsMax = 64
    /// Requests of one connection, after which it is closed.
    public var requestsPerConnectionMax = 1_000_000

    /// The defaults.
    public init() {}

    /// Whether every limit lets something through.
    var isUsable: Bool {
        let counts = [
            headBytesMax, headerCountMax, targetBytesMax, connectionsMax, adminConnectionsMax,
            requestsPerConnectionMax,
        ]
        let seconds = [headSeconds, bodySeconds, sendSeconds, idleSeconds]
        return counts.allSatisfy { (1...1 << 30).contains($0) }
            && [bodyBytesMax, adminBodyBytesMax, waitingSimulationsMax].allSatisfy {
                (0...1 << 30).contains($0)
            }

            && seconds.allSatisfy { (0.01...86_400).contains($0) }
    }
}
