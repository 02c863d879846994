import DecisionIndex
import IdentityDirectory
import PolicyLanguage
import Vocabulary

/// Lowers policies and lays them out, each document once however often it is attached.
struct PolicyLowering {
    private let options: EvaluationOptions
    var builder: SnapshotBuilder
    private var handles: [DocumentKey: SnapshotBuilder.PolicyHandle] = [:]
    /// The managed policies by ARN, once the directory is compiled and only changes are lowered.
    private var managed: [UTF8Text: SnapshotBuilder.PolicyHandle] = [:]

    /// A document and its name by the memory they were read from, which their directory keeps as long as the
    /// build lasts.
    private struct DocumentKey: Hashable {
        let document: UInt
        let offset: Int
        let name: UInt
        let nameCount: Int

        init(_ policy: EffectivePolicy) {
            document = policy.document.source.bytes.address
            offset = policy.document.offset
            name = policy.name.bytes.address
            nameCount = policy.name.count
        }
    }

    init(options: EvaluationOptions, seed: UInt64) {
        self.options = options
        builder = SnapshotBuilder(options: options, seed: seed)
    }

    /// Lays a policy out, or finds it laid out.
    mutating func add(
        _ policy: EffectivePolicy
    ) throws(SnapshotBuilder.Failure) -> SnapshotBuilder.PolicyHandle {
        if policy.carrier == nil, let known = managed[policy.name] { return known }
        let key = DocumentKey(policy)
        if let known = handles[key] { return known }
        let handle = try builder.add(policy.plan(options))
        handles[key] = handle
        return handle
    }

    /// Turns from a directory to its changes: managed policies are known by their ARN from now on.
    ///
    /// An address says nothing once the document that stood there may be gone.
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
        let new = try policy.map { policy throws(SnapshotBuilder.Failure) in
            try builder.add(policy.plan(options))
        }
        managed[arn] = new
        guard let old, let new else { return nil }
        return (old, new)
    }

    /// Begins a change: of documents that stay alive while it is lowered.
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

extension Collection<UInt8> {
    /// Where the bytes stand; 0 where there are none.
    fileprivate var address: UInt {
        withContiguousStorageIfAvailable { UInt(bitPattern: $0.baseAddress) } ?? 0
    }
}
