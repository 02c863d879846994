import Foundation
import Synchronization

/// A thread that does something again and again until it is told to stop.
public final class RepeatedTask: Sendable {
    private let isStopped = Atomic<Bool>(false)
    private let done = DispatchSemaphore(value: 0)

    /// Starts the thread.
    ///
    /// - Parameter body: asks `isStopped` often enough and returns when it holds.
    public init(_ body: @escaping @Sendable (_ isStopped: () -> Bool) -> Void) {
        Thread.detachNewThread { [self] in
            body { isStopped.load(ordering: .relaxed) }
            done.signal()
        }
    }

    /// A thread that does something so many times a second.
    public convenience init(timesPerSecond: Int, _ body: @escaping @Sendable () -> Void) {
        self.init { isStopped in
            let interval = UInt64(1_000_000_000 / timesPerSecond)
            var next = WallClock().now()
            while !isStopped() {
                body()
                next += interval
                let now = WallClock().now()
                if next > now { usleep(UInt32((next - now) / 1_000)) } else { next = now }
            }
        }
    }

    /// Tells the thread to stop, without waiting for it.
    public func requestStop() { isStopped.store(true, ordering: .relaxed) }

    /// Stops the thread and waits for it; to be called once.
    public func stop() {
        requestStop()
        done.wait()
    }
}
