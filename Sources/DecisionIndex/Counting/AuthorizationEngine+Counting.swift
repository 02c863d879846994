extension AuthorizationEngine {
    /// Whether the engine counts what decides.
    public var countsDecisions: Bool { ledger != nil }

    /// What has decided so far, on all readers, also those that are gone, and on all snapshots; nil for an engine
    /// that does not count.
    ///
    /// Checks under way go on; of those that end meanwhile some are counted and some are not yet.
    ///
    /// - Parameter includingUnused: whether statements of the newest snapshot that decided nothing are listed, too,
    ///   with 0; those of policies that are attached nowhere are not.
    /// - Complexity: O(statements × readers) for each snapshot in use; with `includingUnused` also O(users, roles,
    ///   resources and what is attached to them).
    public func decisionCounts(includingUnused: Bool = false) -> DecisionCounts? {
        ledger?.counts(includingUnused: includingUnused)
    }
}
