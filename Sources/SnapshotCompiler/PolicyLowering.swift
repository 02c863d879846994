import DecisionIndex
import IdentityDirectory
import PolicyLanguage
import Vocabulary

/// Lowers policies and lays them out, each document once however often it is attached.
struct PolicyLowering {
    /// A policy that has been laid out, and the most steps that a check of it takes.
    typealias Cost = (policy: EffectivePolicy, steps: UInt64)

    private let options: EvaluationOptions
    private let stepsMax: UInt64
    var builder: SnapshotBuilder
    /// What each policy costs, equal ones once; nil where nobody asks.
    var costs: [Cost]?
    private var costed: Set<SnapshotBuilder.PolicyHandle> = []
    /// Policies that are laid out; their directory keeps them as long as the build lasts.
    private var handles: [ObjectIdentifier: SnapshotBuilder.PolicyHandle] = [:]
    /// The managed policies by ARN, once the directory is compiled and only changes are lowered.
    private var managed: [UTF8Text: SnapshotBuilder.PolicyHandle] = [:]

    init(options: EvaluationOptions, seed: UInt64, policyCostMax: Int = StepBound.policyMax) {
        self.options = options
        stepsMax = UInt64(clamping: min(policyCostMax, StepBound.limitMax))
        builder = SnapshotBuilder(options: options, seed: seed)
    }

    /// Lays a policy out, or finds it laid out.
    mutating func add(
        _ policy: EffectivePolicy
    ) throws(SnapshotBuilder.Failure) -> SnapshotBuilder.PolicyHandle {
        if policy.carrier == nil, let known = managed[policy.name] { return known }
        if let known = handles[policy.identity] { return known }
        let handle = try builder.add(policy.plan(options))
        try note(handle, of: policy)
        handles[policy.identity] = handle
        return handle
    }

    /// Refuses a policy that costs too much.
    private mutating func note(
        _ handle: SnapshotBuilder.PolicyHandle,
        of policy: EffectivePolicy
    ) throws(SnapshotBuilder.Failure) {
        let steps = builder.steps(of: handle)
        if steps > stepsMax {
            let place = policy.document.location(of: policy.document.offset)
            let carrier = policy.carrier.map { " of \($0)" } ?? ""
            throw .tooCostly("\(policy.name)\(carrier), \(place)", steps: steps, max: stepsMax)
        }
        if costs != nil, costed.insert(handle).inserted { costs?.append((policy, steps)) }
    }

    /// Turns from a directory to its changes: managed policies are known by their ARN from now on.
    ///
    /// A policy that is gone may have the identity of one that comes later.
    mutating func endDirectory(_ directory: Directory) throws(SnapshotBuilder.Failure) {
        for (arn, policy) in directory.managedPolicies { managed[arn] = try add(policy) }
        handles = [:]
    }

    /// Lays out a managed policy that was changed, or nil for one that was taken away; answers the one before and
    /// the new one where there are both.
    mutating func replaceManaged(
        _ arn: UTF8Text,
        by policy: EffectivePolicy?
    ) throws(SnapshotBuilder.Failure) -> (
        old: SnapshotBuilder.PolicyHandle, new: SnapshotBuilder.PolicyHandle
    )? {
        let old = managed[arn]
        var new: SnapshotBuilder.PolicyHandle?
        if let policy {
            let handle = try builder.add(policy.plan(options))
            try note(handle, of: policy)
            new = handle
        }
        managed[arn] = new
        guard let old, let new else { return nil }
        return (old, new)
    }

    /// Begins a change, whose policies stay alive while it is lowered.
    mutating func beginChange() { handles = [:] }

    /// Lays out policies that bear on the same thing.
    mutating func add(
        _ policies: [EffectivePolicy]
    ) throws(SnapshotBuilder.Failure) -> [SnapshotBuilder.PolicyHandle] {
        var handles: [SnapshotBuilder.PolicyHandle] = []
        handles.reserveCapacity(policies.count)
        for policy in policies { handles.append(try add(policy)) }
        return handles
    }

    /// Lays out the policies of a layer; nil where it does not apply.
    mutating func add(
        _ policies: [EffectivePolicy]?
    ) throws(SnapshotBuilder.Failure) -> [SnapshotBuilder.PolicyHandle]? {
        guard let policies else { return nil }
        return try add(policies) as [SnapshotBuilder.PolicyHandle]
    }

    /// Lays out the policies of each level; nil where guardrails do not apply.
    mutating func add(
        levels: [OrganizationLevel]?
    ) throws(SnapshotBuilder.Failure) -> [[SnapshotBuilder.PolicyHandle]]? {
        guard let levels else { return nil }
        var handles: [[SnapshotBuilder.PolicyHandle]] = []
        for level in levels { handles.append(try add(level.policies)) }
        return handles
    }
}
