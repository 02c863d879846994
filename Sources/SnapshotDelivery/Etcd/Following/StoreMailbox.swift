import Portcullis

/// What the thread that talks to the store has found, and nobody has asked for yet.
///
/// While the follower is busy, edits of one file replace each other, so that whoever is behind catches up in one step
/// and what waits is never more than one set of policies. Edits come in whole revisions.
final class StoreMailbox: Sendable {
    /// What is handed over at once.
    enum Item: Sendable {
        case edits(StoreNews)
        case contact
        case failure(String)
        case end
    }

    private struct State {
        var known: [String: [UInt8]] = [:]
        var edits: [String: FileEdit] = [:]
        var revision: Int64?
        var grants: Set<String> = []
        var isLapse = true
        var failure: String?
        var hasContact = false
        var isStopped = false
        var waker: LoopWaker?
        var waiting: CheckedContinuation<Item, Never>?

        mutating func take() -> Item? {
            if isStopped { return .end }
            if let revision {
                let found = edits.values.sorted { $0.path < $1.path }
                edits.removeAll()
                self.revision = nil
                defer { isLapse = true }
                return .edits(StoreNews(edits: found, revision: revision, grants: grants, isLapse: isLapse))
            }
            if let failure {
                self.failure = nil
                return .failure(failure)
            }
            guard hasContact else { return nil }
            hasContact = false
            return .contact
        }
    }

    private let state = Guarded(State())

    // MARK: The store's thread

    /// Edits that bring the folder to a revision, all of them or none.
    ///
    /// - Parameters:
    ///   - grants: the paths of the grants that are in force then.
    ///   - isLapse: whether it is the end of grants alone, of which the store said nothing.
    func post(_ edits: [FileEdit], revision: Int64, grants: Set<String>, isLapse: Bool = false) {
        change { state in
            state.grants = grants
            state.isLapse = state.isLapse && isLapse
            for edit in edits {
                state.known[edit.path] = edit.contents
                state.edits[edit.path] = edit
            }
            state.revision = revision
            // That something has ended does not mean that the store is there again.
            if !isLapse { state.failure = nil }
        }
    }

    /// All files as they are at a revision.
    func post(all files: [String: [UInt8]], revision: Int64, grants: Set<String>) {
        let known = state.withLock { $0.known }
        var edits = known.keys.filter { files[$0] == nil }.map { FileEdit($0, nil) }
        edits += files.filter { known[$0.key] != $0.value }.map { FileEdit($0.key, $0.value) }
        post(edits, revision: revision, grants: grants)
    }

    func postContact() {
        change { state in
            state.hasContact = true
            state.failure = nil
        }
    }

    func postFailure(_ message: String) {
        change { state in
            state.hasContact = false
            state.failure = message
        }
    }

    /// Whom to wake when nothing more is wanted.
    func wakeWhenStopped(_ waker: LoopWaker) { state.withLock { $0.waker = waker } }

    var isStopped: Bool { state.withLock { $0.isStopped } }

    // MARK: The follower's task

    /// What comes next; the end when the task is cancelled.
    func next() async -> Item {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let item: Item? = state.withLock { state in
                    if let item = state.take() { return item }
                    // Two tasks at once are against the protocol; the first one is not left hanging.
                    state.waiting?.resume(returning: .end)
                    state.waiting = continuation
                    return nil
                }
                if let item { continuation.resume(returning: item) }
            }
        } onCancel: {
            stop()
        }
    }

    /// Nothing more is wanted.
    func stop() {
        change { $0.isStopped = true }
        state.withLock { $0.waker }?.wake()
    }

    private func change(_ body: (inout State) -> Void) {
        let ready: (CheckedContinuation<Item, Never>, Item)? = state.withLock { state in
            body(&state)
            guard let waiting = state.waiting, let item = state.take() else { return nil }
            state.waiting = nil
            return (waiting, item)
        }
        if let ready { ready.0.resume(returning: ready.1) }
    }
}

/// What has changed since the last news.
struct StoreNews: Sendable {
    let edits: [FileEdit]
    let revision: Int64
    /// The paths of the grants that are in force now.
    let grants: Set<String>
    /// Whether grants have ended and nothing else has happened.
    let isLapse: Bool
}
