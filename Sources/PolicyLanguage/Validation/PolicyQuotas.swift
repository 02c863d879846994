public import Vocabulary

/// The longest policy of each type in characters (B13).
///
/// IAM does not count white space; SCPs and RCPs do.
public struct PolicyQuotas: Sendable, Hashable {
    /// Characters allowed for each type; a type without an entry is not limited.
    public var charactersMax: [PolicyType: Int]

    /// Sets the sizes to keep.
    public init(charactersMax: [PolicyType: Int]) { self.charactersMax = charactersMax }

    /// The sizes that AWS publishes for managed, trust, session, organization and endpoint policies.
    public static let aws = PolicyQuotas(charactersMax: [
        .identity: 6_144, .boundary: 6_144, .session: 2_048, .trust: 2_048, .resource: 20_480,
        .serviceControl: 5_120, .resourceControl: 5_120, .endpoint: 20_480,
    ])
}
