import Synchronization

/// Keeps what is in force on disk; one write at a time, and always of what is in force then.
final class Keeper: Sendable {
    private struct State {
        /// What is on disk: the ticket and the creation of what was in force.
        var kept: (turn: UInt64, created: Int64?)?
        var lastChange: Duration?
    }

    private let store: LastGoodStore?
    private let clock: DeliveryClock
    /// Held while something is written, which a slow disk can make long.
    private let state = Mutex(State())
    /// Not held for long, so that asking how things stand does not wait for the disk.
    private let lastFailure = Mutex<FileFailure?>(nil)
    /// Changes of a large directory are not compiled for keeping more often than this.
    static let changesInterval = Duration.seconds(60)

    init(_ store: LastGoodStore?, _ clock: DeliveryClock) {
        self.store = store
        self.clock = clock
    }

    /// What went wrong last; nil once it worked.
    var failure: FileFailure? { lastFailure.withLock { $0 } }

    /// Writes what is in force, unless it is there.
    ///
    /// - Returns: a failure that is new.
    func keep(_ enforcement: Enforcement) -> FileFailure? {
        guard let store else { return nil }
        return state.withLock { state in
            let standing = enforcement.standing
            guard let candidate = standing.current else { return nil }
            if let kept = state.kept, kept == (standing.turn, candidate.created) { return nil }
            if case .changes = candidate.keepsake {
                let now = clock.elapsed()
                if let last = state.lastChange, now - last < Self.changesInterval { return nil }
                state.lastChange = now
            }
            do throws(FileFailure) {
                try store.keep(
                    candidate,
                    history: standing.history,
                    rolledBack: standing.rolledBack,
                    trustsFile: state.kept != nil
                )
                state.kept = (standing.turn, candidate.created)
                lastFailure.withLock { $0 = nil }
                return nil
            } catch {
                return lastFailure.withLock { last in
                    defer { last = error }
                    return last == nil ? error : nil
                }
            }
        }
    }

    /// What was read is on disk already.
    func noteKept(_ enforcement: Enforcement) {
        let standing = enforcement.standing
        state.withLock { $0.kept = (standing.turn, standing.current?.created) }
    }

    /// Nothing of what is on disk could be used.
    func noteFailure(_ failure: FileFailure) { lastFailure.withLock { $0 = failure } }
}
