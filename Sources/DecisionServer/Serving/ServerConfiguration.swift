/// How a decision server listens, whom it serves and how much.
public struct ServerConfiguration: Sendable {
    /// Where it answers checks.
    public var listeners: [ListenAddress]
    /// Where it answers administrators.
    public var adminListeners: [ListenAddress] = []
    /// Loops that answer checks, each with its own thread.
    public var threads = 1
    /// How much a client may ask.
    public var limits = ServingLimits()
    /// The files of TLS; nil for plain connections.
    ///
    /// Unix sockets are always plain.
    public var tls: TLSFiles?
    /// Who may call.
    public var access = AccessSettings()
    /// What the gateways in front of the server tell it.
    public var gateways = GatewayHeaders()
    /// The permissions of Unix sockets.
    public var socketPermissions: UInt32 = 0o660
    /// For how long, once it is to end, the server goes on to accept, so that balancers notice that it is not ready.
    public var drainDelaySeconds = 0.0
    /// For how long it then waits for connections to end.
    public var drainSeconds = 30.0
    /// Told what happens, one line each, by threads of the server.
    public var log: @Sendable (String) -> Void = { _ in }

    /// A server at these addresses.
    public init(listeners: [ListenAddress]) { self.listeners = listeners }

    /// The files of tokens and certificates.
    var files: [String] {
        [access.tokens, access.adminTokens, tls?.certificate, tls?.key, tls?.clientAuthorities].compactMap {
            $0
        }
    }

    /// Refuses what makes no sense.
    func check() throws(ServerError) {
        guard !listeners.isEmpty || !adminListeners.isEmpty else {
            throw ServerError("there is nowhere to listen")
        }
        guard (1...256).contains(threads) else { throw ServerError("there must be 1 to 256 threads") }
        guard limits.isUsable else { throw ServerError("a limit lets nothing through, or everything") }
        guard (0...86_400).contains(drainDelaySeconds), (0...86_400).contains(drainSeconds) else {
            throw ServerError("a drain lasts at most a day")
        }
        try checkProtection()
    }
}
