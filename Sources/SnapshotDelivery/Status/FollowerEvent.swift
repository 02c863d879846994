public import Portcullis

/// What a follower tells its observers, in the order in which it happens: for logs, metrics and `portcullis watch`.
public enum FollowerEvent: Sendable {
    /// An update is in force.
    case activated(ActivationReport)
    /// An update was refused; what was in force stays in force.
    case rejected(Rejection)
    /// The former content is in force again.
    case rolledBack(ActivationReport)
    /// From now on every request is denied.
    case closed(ClosureReason)
    /// The content in force is older than it should be, and stays in force, as configured.
    case stale(ClosureReason)
    /// The source has answered again, and what was closed or stale is in force as before.
    case recovered
    /// The source cannot be reached.
    case sourceFailed(SourceFailure)
    /// The last good content cannot be kept on disk.
    case keepingFailed(String)
}

/// What was put in force.
public struct ActivationReport: Sendable {
    /// The revision of the store.
    public let storeRevision: StoreRevision
    /// The revision of the engine that decides by it.
    public let engineRevision: UInt64
    /// What it holds.
    public let counts: SnapshotCounts
    /// What distinguishes it from what was in force before; nil where one of them is a compiled snapshot, which
    /// names no policies.
    public let difference: PolicySetDifference?
    /// What the gates remarked, each line under the name of its gate.
    public let remarks: [String]
}
