import Dispatch
import Foundation
import Glibc
import Synchronization

/// Asynchronous work on a thread of its own, which takes no signals that are meant for the program.
final class BackgroundThread: Sendable {
    private let task: Task<Void, Never>
    private let isOver = DispatchSemaphore(value: 0)

    /// How long an end is waited for: work that does not notice its cancellation must not keep a program.
    private static let patience = DispatchTimeInterval.seconds(5)

    init(_ work: @escaping @Sendable () async -> Void) {
        let loop = TaskLoop()
        let end = Flag()
        task = Task.detached(executorPreference: loop) {
            await work()
            end.isSet.store(true, ordering: .releasing)
        }
        let isOver = isOver
        let thread = Thread {
            Self.blockSignals()
            loop.run { end.isSet.load(ordering: .acquiring) ? () : nil }
            isOver.signal()
        }
        thread.name = "portcullis"
        thread.start()
    }

    /// Cancels the work, and waits until it is over.
    func end() {
        task.cancel()
        _ = isOver.wait(timeout: .now() + Self.patience)
    }

    private static func blockSignals() {
        var signals = sigset_t()
        // INVARIANT: `signals` outlives both calls.
        unsafe sigfillset(&signals)
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    private final class Flag: Sendable {
        let isSet = Atomic<Bool>(false)
    }
}
