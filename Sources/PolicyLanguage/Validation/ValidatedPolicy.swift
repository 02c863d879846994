public import Vocabulary

/// A policy that keeps every rule of its type; only a ``PolicyReader`` makes one.
public struct ValidatedPolicy: Sendable {
    /// The policy.
    public let document: PolicyDocument
    /// What it may be used as.
    public let type: PolicyType
    /// Remarks that did not refuse it.
    public let warnings: [Diagnostic]

    init(document: PolicyDocument, type: PolicyType, warnings: [Diagnostic]) {
        self.document = document
        self.type = type
        self.warnings = warnings
    }
}
