import Glibc
import Portcullis

extension Instant {
    /// Now, as of the last tick of the system's clock: a tenth of the price of asking what time it is exactly.
    static var tick: Instant {
        @inline(never) get {
            var time = timespec()
            // INVARIANT: `time` outlives the call.
            guard unsafe clock_gettime(CLOCK_REALTIME_COARSE, &time) == 0 else { return .distantPast }
            let nanoseconds = UInt32(truncatingIfNeeded: time.tv_nsec)
            return Instant(seconds: Int64(time.tv_sec), nanoseconds: nanoseconds) ?? .distantPast
        }
    }

    /// A caller's time; nil for 0, which stands for now.
    ///
    /// - Throws: ``Failure`` for a time outside the calendar.
    static func given(_ seconds: Int64, _ nanoseconds: UInt32) throws(Failure) -> Instant? {
        if seconds == 0, nanoseconds == 0 { return nil }
        guard let time = Instant(seconds: seconds, nanoseconds: nanoseconds), time.isInCalendar else {
            throw Failure(.invalidArgument, "\(seconds) s and \(nanoseconds) ns are no time")
        }
        return time
    }
}
