package import DecisionIndex
package import IdentityDirectory
import PolicyLanguage
package import Vocabulary

extension SnapshotBuilder {
    /// Lays out policies that bear on the same thing.
    mutating func add(
        _ policies: [EffectivePolicy],
        _ options: EvaluationOptions
    ) throws(Failure) -> [PolicyHandle] {
        var handles: [PolicyHandle] = []
        for policy in policies { handles.append(try add(policy.plan(options))) }
        return handles
    }

    mutating func add(
        _ policies: [EffectivePolicy]?,
        _ options: EvaluationOptions
    ) throws(Failure) -> [PolicyHandle]? {
        guard let policies else { return nil }
        return try add(policies, options) as [PolicyHandle]
    }

    mutating func add(
        levels: [OrganizationLevel]?,
        _ options: EvaluationOptions
    ) throws(Failure) -> [[PolicyHandle]]? {
        guard let levels else { return nil }
        var handles: [[PolicyHandle]] = []
        for level in levels { handles.append(try add(level.policies, options)) }
        return handles
    }
}

/// Compiles what bears on a single request, and the policies of single sessions.
package enum RequestCompiler {
    /// An image for one request, whose context holds every fact.
    package static func compile(
        _ policies: EffectivePolicies,
        options: EvaluationOptions,
        seed: UInt64
    ) throws(SnapshotBuilder.Failure) -> CompiledPolicies {
        var builder = SnapshotBuilder(options: options, seed: seed)
        var layers = SnapshotBuilder.RequestLayers()
        layers.serviceControl = try builder.add(levels: policies.serviceControl, options)
        layers.resourceControl = try builder.add(levels: policies.resourceControl, options)
        layers.endpoint = try builder.add(policies.endpoint, options)
        layers.resource = try builder.add(policies.resource, options)
        layers.identity = try builder.add(policies.identity, options)
        layers.boundary = try builder.add(policies.boundary, options)
        layers.session = try builder.add(policies.session, options)
        layers.requiresTrust = policies.requiresResourcePolicyTrust
        layers.uniqueID = policies.principalUniqueID
        layers.resourceAccount = policies.resourceAccount?.text
        return try builder.finish(layers)
    }

    /// The policies of a session.
    package static func compile(
        session policies: [EffectivePolicy],
        options: EvaluationOptions,
        seed: UInt64
    ) throws(SnapshotBuilder.Failure) -> SessionPolicies {
        var builder = SnapshotBuilder(options: options, seed: seed)
        let handles: [SnapshotBuilder.PolicyHandle] = try builder.add(policies, options)
        return try builder.finish(session: handles)
    }
}
