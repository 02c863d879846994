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
    /// - Parameter expires: when it expires by the wall clock, tolerance included; nil for never. It is read once: a
    ///   wall clock that is set back later prolongs nothing.
    func noteContent(expires: Int64?) {
        let end = expires.map { clock.elapsed() + .seconds(Double($0) - clock.wallSeconds()) }
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
