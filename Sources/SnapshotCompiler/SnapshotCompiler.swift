public import DecisionIndex
public import IdentityDirectory
import PolicyLanguage
public import Vocabulary

/// Compiles a directory into an image: the last step of the control plane.
///
/// The stages: policies are lowered into the image's terms and laid out once each; guardrails are attached to
/// accounts, policies to users and roles, resource policies to resources; then the tables are written. The
/// same directory, options and seed give the same bytes.
public struct SnapshotCompiler: Sendable {
    /// The choices where AWS is silent; they are fixed in the image.
    public var options: EvaluationOptions
    /// The secret of the image's hashes; nil to draw one at random.
    public var seed: UInt64?

    /// A compiler with the specification's defaults and a random seed, unless told otherwise.
    public init(options: EvaluationOptions = EvaluationOptions(), seed: UInt64? = nil) {
        self.options = options
        self.seed = seed
    }

    /// Compiles a directory.
    ///
    /// - Throws: ``CompileError`` for a directory with more of something than a check may read.
    /// - Complexity: O(size of the directory).
    public func compile(_ directory: Directory) throws(CompileError) -> VerifiedImage {
        var seed = seed ?? UInt64.random(in: .min ... .max)
        for _ in 0..<Self.attemptsMax {
            do throws(SnapshotBuilder.Failure) {
                return try build(directory, seed: seed)
            } catch {
                guard error == .unluckySeed else { throw CompileError(error) }
                // The next seed follows from this one, so that builds stay comparable.
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            }
        }
        throw CompileError(.unluckySeed)
    }

    private static let attemptsMax = 16

    private func build(_ directory: Directory, seed: UInt64) throws(SnapshotBuilder.Failure) -> VerifiedImage
    {
        var lowering = PolicyLowering(options: options, seed: seed)
        let accounts = try addAccounts(of: directory, &lowering)
        try lowering.builder.addPrincipals(try principals(of: directory, &lowering), accounts)
        try lowering.builder.addResources(try resources(of: directory, &lowering), accounts)
        var endpoints: [(id: UTF8Text, policy: SnapshotBuilder.PolicyHandle)] = []
        for (id, policy) in directory.endpoints.sorted(by: { $0.key < $1.key }) {
            endpoints.append((id, try lowering.add(policy)))
        }
        try lowering.builder.addEndpoints(endpoints)
        return try lowering.builder.finish()
    }

    private func addAccounts(
        of directory: Directory,
        _ lowering: inout PolicyLowering
    ) throws(SnapshotBuilder.Failure) -> [AccountID: SnapshotBuilder.AccountHandle] {
        if let organization = directory.organization { lowering.builder.setOrganization(organization.id) }
        let members = directory.organization.map { Set($0.levels.keys) } ?? []
        let owners = Set(directory.resources.values.map(\.account))
        let ids = Set(directory.accounts.keys).union(members).union(owners).sorted()
        var accounts: [(id: AccountID, membership: SnapshotBuilder.Membership?)] = []
        for id in ids { accounts.append((id, try membership(of: id, directory, &lowering))) }
        return try lowering.builder.addAccounts(accounts)
    }

    private func membership(
        of account: AccountID,
        _ directory: Directory,
        _ lowering: inout PolicyLowering
    ) throws(SnapshotBuilder.Failure) -> SnapshotBuilder.Membership? {
        guard let organization = directory.organization, let levels = organization.levels[account] else {
            return nil
        }
        var serviceControl: [[SnapshotBuilder.PolicyHandle]] = []
        var resourceControl: [[SnapshotBuilder.PolicyHandle]] = []
        for level in levels {
            serviceControl.append(try lowering.add(level.serviceControlPolicies))
            resourceControl.append(try lowering.add(level.resourceControlPolicies))
        }
        let names = [organization.id] + levels.dropLast().map(\.id)
        return SnapshotBuilder.Membership(
            path: UTF8Text(names.map { "\($0)/" }.joined()),
            isManagement: account == organization.managementAccount,
            serviceControl: organization.usesServiceControlPolicies ? serviceControl : nil,
            resourceControl: resourceControl
        )
    }

