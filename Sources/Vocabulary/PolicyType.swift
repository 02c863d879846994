/// The kinds of policy that take part in a decision, each with its own grammar (table B6).
public enum PolicyType: String, Sendable, Hashable, CaseIterable {
    /// Attached to a user, group or role, inline or managed.
    case identity
    /// The ceiling of a user or role; never grants (F6).
    case boundary
    /// Passed when a session is made; narrows it (F6).
    case session
    /// Attached to a resource; names principals (F4).
    case resource
    /// The resource policy of a role: who may assume it (G3).
    case trust
    /// Service control policy: a ceiling on an organization's principals (F3).
    case serviceControl = "scp"
    /// Resource control policy: a ceiling on an organization's resources (F2).
    case resourceControl = "rcp"
    /// VPC endpoint policy: a ceiling on what passes one endpoint (F11).
    case endpoint
}
