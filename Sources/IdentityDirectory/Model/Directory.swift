public import PolicyLanguage
public import Vocabulary

/// Who exists, and which policies bear on whom: the input of every evaluator.
///
/// A directory is a value. Everything in it has been checked: policies are validated, every reference
/// points at something, no name stands twice.
public struct Directory: Sendable {
    /// The organization, if the accounts belong to one.
    public package(set) var organization: Organization?
    /// The accounts by id.
    public package(set) var accounts: [AccountID: Account] = [:]
    /// Customer-managed and AWS-managed policies by ARN.
    public package(set) var managedPolicies: [UTF8Text: EffectivePolicy] = [:]
    /// Resources with a policy, tags or a known owner, by ARN.
    public package(set) var resources: [UTF8Text: Resource] = [:]
    /// VPC endpoint policies by endpoint id (F11).
    public package(set) var endpoints: [UTF8Text: EffectivePolicy] = [:]

    /// A directory with nothing in it: every request is denied.
    public init() {}
}

/// A policy in force, with the name by which explanations call it.
///
/// A copy refers to the same policy, so that handing one on costs one reference count.
public struct EffectivePolicy: Sendable {
    private final class Storage: Sendable {
        let name: UTF8Text
        let carrier: UTF8Text?
        let document: PolicyDocument

        init(_ name: UTF8Text, _ carrier: UTF8Text?, _ document: PolicyDocument) {
            (self.name, self.carrier, self.document) = (name, carrier, document)
        }
    }

    private let storage: Storage

    /// Names a policy.
    public init(name: UTF8Text, carrier: UTF8Text? = nil, _ policy: ValidatedPolicy) {
        storage = Storage(name, carrier, policy.document)
    }

    /// The ARN of a managed policy, the name of any other.
    public var name: UTF8Text { storage.name }
    /// The user, group, role or resource that carries an inline policy; nil for a managed one.
    public var carrier: UTF8Text? { storage.carrier }
    /// The policy.
    public var document: PolicyDocument { storage.document }

    /// Tells this policy from every other that exists at the same time.
    package var identity: ObjectIdentifier { ObjectIdentifier(storage) }
}

/// One account with the identities in it.
public struct Account: Sendable {
    /// Its twelve digits.
    public let id: AccountID
    /// A name for people.
    public package(set) var name: UTF8Text?
    /// Users by name.
    public package(set) var users: [UTF8Text: Identity] = [:]
    /// Groups by name.
    public package(set) var groups: [UTF8Text: Identity] = [:]
    /// Roles by name.
    public package(set) var roles: [UTF8Text: Identity] = [:]

    package init(id: AccountID) { self.id = id }
}

/// A user, group or role.
public struct Identity: Sendable {
    /// Its full ARN, with the path.
    public let arn: ARN
    /// The unique id (`AIDA…`, `AROA…`) that survives no deletion (C7).
    public package(set) var uniqueID: UTF8Text?
    /// Inline policies and attached managed policies, in the order of their names.
    public package(set) var policies: [EffectivePolicy] = []
    /// The permissions boundary; users and roles only.
    public package(set) var boundary: EffectivePolicy?
    /// Names of the groups this user or group belongs to; groups within groups are our own extension.
    public package(set) var groups: [UTF8Text] = []
    /// Who may assume this role.
    public package(set) var trustPolicy: EffectivePolicy?
    /// Tags by key as written.
    public package(set) var tags: [UTF8Text: UTF8Text] = [:]

    package init(arn: ARN) { self.arn = arn }

    /// Whether the role belongs to a service, so that SCPs do not bear on it (F3).
    public var isServiceLinkedRole: Bool { arn.resource.hasPrefix("role/aws-service-role/") }
}

/// A resource that the directory knows of.
public struct Resource: Sendable {
    /// Its ARN; the policy also covers what lies below it, after `/` or `:`.
    public let arn: ARN
    /// The account that owns it.
    public let account: AccountID
    /// Its resource-based policy.
    public package(set) var policy: EffectivePolicy?
    /// Whether identity policies alone are not enough, as for KMS keys (F8).
    public package(set) var requiresResourcePolicyTrust: Bool
    /// Tags by key as written.
    public package(set) var tags: [UTF8Text: UTF8Text] = [:]

    package init(arn: ARN, account: AccountID, requiresResourcePolicyTrust: Bool) {
        self.arn = arn
        self.account = account
        self.requiresResourcePolicyTrust = requiresResourcePolicyTrust
    }
}
