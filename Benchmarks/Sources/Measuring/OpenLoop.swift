/// Starts operations at fixed times, whether or not the ones before are done.
///
/// An operation that should have begun while another ran begins late, and its latency counts from when it
/// should have begun. So one stall is felt by every operation whose turn fell into it, as callers would feel it;
/// a loop that waits for each answer before it asks again would see it once (coordinated omission).
///
///     var loop = OpenLoop(ratePerSecond: 500_000, clock: WallClock())
///     for index in 0..<count {
///         let intended = loop.waitForTurn()
///         decide(index)
///         histogram.record(loop.elapsed(since: intended))
///     }
public struct OpenLoop<Clock: NanosecondClock> {
    @usableFromInline var clock: Clock
    @usableFromInline let start: UInt64
    @usableFromInline let interval: Double
    @usableFromInline var turn = 0.0

    /// A schedule that begins now.
    ///
    /// - Precondition: the rate is positive.
    @inlinable
    public init(ratePerSecond: Double, clock: Clock) {
        precondition(ratePerSecond > 0, "operations come at some rate")
        self.clock = clock
        interval = 1e9 / ratePerSecond
        start = self.clock.now()
    }

    /// Waits for the next operation's time, without sleeping, and returns that time.
    ///
    /// Returns at once where the time has passed.
    @inlinable
    public mutating func waitForTurn() -> UInt64 {
        let intended = start + UInt64(turn * interval)
        turn += 1
        while clock.now() < intended {}
        return intended
    }

    /// Nanoseconds from an operation's intended beginning until now.
    @inlinable
    public mutating func elapsed(since intended: UInt64) -> UInt64 { clock.now() - intended }
}