    private func principals(
        of directory: Directory,
        _ lowering: inout PolicyLowering
    ) throws(SnapshotBuilder.Failure) -> [PrincipalPlanEntry] {
        var plans: [PrincipalPlanEntry] = []
        for (id, account) in directory.accounts.sorted(by: { $0.key < $1.key }) {
            for (_, user) in account.users.sorted(by: { $0.key < $1.key }) {
                let policies = account.policies(ofUser: user)
                plans.append(try plan(user, .user, id, policies, &lowering))
            }
            for (_, role) in account.roles.sorted(by: { $0.key < $1.key }) {
                let kind: PrincipalPlanEntry.Kind = role.isServiceLinkedRole ? .serviceLinkedRole : .role
                plans.append(try plan(role, kind, id, role.policies, &lowering))
            }
        }
        return plans
    }

    private func plan(
        _ identity: Identity,
        _ kind: PrincipalPlanEntry.Kind,
        _ account: AccountID,
        _ policies: [EffectivePolicy],
        _ lowering: inout PolicyLowering
    ) throws(SnapshotBuilder.Failure) -> PrincipalPlanEntry {
        let boundary = try identity.boundary.map { policy throws(SnapshotBuilder.Failure) in
            try lowering.add(policy)
        }
        return PrincipalPlanEntry(
            kind: kind,
            arn: identity.arn,
            uniqueID: identity.uniqueID,
            account: account,
            identity: try lowering.add(policies),
            boundary: boundary,
            tags: identity.tags
        )
    }

    /// Users and roles are targets, too: of `sts` actions, and with their tags.
    private func resources(
        of directory: Directory,
        _ lowering: inout PolicyLowering
    ) throws(SnapshotBuilder.Failure) -> [SnapshotBuilder.ResourcePlan] {
        var plans: [SnapshotBuilder.ResourcePlan] = []
        for (id, account) in directory.accounts.sorted(by: { $0.key < $1.key }) {
            for (_, user) in account.users.sorted(by: { $0.key < $1.key }) {
                plans.append(try target(user, .user, id, &lowering))
            }
            for (_, role) in account.roles.sorted(by: { $0.key < $1.key }) {
                plans.append(try target(role, .role, id, &lowering))
            }
        }
        for (arn, resource) in directory.resources.sorted(by: { $0.key < $1.key }) {
            let policy = try resource.policy.map { policy throws(SnapshotBuilder.Failure) in
                try lowering.add(policy)
            }
            plans.append(
                SnapshotBuilder.ResourcePlan(
                    arn: arn,
                    kind: .registered,
                    account: resource.account,
                    policy: policy,
                    requiresTrust: resource.requiresResourcePolicyTrust,
                    tags: resource.tags
                )
            )
        }
        return plans
    }

    private func target(
        _ identity: Identity,
        _ kind: SnapshotBuilder.ResourcePlan.Kind,
        _ account: AccountID,
        _ lowering: inout PolicyLowering
    ) throws(SnapshotBuilder.Failure) -> SnapshotBuilder.ResourcePlan {
        let policy = try identity.trustPolicy.map { policy throws(SnapshotBuilder.Failure) in
            try lowering.add(policy)
        }
        return SnapshotBuilder.ResourcePlan(
            arn: identity.arn.text,
            kind: kind,
            account: account,
            policy: policy,
            requiresTrust: false,
            tags: identity.tags
        )
    }
}

/// Why a directory cannot be compiled.
public struct CompileError: Error, Sendable, CustomStringConvertible {
    /// One line for people.
    public let description: String

    init(_ failure: SnapshotBuilder.Failure) {
        description =
            switch failure {
            case .unluckySeed: "no seed keeps the hash tables short"
            case .tooMany(let what): "too many \(what)"
            case .tooLarge: "the image would be larger than 4 GiB"
            }
    }
}
