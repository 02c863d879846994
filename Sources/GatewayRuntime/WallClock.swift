import Glibc
import Portcullis

/// The time of day, as conditions on dates need it.
enum WallClock {
    /// Now; the distant past where the system's clock is out of the calendar.
    static var now: Instant {
        var time = timespec()
        // INVARIANT: `time` outlives the call.
        guard unsafe clock_gettime(CLOCK_REALTIME, &time) == 0 else { return .distantPast }
        return Instant(seconds: Int64(time.tv_sec), nanoseconds: UInt32(truncatingIfNeeded: time.tv_nsec))
            ?? .distantPast
    }
}
