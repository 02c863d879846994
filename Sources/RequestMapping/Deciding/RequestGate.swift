public import Portcullis

/// One thread's way to decide HTTP requests: maps each to a question and asks the engine.
public final class RequestGate {
    private let mapping: RequestMapping
    private var reader: AuthorizationReader

    /// A gate for one thread.
    public init(_ mapping: RequestMapping, _ engine: AuthorizationEngine) {
        self.mapping = mapping
        reader = engine.makeReader()
    }

    /// Decides a request.
    public func decide(_ request: HTTPRequestBuffer, at now: Instant) -> GateAnswer {
        GateAnswer(.unmapped)
    }
}
