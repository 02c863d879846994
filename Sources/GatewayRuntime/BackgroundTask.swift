import Dispatch
import SnapshotDelivery
import Synchronization

/// Work that goes on until it is ended by somebody who may not suspend.
final class BackgroundTask: Sendable {
    private let task: Task<Void, Never>
    private let isOver: DispatchSemaphore

    /// How long an end is waited for: work that does not notice its cancellation must not keep a process.
    private static let patience = DispatchTimeInterval.seconds(5)

    init(_ work: @escaping @Sendable () async -> Void) {
        let isOver = DispatchSemaphore(value: 0)
        self.isOver = isOver
        task = Task.detached {
            await work()
            isOver.signal()
        }
    }

    /// Cancels the work and, where told, waits until it is over.
    func end(waiting: Bool) {
        task.cancel()
        guard waiting else { return }
        _ = isOver.wait(timeout: .now() + Self.patience)
    }
}

/// Lets threads wait until a follower has said for the first time that it has policies, or that they are refused.
final class FirstSign: Sendable {
    private let hasCome = Atomic<Bool>(false)
    private let group = DispatchGroup()

    init() { group.enter() }

    deinit { come() }

    func note(_ event: FollowerEvent) {
        switch event {
        case .activated, .rejected, .rolledBack, .recovered, .stale: come()
        case .closed, .sourceFailed, .keepingFailed: break
        }
    }

    private func come() {
        if !hasCome.exchange(true, ordering: .acquiringAndReleasing) { group.leave() }
    }

    func wait(atMost duration: Duration) {
        _ = group.wait(timeout: .now() + duration / .seconds(1))
    }
}
