package import DecisionIndex
package import IdentityDirectory
import PolicyLanguage
package import Vocabulary

/// Compiles what bears on a single request, and the policies of single sessions.
package enum RequestCompiler {
    /// An image for one request, whose context holds every fact.
    package static func compile(
        _ policies: EffectivePolicies,
        options: EvaluationOptions,
        seed: UInt64
    ) throws(SnapshotBuilder.Failure) -> CompiledPolicies {
        var lowering = PolicyLowering(options: options, seed: seed)
        var layers = SnapshotBuilder.RequestLayers()
        layers.serviceControl = try lowering.add(levels: policies.serviceControl)
        layers.resourceControl = try lowering.add(levels: policies.resourceControl)
        layers.endpoint = try lowering.add(policies.endpoint)
        layers.resource = try lowering.add(policies.resource)
        layers.identity = try lowering.add(policies.identity)
        layers.boundary = try lowering.add(policies.boundary)
        layers.session = try lowering.add(policies.session)
        layers.requiresTrust = policies.requiresResourcePolicyTrust
        layers.uniqueID = policies.principalUniqueID
        layers.resourceAccount = policies.resourceAccount?.text
        return try lowering.builder.finish(layers)
    }

    /// The policies of a session.
    package static func compile(
        session policies: [EffectivePolicy],
        options: EvaluationOptions,
        seed: UInt64
    ) throws(SnapshotBuilder.Failure) -> SessionPolicies {
        var lowering = PolicyLowering(options: options, seed: seed)
        let handles: [SnapshotBuilder.PolicyHandle] = try lowering.add(policies)
        return try lowering.builder.finish(session: handles)
    }
}
