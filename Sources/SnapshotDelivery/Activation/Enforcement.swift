import Portcullis
import Synchronization

/// What an engine decides by, what it did before, and whether it is closed: the one place from which is published.
///
/// Everything here happens at once, under one lock, so that a rollback need not wait for an update that is being
/// compiled or judged; the update then finds that it was judged beside something else.
final class Enforcement: Sendable {
    private struct State {
        var current: Candidate?
        var previous: Candidate?
        var closure: ClosureReason?
        /// Counts what changes `current`.
        var turn: UInt64 = 0
        /// What was rolled back last, and is not to come again.
        var rolledBack: SHA256Digest?
        var history = AcceptanceHistory()
    }

    let engine: AuthorizationEngine
    let revisions = RevisionTable()
    private let denial: VerifiedImage
    private let state = Mutex(State(closure: .noSnapshot))
    private let arrivals = RevisionWaiters()

    /// An engine that denies everything until something is activated.
    init(countsDecisions: Bool) throws(CompileError) {
        // A directory with nobody in it: there is nothing that could allow.
        denial = try SnapshotCompiler(options: EvaluationOptions()).compile(Directory())
        engine = AuthorizationEngine(denial, countsDecisions: countsDecisions)
        revisions.add(.closed(.noSnapshot), as: engine.revision)
    }

    /// What is in force, or would be if it were not closed.
    struct Standing: Sendable {
        let current: Candidate?
        /// A ticket for replacing it.
        let turn: UInt64
        /// What was accepted so far.
        let history: AcceptanceHistory
        /// The digest of what was rolled back last.
        let rolledBack: SHA256Digest?
    }

    var standing: Standing {
        state.withLock {
            Standing(current: $0.current, turn: $0.turn, history: $0.history, rolledBack: $0.rolledBack)
        }
    }

    /// What keeps the engine closed.
    var closure: ClosureReason? { state.withLock { $0.closure } }

    /// Puts a candidate in force, unless something else has been since the ticket was given.
    ///
    /// - Parameters:
    ///   - opens: whether a closed engine decides again; else the candidate is in force once it is opened.
    ///   - noting: what must hold from the same moment on.
    /// - Returns: the engine's revision; nil when the candidate must be judged again.
    func activate(
        _ candidate: Candidate,
        _ history: AcceptanceHistory,
        turn: UInt64,
        opens: Bool = true,
        noting: () -> Void
    ) -> UInt64? {
        let revision: UInt64? = state.withLock { state in
            guard state.turn == turn else { return nil }
            noting()
            state.previous = state.current
            state.current = candidate
            state.history = history
            state.turn += 1
            state.rolledBack = nil
            if !opens, state.closure != nil { return engine.revision }
            state.closure = nil
            return publish(candidate.image, .policies(candidate.revision))
        }
        if revision != nil, closure == nil { arrivals.wake(upTo: candidate.revision) }
        return revision
    }

    /// Puts in force what was before; nil where there is nothing.
    ///
    /// - Parameter noting: what must hold of it from the same moment on; answers why it must not decide, if so.
    func rollBack(
        noting: (Candidate) -> ClosureReason?
    ) -> Return? {
        state.withLock { state in
            guard let previous = state.previous, let abandoned = state.current else { return nil }
            let fault = noting(previous)
            let closed = state.closure == nil ? fault : nil
            if let closed { shut(&state, closed) }
            state.current = previous
            state.previous = nil
            state.turn += 1
            state.rolledBack = abandoned.digest
            let revision =
                state.closure == nil ? publish(previous.image, .policies(previous.revision)) : engine.revision
            return Return(
                candidate: previous,
                abandoned: abandoned,
                engineRevision: revision,
                closed: closed
            )
        }
    }

    /// What came of going back.
    struct Return {
        let candidate: Candidate
        let abandoned: Candidate
        let engineRevision: UInt64
        /// Why everything is denied since, where it was not before.
        let closed: ClosureReason?
    }

    /// Remembers what an earlier run accepted and rolled back.
    func remember(_ history: AcceptanceHistory, rolledBack: SHA256Digest?) {
        state.withLock {
            $0.history = history
            $0.rolledBack = rolledBack
        }
    }

    /// Notes that what is in force was signed again; nil where something else is in force, or it was not.
    ///
    /// - Parameter noting: what must hold from the same moment on.
    func renew(
        _ digest: SHA256Digest?,
        _ history: AcceptanceHistory,
        _ validity: (created: Int64, expires: Int64),
        pointer: [UInt8]?,
        noting: (Candidate) -> Void
    ) -> Candidate? {
        state.withLock { state in
            guard let current = state.current, current.digest == digest,
                let renewed = current.renewed(validity, pointer: pointer)
            else { return nil }
            state.current = renewed
            state.history = history
            noting(renewed)
            return renewed
        }
    }

    /// Denies everything from now on if there is a reason to; nil where there is none, or that is so already.
    ///
    /// - Parameter fault: asked while nothing else can come in force, so that nobody is denied for what is over.
    func close(for fault: () -> ClosureReason?) -> ClosureReason? {
        state.withLock { state in
            guard state.closure == nil, let reason = fault() else { return nil }
            shut(&state, reason)
            return reason
        }
    }

    private func shut(_ state: inout State, _ reason: ClosureReason) {
        state.closure = reason
        _ = publish(denial, .closed(reason))
    }

    /// Decides again by what was in force before it was closed; false where it was not, there is nothing, or there
    /// still is a reason.
    ///
    /// - Parameter fault: asked while nothing else can come in force, so that nothing opens that has expired.
    func reopen(unless fault: () -> ClosureReason?) -> Bool {
        let revision: StoreRevision? = state.withLock { state in
            guard state.closure != nil, let current = state.current, fault() == nil else { return nil }
            state.closure = nil
            _ = publish(current.image, .policies(current.revision))
            return current.revision
        }
        guard let revision else { return false }
        arrivals.wake(upTo: revision)
        return true
    }

    /// INVARIANT: called under the lock, so that nobody else takes the next revision of the engine.
    private func publish(_ image: VerifiedImage, _ provenance: Provenance) -> UInt64 {
        let expected = engine.revision + 1
        revisions.add(provenance, as: expected)
        let revision = engine.replace(with: image)
        // Whoever publishes past the follower gets no store revision for it.
        if revision != expected { revisions.add(provenance, as: revision) }
        return revision
    }

    // MARK: Waiting

    /// The revision of the store by which a check begun now is decided; nil while everything is denied.
    var storeRevision: StoreRevision? { revisions[engine.revision]?.storeRevision }

    /// Waits until a revision of the store is in force, at most so long.
    ///
    /// Returns sooner when the task is cancelled.
    func wait(for revision: StoreRevision, atMost duration: Duration) async {
        await arrivals.wait(for: revision, atMost: duration) {
            (self.storeRevision ?? StoreRevision(0)) >= revision
        }
    }
}
