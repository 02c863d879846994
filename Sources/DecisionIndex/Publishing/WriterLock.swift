import Synchronization

/// The retire list behind the lock that writers take among themselves.
///
/// The list is beside the mutex, not in it, and handed from writer to writer by an atomic as well: when a mutex is
/// contended the kernel hands it over, which the thread sanitizer cannot see.
///
/// INVARIANT: `retired` is only touched by the thread that holds `mutex`.
final class WriterLock: @unchecked Sendable {
    private let mutex = Mutex(())
    private let handOver = Atomic<UInt>(0)
    private var retired = RetireList()

    /// Calls `body` with the list while no other writer runs.
    func withLock<Result: Sendable, Failure: Error>(
        _ body: (inout RetireList) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try mutex.withLock { _ throws(Failure) in
            _ = handOver.load(ordering: .acquiring)
            defer { handOver.store(0, ordering: .releasing) }
            return try body(&retired)
        }
    }
}
