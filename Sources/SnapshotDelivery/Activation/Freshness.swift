import Synchronization

/// How long the source has been silent, and how long what is in force still holds; by the clock that never steps.
final class Freshness: Sendable {
    private struct State {
        var lastContact: Duration
        /// When what is in force expires.
        var end: Duration?
    }

    private let limit: Duration?
    private let clock: DeliveryClock
    private let state: Mutex<State>

    init(limit: Duration?, clock: DeliveryClock) {
        self.limit = limit
        self.clock = clock
        state = Mutex(State(lastContact: clock.elapsed(), end: nil))
    }

    /// The source has answered.
    func noteContact() {
        let now = clock.elapsed()
        state.withLock { $0.lastContact = now }
    }

    /// Something else is in force.
    ///
    /// - Parameters:
    ///   - created: when it was made, where it says so. It cannot be earlier now, so that a wall clock that is behind,
    ///     as after a start without a battery, prolongs nothing.
    ///   - expires: when it expires by the wall clock, tolerance included; nil for never. The clock is read once: one
    ///     that is set back later prolongs nothing either.
    func noteContent(created: Int64?, expires: Int64?) {
        let now = max(clock.wallSeconds(), created.map { Double($0) } ?? 0)
        let end = expires.map { clock.elapsed() + .seconds(Double($0) - now) }
        state.withLock { $0.end = end }
    }

    /// Why what is in force is stale; nil while it is fresh.
    var fault: ClosureReason? {
        let now = clock.elapsed()
        return state.withLock { state in
            if let end = state.end, now >= end { return .expired }
            if let limit, now - state.lastContact >= limit { return .noContact }
            return nil
        }
    }
}
