public import Portcullis
public import RequestMapping

/// Policies and routes of a gateway, both followed while it runs, for any number of threads.
///
///     let gateway = try Gateway(configuration)
///     try gateway.start()
///     let worker = gateway.makeWorker()  // one a thread
///     worker.request.begin()
///     …
///     let answer = worker.decide()
public final class Gateway: Sendable {
    /// What it was set up with.
    public let configuration: GatewayConfiguration

    /// Checks a configuration and reads the mapping. Starts no thread, so that a process may fork afterwards.
    public init(_ configuration: GatewayConfiguration) throws(GatewayError) {
        self.configuration = configuration
    }

    /// Follows policies and mapping from now on, in threads of its own, and waits for the first policies.
    ///
    /// - Throws: ``GatewayError`` where there are none in time; it goes on trying until ``stop()``, and meanwhile every
    ///   request is answered by ``GateAnswer/Reason/notReady``.
    public func start() throws(GatewayError) {}

    /// Ends the threads and waits for them.
    public func stop() {}

    /// A worker for one thread.
    public func makeWorker() -> GatewayWorker { GatewayWorker() }
}

/// One thread's part of a gateway; not for use by two threads at once.
public final class GatewayWorker {
    /// The request that is decided next.
    public let request = HTTPRequestBuffer()

    init() {}

    /// Decides the request by the mapping and the policies in force.
    public func decide() -> GateAnswer { GateAnswer(.notReady) }

    /// What decided, for logs: policy and statement, such as `arn:aws:iam::111122223333:policy/reading#0`; empty where
    /// no statement did. Lent until the next call.
    public func withStatementName(_ answer: GateAnswer, _ body: (borrowing Span<UInt8>) -> Void) {
        body([UInt8]().span)
    }
}
