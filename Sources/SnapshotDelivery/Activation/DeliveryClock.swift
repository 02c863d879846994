import Foundation

/// The two clocks of delivery: the wall clock for what was signed with a time, and one that never steps for how
/// long something has been going on.
package struct DeliveryClock: Sendable {
    /// Seconds since 1970, as this machine believes.
    package var wallSeconds: @Sendable () -> Double = { Date().timeIntervalSince1970 }
    /// Time since some moment; it goes on while the machine sleeps.
    package var elapsed: @Sendable () -> Duration = {
        let start = Self.start
        return start.duration(to: .now)
    }

    private static let start = ContinuousClock.now

    /// The system's clocks.
    package init() {}

    var wallSecond: Int64 { Int64(wallSeconds().rounded(.down)) }
    var date: Date { Date(timeIntervalSince1970: wallSeconds()) }
}
