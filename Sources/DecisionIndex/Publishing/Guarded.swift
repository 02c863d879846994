import Synchronization

/// A value behind a lock, off the path of readers.
///
/// The value is beside the mutex, not in it, and handed from holder to holder by an atomic as well: when a mutex is
/// contended the kernel hands it over, which the thread sanitizer cannot see.
///
/// INVARIANT: `value` is only touched by the thread that holds `mutex`.
package final class Guarded<Value>: @unchecked Sendable {
    private let mutex = Mutex(())
    private let handOver = Atomic<UInt>(0)
    private var value: Value

    /// A value that nobody else refers to.
    package init(_ value: sending Value) { self.value = value }

    /// Calls `body` with the value while no other thread does.
    package func withLock<Result: Sendable, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try mutex.withLock { _ throws(Failure) in
            _ = handOver.load(ordering: .acquiring)
            defer { handOver.store(0, ordering: .releasing) }
            return try body(&value)
        }
    }
}
