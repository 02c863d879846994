public import Portcullis

/// How a follower treats what its source hands over.
public struct FollowerSettings: Sendable {
    /// Whose word counts.
    public var trust: ContentTrust
    /// How policies are read.
    public var reader = PolicyReader()
    /// How they are compiled; compiled snapshots are held to its limit of cost, too.
    public var compiler = SnapshotCompiler()
    /// What a snapshot must pass before it is put in force, in order.
    public var gates: [any UpdateGate] = []
    /// For how long the source may not answer; nil for ever.
    public var stalenessLimit: Duration?
    /// What happens when that time is over, or the content in force has expired.
    public var stalenessResponse = StalenessResponse.denyEverything
    /// The folder in which the last good content is kept for the next run; nil to keep none.
    ///
    /// The folder must exist, be writable by this process alone, and belong to one follower.
    public var keepingFolder: String?
    /// Whether the engine counts what decides.
    public var countsDecisions = false
    /// What happens is told to this function, in order and before the follower goes on; it should be quick.
    public var observer: (@Sendable (FollowerEvent) -> Void)?
    /// The clocks; others are for tests.
    package var clock = DeliveryClock()

    /// Settings with the defaults: no gates, no limit of staleness, nothing kept.
    public init(trust: ContentTrust) { self.trust = trust }
}

/// Whose word counts.
///
/// There is no way to configure keys and still take what is not signed.
public enum ContentTrust: Sendable {
    /// Only what one of these keys has signed.
    case signed(AcceptanceRules)
    /// Whatever the source hands over: who can write there decides. Bundles and pointers are refused, since nothing
    /// could verify them.
    case unsigned

    var isSigned: Bool {
        if case .signed = self { true } else { false }
    }
}

/// What happens when the source has not answered for too long.
public enum StalenessResponse: Sendable, Hashable {
    /// Every request is denied until the source answers again.
    case denyEverything
    /// What is in force stays so, and the status says that it is stale.
    case continueAndReport
}
