public import PolicyLanguage
public import Vocabulary

/// One change of a directory.
///
/// Several are applied together: all of them, or after a fault none.
public enum DirectoryChange: Sendable {
    /// A managed policy, new or in a new version; it is in force wherever it is attached.
    case putManagedPolicy(ARN, ValidatedPolicy)
    /// Takes a managed policy away; a fault while it is attached.
    case removeManagedPolicy(ARN)

    /// A user, group or role, new or instead of the one of that name.
    case putIdentity(IdentityDescription)
    /// Takes a user, group or role away; a fault for a group that has members.
    case removeIdentity(ARN)
    /// Attaches a managed policy to a user, group or role; no fault if it is attached.
    case attachPolicy(ARN, to: ARN)
    /// Detaches a managed policy; a fault if it is not attached.
    case detachPolicy(ARN, from: ARN)
    /// An inline policy of a user, group or role, new or instead of the one of that name.
    case putInlinePolicy(UTF8Text, ValidatedPolicy, of: ARN)
    /// Takes an inline policy away; a fault if there is none.
    case removeInlinePolicy(UTF8Text, of: ARN)
    /// The permissions boundary of a user or role; nil takes it away.
    case setBoundary(ARN?, of: ARN)
    /// All tags of a user or role.
    case setTags([UTF8Text: UTF8Text], of: ARN)
    /// All groups of a user or group, by name.
    case setGroups([UTF8Text], of: ARN)
    /// Who may assume a role (G3).
    case setTrustPolicy(ValidatedPolicy, of: ARN)

    /// A resource with a policy, tags or a known owner, new or instead of the one of that ARN.
    case putResource(ResourceDescription)
    /// Takes a resource away; it is then whose it would be without an entry.
    case removeResource(ARN)
    /// The policy of a VPC endpoint (F11).
    case putEndpointPolicy(UTF8Text, ValidatedPolicy)
    /// Takes the policy of a VPC endpoint away.
    case removeEndpointPolicy(UTF8Text)

    /// A new version of a service control policy, wherever in the organization it is attached (F3).
    case putServiceControlPolicy(UTF8Text, ValidatedPolicy)
    /// A new version of a resource control policy, wherever in the organization it is attached (F2).
    case putResourceControlPolicy(UTF8Text, ValidatedPolicy)
}

/// A user, group or role as a change puts it into a directory.
public struct IdentityDescription: Sendable {
    /// `arn:aws:iam::ACCOUNT:user/PATH/NAME`, or of a group or role.
    public var arn: ARN
    /// The unique id (`AIDA…`, `AROA…`) that survives no deletion (C7).
    public var uniqueID: UTF8Text?
    /// The managed policies attached to it.
    public var attachedPolicies: [ARN] = []
    /// Its own policies by name.
    public var inlinePolicies: [UTF8Text: ValidatedPolicy] = [:]
    /// The permissions boundary; users and roles only.
    public var boundary: ARN?
    /// Names of the groups it belongs to; users and groups only.
    public var groups: [UTF8Text] = []
    /// Who may assume it; roles only, and every role has one.
    public var trustPolicy: ValidatedPolicy?
    /// Tags by key; users and roles only.
    public var tags: [UTF8Text: UTF8Text] = [:]

    /// An identity without policies.
    public init(arn: ARN) { self.arn = arn }
}

/// A resource as a change puts it into a directory.
public struct ResourceDescription: Sendable {
    /// Its ARN, without wildcards; its policy also covers what lies below it, after `/` or `:`.
    public var arn: ARN
    /// The account that owns it.
    public var account: AccountID
    /// Its resource-based policy.
    public var policy: ValidatedPolicy?
    /// Whether identity policies alone are not enough; nil for what holds of its kind (F8).
    public var requiresResourcePolicyTrust: Bool?
    /// Tags by key.
    public var tags: [UTF8Text: UTF8Text] = [:]

    /// A resource without policy.
    public init(arn: ARN, account: AccountID) {
        self.arn = arn
        self.account = account
    }
}

/// A change was refused, and with it all that were to be applied together.
public struct DirectoryChangeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Which of the changes, counted from 0.
    public package(set) var index: Int
    /// What is wrong with it, for people.
    public let message: String

    package init(_ message: String, index: Int = 0) {
        self.index = index
        self.message = message
    }

    /// One line.
    public var description: String { "change \(index): \(message)" }
}
