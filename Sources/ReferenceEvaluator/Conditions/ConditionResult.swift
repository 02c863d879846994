/// Whether a condition holds, and why (H3).
public struct ConditionResult: Sendable, Hashable {
    /// Whether it holds.
    public let holds: Bool
    /// Why it holds or fails.
    public let reason: Reason

    /// Reason codes.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// A value compares as the operator wants.
        case matched
        /// No value compares as the operator wants.
        case notEqual
        /// The key is absent and the operator needs it (E2, E8).
        case missingKey
        /// The key is absent, and absence satisfies the operator (E3, E4, E7).
        case matchedBecauseMissing
        /// The key holds a list and the operator has no set qualifier (E6).
        case multiWithoutSetOperator
        /// A policy variable has no value (E24).
        case unresolvedVariable
        /// The request's value cannot be read as the operator needs it (E19).
        case typeError
        /// `Null` found the key as demanded, or not (E5).
        case presence
    }

    init(_ holds: Bool, _ reason: Reason) {
        self.holds = holds
        self.reason = reason
    }
}
