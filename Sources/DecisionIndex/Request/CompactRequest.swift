public import Vocabulary

/// A request laid out for deciding: all its bytes in one buffer, its context as a short table.
///
/// Making one copies and checks the request; deciding it then touches nothing else. A gateway that asks many
/// questions about one caller makes one and changes its parts.
public struct CompactRequest: Sendable {
    let memory: RequestMemory
    /// The request for reading; it lives as long as `memory`.
    let view: RequestView
    let session: SessionPolicies?
    /// The session policies for reading; they live as long as `session`.
    let sessionView: SessionPolicyView?

    /// Checks a request and lays it out.
    ///
    /// - Parameters:
    ///   - credential: what the caller's temporary credential carries; nil for a long-term one.
    ///   - now: the time of the check (E26).
    ///   - isContextComplete: whether the context holds every fact, so that the engine fills in none.
    /// - Throws: ``RequestError``; the request is then denied with reason `error` (A4).
    public init(
        _ request: AuthorizationRequest,
        credential: CallerCredential? = nil,
        at now: Instant,
        isContextComplete: Bool = false
    ) throws(RequestError) {
        try request.validate()
        try credential?.validate()
        let layout = RequestLayout(request, credential, at: now, isContextComplete: isContextComplete)
        memory = RequestMemory(layout)
        view = memory.view
        session = credential?.policies
        sessionView = session?.view
    }
}
