import Glibc

/// A clock that never steps, in nanoseconds since some moment.
enum MonotonicTime {
    static var nanoseconds: Int64 {
        var time = timespec()
        // INVARIANT: `time` outlives the call, which only writes to it.
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
