import Glibc

/// The system's wall clock.
enum UTCClock {
    /// The time since 1970-01-01T00:00:00Z.
    static var secondsAndNanoseconds: (seconds: Int64, nanoseconds: UInt32) {
        var time = timespec()
        // INVARIANT: `time` outlives the call, which only writes to it.
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return (Int64(time.tv_sec), UInt32(time.tv_nsec))
    }
}
