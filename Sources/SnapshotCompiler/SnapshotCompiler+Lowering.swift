import DecisionIndex
import IdentityDirectory
import PolicyLanguage
import Vocabulary

/// What a directory holds, in the image's terms.
extension SnapshotCompiler {
    func addAccounts(
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

    func membership(
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

    func principals(
        of directory: Directory,
        _ lowering: inout PolicyLowering
    ) throws(SnapshotBuilder.Failure) -> [PrincipalPlanEntry] {
        var plans: [PrincipalPlanEntry] = []
        for (_, account) in directory.accounts.sorted(by: { $0.key < $1.key }) {
            for name in account.users.keys.sorted() {
                guard let user = account.users[name] else { continue }
                plans.append(try plan(user, .user, in: account, &lowering))
            }
            for name in account.roles.keys.sorted() {
                guard let role = account.roles[name] else { continue }
                plans.append(try plan(role, .role, in: account, &lowering))
            }
        }
        return plans
    }

    func plan(
        _ identity: Identity,
        _ kind: SnapshotBuilder.ResourcePlan.Kind,
        in account: Account,
        _ lowering: inout PolicyLowering
    ) throws(SnapshotBuilder.Failure) -> PrincipalPlanEntry {
        let policies = kind == .user ? account.policies(ofUser: identity) : identity.policies
        let boundary = try identity.boundary.map { policy throws(SnapshotBuilder.Failure) in
            try lowering.add(policy)
        }
        return PrincipalPlanEntry(
            kind: kind == .user ? .user : identity.isServiceLinkedRole ? .serviceLinkedRole : .role,
            arn: identity.arn,
            uniqueID: identity.uniqueID,
            account: account.id,
            identity: try lowering.add(policies),
            boundary: boundary,
            tags: identity.tags
        )
    }

    /// Users and roles are targets, too: of `sts` actions, and with their tags.
    func resources(
        of directory: Directory,
        _ lowering: inout PolicyLowering
    ) throws(SnapshotBuilder.Failure) -> [SnapshotBuilder.ResourcePlan] {
        var plans: [SnapshotBuilder.ResourcePlan] = []
        for (id, account) in directory.accounts.sorted(by: { $0.key < $1.key }) {
            for name in account.users.keys.sorted() {
                guard let user = account.users[name] else { continue }
                plans.append(try target(user, .user, id, &lowering))
            }
            for name in account.roles.keys.sorted() {
                guard let role = account.roles[name] else { continue }
                plans.append(try target(role, .role, id, &lowering))
            }
        }
        for (_, resource) in directory.resources.sorted(by: { $0.key < $1.key }) {
            plans.append(try plan(resource, &lowering))
        }
        return plans
    }

    func plan(
        _ resource: Resource,
        _ lowering: inout PolicyLowering
    ) throws(SnapshotBuilder.Failure) -> SnapshotBuilder.ResourcePlan {
        let policy = try resource.policy.map { policy throws(SnapshotBuilder.Failure) in
            try lowering.add(policy)
        }
        return SnapshotBuilder.ResourcePlan(
            arn: resource.arn.text,
            kind: .registered,
            account: resource.account,
            policy: policy,
            requiresTrust: resource.requiresResourcePolicyTrust,
            tags: resource.tags
        )
    }

    func target(
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
