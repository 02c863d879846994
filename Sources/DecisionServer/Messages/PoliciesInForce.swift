import Glibc
public import Portcullis

/// What the parts of the server decide by.
public struct PoliciesInForce: Sendable {
    /// What decides.
    public let engine: AuthorizationEngine
    private let currentDirectory: @Sendable () -> Directory?
    private let currentTime: @Sendable () -> Instant

    /// Policies in force.
    ///
    /// - Parameters:
    ///   - directory: the directory that the engine decides by, at any time; nil where only an image is known.
    ///   - now: the time of a check.
    public init(
        engine: AuthorizationEngine,
        directory: @escaping @Sendable () -> Directory?,
        now: @escaping @Sendable () -> Instant = { systemTime }
    ) {
        self.engine = engine
        currentDirectory = directory
        currentTime = now
    }

    /// The directory in force; nil where only an image is known.
    public var directory: Directory? { currentDirectory() }

    /// The time of a check made now.
    public var now: Instant { currentTime() }

    /// The system's time of day; the distant past where its clock is out of the calendar.
    public static var systemTime: Instant {
        var time = timespec()
        // INVARIANT: `time` outlives the call, which only writes to it.
        guard unsafe clock_gettime(CLOCK_REALTIME, &time) == 0 else { return .distantPast }
        return Instant(seconds: Int64(time.tv_sec), nanoseconds: UInt32(truncatingIfNeeded: time.tv_nsec))
            ?? .distantPast
    }
}
