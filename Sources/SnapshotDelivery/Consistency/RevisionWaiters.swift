import Synchronization

/// Tasks that wait for a revision of the store to be in force.
final class RevisionWaiters: Sendable {
    private struct Waiter {
        let revision: StoreRevision
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var waiters: [UInt64: Waiter] = [:]
        var next: UInt64 = 0
    }

    private let state = Mutex(State())

    /// Lets those go on who wait for this revision or an older one.
    func wake(upTo revision: StoreRevision) {
        let woken = state.withLock { state in
            let due = state.waiters.filter { $0.value.revision <= revision }
            for key in due.keys { state.waiters[key] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    /// Waits for ``wake(upTo:)``, at most so long, and not at all when `isThere` holds once one is registered.
    func wait(for revision: StoreRevision, atMost duration: Duration, unless isThere: () -> Bool) async {
        let key = state.withLock { state in
            state.next += 1
            return state.next
        }
        var timer: Task<Void, Never>?
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                state.withLock {
                    $0.waiters[key] = Waiter(revision: revision, continuation: continuation)
                }
                timer = Task { [self] in
                    try? await Task.sleep(for: duration)
                    end(key)
                }
                // It may have come, or the task been cancelled, before the waiter was there.
                if isThere() || Task.isCancelled { end(key) }
            }
        } onCancel: {
            end(key)
        }
        timer?.cancel()
    }

    private func end(_ key: UInt64) {
        state.withLock { $0.waiters.removeValue(forKey: key) }?.continuation.resume()
    }
}
