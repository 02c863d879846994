/// Until when the store has vouched for each lease, by a clock that never steps.
///
/// Whoever holds a lease may prolong it, which is told to nobody, so that each lease is asked about again at half of
/// what it has left. A lease of which nothing is known is over.
struct LeaseTable {
    private struct Lease {
        var end: ContinuousClock.Instant
        var askAgain: ContinuousClock.Instant
    }

    private var leases: [Int64: Lease] = [:]
    private static let shortestInterval = Duration.milliseconds(250)

    /// Whether grants under a lease are in force.
    func isAlive(_ lease: Int64, at now: ContinuousClock.Instant) -> Bool {
        leases[lease].map { $0.end > now } ?? false
    }

    /// The leases in use that should be asked about now.
    func due(_ used: Set<Int64>, at now: ContinuousClock.Instant) -> [Int64] {
        used.filter { leases[$0].map { $0.askAgain <= now } ?? true }.sorted()
    }

    /// When something should be done next: a lease ends, or is to be asked about.
    var nextMoment: ContinuousClock.Instant? { leases.values.map { min($0.end, $0.askAgain) }.min() }

    /// When the next lease ends that has not ended.
    func nextEnd(after now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        leases.values.map(\.end).filter { $0 > now }.min()
    }

    /// Notes an answer.
    ///
    /// - Parameters:
    ///   - seconds: whole seconds that were left; nil for a lease that is over.
    ///   - asked: when the question was sent, so that the time of its way does not prolong the lease.
    mutating func note(_ lease: Int64, secondsLeft seconds: Int64?, asked: ContinuousClock.Instant) {
        guard let seconds else {
            // A lease that has ended does not come again under its number.
            leases[lease] = Lease(end: asked, askAgain: asked + .seconds(3_600))
            return
        }
        // Less than a second is told as zero.
        let left = seconds == 0 ? Duration.milliseconds(500) : .seconds(seconds)
        leases[lease] = Lease(end: asked + left, askAgain: asked + max(left / 2, Self.shortestInterval))
    }

    /// Forgets the leases that nothing is bound to.
    mutating func keep(_ used: Set<Int64>) { leases = leases.filter { used.contains($0.key) } }
}
