/// What a statement does when it applies (rule B3).
public enum Effect: UInt8, Sendable, Hashable {
    /// The statement grants.
    case allow
    /// The statement forbids, whatever else grants (F1).
    case deny
}
