/// How strongly a principal element names the caller (C4).
public enum MatchStrength: Int, Sendable, Hashable, Comparable {
    /// Not at all.
    case none
    /// Through the caller's account, which only delegates.
    case account
    /// Through the role of a session, or the IAM user of a federated session.
    case viaEntity
    /// By the caller's own name, or as everybody.
    case direct

    /// Weaker before stronger.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }

    /// The word used in vectors and JSON output.
    public var name: String {
        switch self {
        case .none: "none"
        case .account: "account"
        case .viaEntity: "viaEntity"
        case .direct: "direct"
        }
    }
}
