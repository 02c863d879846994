public import Foundation

/// How a follower stands, at one moment: for health checks, dashboards and people.
public struct FollowerStatus: Sendable {
    /// The source's name.
    public var source: String
    /// What the engine decides by.
    public var state: EnforcementState
    /// The store revision in force, also while ``state`` is closed; nil before the first activation.
    public var storeRevision: StoreRevision?
    /// The engine revision in force.
    public var engineRevision: UInt64
    /// The highest store revision ever accepted; only after a rollback it is above ``storeRevision``.
    public var highestRevision: StoreRevision?
    /// When the source last answered.
    public var lastContact: Date?
    /// When something was last activated.
    public var lastActivation: Date?
    /// When the content in force was made, where it says so.
    public var created: Date?
    /// When the content in force expires, where it does.
    public var expires: Date?
    /// Why the source cannot be reached at present; nil while it can.
    public var sourceFailure: String?
    /// Why the last good content is not on disk; nil while it is, or is not to be.
    public var keepingFailure: String?
    /// The last rejections, newest last.
    public var rejections: [Rejection] = []
    /// How often what happened.
    public var counters = FollowerCounters()

    /// Why what is in force is older than it should be, and stays so.
    var staleness: ClosureReason?
    /// Whether what is in force was kept by an earlier run, and the source has not confirmed it.
    var isKept = false

    /// Rejections that are kept; older ones are only counted.
    public static let rejectionsMax = 16

    init(source: String, state: EnforcementState, engineRevision: UInt64) {
        self.source = source
        self.state = state
        self.engineRevision = engineRevision
    }

    /// For how long the source has not answered, by the wall clock.
    public func age(at now: Date = Date()) -> TimeInterval? {
        lastContact.map { now.timeIntervalSince($0) }
    }
}

/// What a follower's engine decides by.
public enum EnforcementState: Sendable, Hashable, CustomStringConvertible {
    /// Policies from the source.
    case enforcing
    /// The last good policies, kept on disk by an earlier run; the source has not answered yet.
    case enforcingKept
    /// Policies that are older than they should be, as configured (``StalenessResponse/continueAndReport``).
    case enforcingStale(ClosureReason)
    /// Nothing: every request is denied, for this reason.
    case closed(ClosureReason)

    /// One word, and the reason.
    public var description: String {
        switch self {
        case .enforcing: "enforcing"
        case .enforcingKept: "enforcing what was kept"
        case .enforcingStale(let reason): "enforcing stale policies: \(reason.rawValue)"
        case .closed(let reason): "closed: \(reason.rawValue)"
        }
    }
}

/// Why every request is denied; the raw values do not change between versions.
public enum ClosureReason: String, Sendable, Hashable, CaseIterable {
    /// Nothing has been activated yet.
    case noSnapshot = "delivery.noSnapshot"
    /// The source has not answered for longer than allowed.
    case noContact = "delivery.noContact"
    /// The content in force has expired.
    case expired = "delivery.expired"
}

/// An update that was not activated; what was in force stays in force.
public struct Rejection: Sendable, CustomStringConvertible {
    /// When it was rejected.
    public let time: Date
    /// The store revision of the update, where it is known.
    public let revision: StoreRevision?
    /// What is wrong.
    public let error: DeliveryError

    /// One line for people.
    public var description: String {
        "\(revision.map { "revision \($0): " } ?? "")\(error)"
    }
}

/// How often what happened since the follower was made.
public struct FollowerCounters: Sendable, Hashable {
    /// Updates that the source handed over.
    public var updates: UInt64 = 0
    /// Updates put in force.
    public var activations: UInt64 = 0
    /// Updates that held what was in force already.
    public var repetitions: UInt64 = 0
    /// Updates that were refused, by the code of the reason.
    public var rejections: [DeliveryError.Code: UInt64] = [:]
    /// Times at which the source could not be reached.
    public var sourceFailures: UInt64 = 0
    /// Times at which the source was reached and had nothing new.
    public var contacts: UInt64 = 0
    /// Calls of ``SnapshotFollower/rollBack()`` that took effect.
    public var rollbacks: UInt64 = 0
    /// Times at which the engine was closed.
    public var closures: UInt64 = 0
    /// Checks that asked for a revision which did not come in time.
    public var unmetRevisions: UInt64 = 0
    /// Failures to keep the last good content on disk.
    public var keepingFailures: UInt64 = 0
}
