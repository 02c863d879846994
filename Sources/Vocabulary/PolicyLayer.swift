/// One kind of policy in the decision ladder (F1–F11), in the order in which explanations list them.
@frozen public enum PolicyLayer: UInt8, Sendable, Hashable, CaseIterable {
    /// Service control policies of the principal's organization path (F3).
    case serviceControl
    /// Resource control policies of the resource's organization path (F2).
    case resourceControl
    /// The policy of the VPC endpoint the request came through (F11).
    case endpoint
    /// The policy of the resource, or a role's trust policy (F4, F8).
    case resource
    /// Identity-based policies: inline, managed, and those of groups (F5).
    case identity
    /// The permissions boundary (F6).
    case boundary
    /// The session policies (F6).
    case session
    /// The default of the account's root user (F9).
    case rootUser

    /// The short word used in conformance vectors and in JSON output.
    public var name: String {
        switch self {
        case .serviceControl: "scp"
        case .resourceControl: "rcp"
        case .endpoint: "endpoint"
        case .resource: "resource"
        case .identity: "identity"
        case .boundary: "boundary"
        case .session: "session"
        case .rootUser: "rootUser"
        }
    }

    /// The words used in denial messages, as AWS writes them (H4).
    public var policyPhrase: String {
        switch self {
        case .serviceControl: "service control policy"
        case .resourceControl: "resource control policy"
        case .endpoint: "VPC endpoint policy"
        case .resource: "resource-based policy"
        case .identity: "identity-based policy"
        case .boundary: "permissions boundary"
        case .session: "session policy"
        case .rootUser: "root user default"
        }
    }
}
