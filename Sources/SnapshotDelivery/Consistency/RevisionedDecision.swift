public import Portcullis

/// A decision, and the revision of the store by which it was made.
public struct RevisionedDecision: Sendable, Hashable {
    /// The decision; a deny with the outcome ``Outcome/error`` where the revision asked for is not in force.
    public let decision: Decision
    /// By which revision it was made; nil where it was not.
    public let storeRevision: StoreRevision?
    /// What was asked for in vain; nil where it was there.
    public let unmet: UnmetRevision?

    /// Whether the answer is allow.
    public var isAllowed: Bool { decision.isAllowed }
}

/// A revision of the store that was asked for, and was not in force in time.
public struct UnmetRevision: Sendable, Hashable, CustomStringConvertible {
    /// What was asked for.
    public let wanted: StoreRevision
    /// What was in force; nil where everything was denied.
    public let present: StoreRevision?

    /// One line for people.
    public var description: String {
        "revision \(wanted) was asked for, \(present.map { "revision \($0)" } ?? "nothing") is in force"
    }
}
