public import Portcullis

/// What distinguishes the policies of two directories, and whose access it may change.
///
/// It compares what is written, not what it means, and errs to the safe side: whoever loses access is among
/// ``mayLose``, and so is, say, one whose statement has been split in two. Changes of resource policies, endpoint
/// policies and of accounts' guardrails are listed by themselves; guardrails also count for all principals of
/// their accounts.
public struct PolicySetDifference: Sendable, Hashable {
    /// Users and roles that are new.
    public var addedPrincipals: [UTF8Text] = []
    /// Users and roles that are gone.
    public var removedPrincipals: [UTF8Text] = []
    /// Users and roles that were and are there, and may do less now, at least in some case.
    public var mayLose: [UTF8Text] = []
    /// Users and roles that were and are there, and may do more now, at least in some case.
    public var mayGain: [UTF8Text] = []
    /// Policies that are new; inline policies are named with who carries them.
    public var addedPolicies: [UTF8Text] = []
    /// Policies that are gone.
    public var removedPolicies: [UTF8Text] = []
    /// Policies that say something else under the same name.
    public var changedPolicies: [UTF8Text] = []
    /// Resources whose policy, owner or tags may close what was open.
    public var tightenedResources: [UTF8Text] = []
    /// Resources whose policy, owner or tags may open what was closed.
    public var loosenedResources: [UTF8Text] = []

    /// No difference.
    public init() {}

    /// Whether nothing differs.
    public var isEmpty: Bool { self == PolicySetDifference() }

    /// Principals that are gone or may do less.
    public var losingPrincipalCount: Int { removedPrincipals.count + mayLose.count }
}

extension PolicySetDifference: CustomStringConvertible {
    /// Counts of what differs, on one line.
    public var description: String {
        let parts = [
            (addedPrincipals.count, "principals added"), (removedPrincipals.count, "principals removed"),
            (mayLose.count, "principals may lose access"), (mayGain.count, "principals may gain access"),
            (addedPolicies.count, "policies added"), (removedPolicies.count, "policies removed"),
            (changedPolicies.count, "policies changed"), (tightenedResources.count, "resources tightened"),
            (loosenedResources.count, "resources loosened"),
        ]
        let text = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        return text.isEmpty ? "no difference" : text
    }
}
