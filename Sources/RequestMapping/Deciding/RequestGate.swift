public import Portcullis

/// One thread's way to decide HTTP requests: maps each to a question and asks the engine.
///
/// A gate remembers callers whose proof it has seen, and their questions, so that the next request of the same kind is
/// decided without an allocation. It belongs to one thread at a time; a new mapping needs a new gate.
public final class RequestGate {
    /// One value, so that deciding costs one check of exclusive access.
    private var work: GateWork

    /// A gate for one thread.
    public init(_ mapping: RequestMapping, _ engine: AuthorizationEngine) {
        work = GateWork(mapping.contents, engine.makeReader())
    }

    /// Decides a request.
    ///
    /// - Complexity: linear in the bytes of the request, and bounded by the policies of caller and resource.
    public func decide(_ request: HTTPRequestBuffer, at now: Instant) -> GateAnswer {
        work.decide(request.message, at: now)
    }
}
