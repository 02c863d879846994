/// How much of a faulty document is let through.
public enum ValidationMode: String, Sendable, Hashable, CaseIterable {
    /// Every fault refuses the document. The default.
    case strict
    /// Faults that cannot change a decision, and forms that AWS itself accepts, are warnings (D5, B6, B11).
    case lenient
    /// Whatever can be modelled is accepted: for replaying documents that another product accepted.
    case permissive
}

/// From which mode on a fault is only a warning.
enum Tolerance {
    /// A remark in every mode.
    case always
    /// An error in strict mode only.
    case lenient
    /// An error unless the mode is permissive.
    case permissive
    /// An error in every mode.
    case never

    func severity(in mode: ValidationMode) -> Diagnostic.Severity {
        let isTolerated =
            switch self {
            case .always: true
            case .lenient: mode != .strict
            case .permissive: mode == .permissive
            case .never: false
            }
        return isTolerated ? .warning : .error
    }
}
