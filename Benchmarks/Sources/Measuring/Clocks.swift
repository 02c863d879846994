public import Glibc

/// What tells nanoseconds; tests bring one of their own.
public protocol NanosecondClock {
    /// Nanoseconds since some beginning, never fewer than before.
    mutating func now() -> UInt64
}

/// Time as it passes on the wall (`CLOCK_MONOTONIC`).
public struct WallClock: NanosecondClock, Sendable {
    /// The clock of this machine.
    public init() {}

    /// Nanoseconds since the machine started.
    @inlinable public func now() -> UInt64 { nanoseconds(CLOCK_MONOTONIC) }

    /// What reading the clock costs in nanoseconds: it is contained once in everything timed by two readings.
    public func cost() -> Double {
        let count = 10_000
        let rounds = (0..<11).map { _ in
            let start = now()
            var last = start
            for _ in 0..<count { last = now() }
            return Double(last - start) / Double(count)
        }
        return Summary(rounds).median
    }
}

/// The processor time of the calling thread, in which other processes on the machine do not count.
public struct ThreadClock: NanosecondClock, Sendable {
    /// The clock of whichever thread asks.
    public init() {}

    /// Nanoseconds that this thread has had a processor.
    @inlinable public func now() -> UInt64 { nanoseconds(CLOCK_THREAD_CPUTIME_ID) }
}

@inlinable
func nanoseconds(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
