import DecisionIndex
import IdentityDirectory
import PolicyLanguage
import Vocabulary

/// Lowers policies and lays them out, each document once however often it is attached.
struct PolicyLowering {
    private let options: EvaluationOptions
    var builder: SnapshotBuilder
    private var handles: [DocumentKey: SnapshotBuilder.PolicyHandle] = [:]

    /// A document by the memory it was read from, which its directory keeps as long as the build lasts.
    private struct DocumentKey: Hashable {
        let address: UInt
        let offset: Int
        let name: UTF8Text
    }

    init(options: EvaluationOptions, seed: UInt64) {
        self.options = options
        builder = SnapshotBuilder(options: options, seed: seed)
    }

    /// Lays a policy out, or finds it laid out.
    mutating func add(
        _ policy: EffectivePolicy
    ) throws(SnapshotBuilder.Failure) -> SnapshotBuilder.PolicyHandle {
        let source = policy.document.source.bytes
        // INVARIANT: the address is only compared, never read.
        let address = unsafe source.withUnsafeBufferPointer { buffer in UInt(bitPattern: buffer.baseAddress) }
        let key = DocumentKey(address: address, offset: policy.document.offset, name: policy.name)
        if let known = handles[key] { return known }
        let handle = try builder.add(policy.plan(options))
        handles[key] = handle
        return handle
    }

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
