import Portcullis

extension Directory {
    /// Users, groups, roles, policies and resources that are not the same objects in another directory; what is left
    /// out cannot differ.
    ///
    /// A change shares with what it changed whatever it does not touch, so that little is left to compare.
    ///
    /// - Complexity: O(size of the directory), at a few nanoseconds for each policy that somebody has.
    func withoutParts(sharedWith other: Directory) -> Directory {
        var rest = self
        for (id, account) in accounts {
            guard let known = other.accounts[id] else { continue }
            // Who is in a group depends on it, so that one changed group leaves the whole account to compare.
            let areGroupsShared =
                account.groups.count == known.groups.count
                && account.groups.allSatisfy { $1.isShared(with: known.groups[$0]) }
            let areLevelsShared = organization.isShared(with: other.organization, for: id)
            guard areGroupsShared, areLevelsShared else { continue }
            rest.accounts[id]?.groups = [:]
            rest.accounts[id]?.users = account.users.filter { !$1.isShared(with: known.users[$0]) }
            rest.accounts[id]?.roles = account.roles.filter { !$1.isShared(with: known.roles[$0]) }
            // Those that are left may be in groups.
            if !(rest.accounts[id]?.users.isEmpty ?? true) { rest.accounts[id]?.groups = account.groups }
        }
        rest.managedPolicies = managedPolicies.filter {
            $1.identity != other.managedPolicies[$0]?.identity
        }
        rest.resources = resources.filter { !$1.isShared(with: other.resources[$0]) }
        rest.endpoints = endpoints.filter { $1.identity != other.endpoints[$0]?.identity }
        return rest
    }
}

extension Identity {
    fileprivate func isShared(with other: Identity?) -> Bool {
        guard let other, arn == other.arn, uniqueID == other.uniqueID, groups == other.groups,
            tags == other.tags, boundary?.identity == other.boundary?.identity,
            trustPolicy?.identity == other.trustPolicy?.identity
        else { return false }
        return policies.isShared(with: other.policies)
    }
}

extension Resource {
    fileprivate func isShared(with other: Resource?) -> Bool {
        guard let other else { return false }
        return arn == other.arn && account == other.account && tags == other.tags
            && policy?.identity == other.policy?.identity
            && requiresResourcePolicyTrust == other.requiresResourcePolicyTrust
    }
}

extension Organization? {
    /// Whether the levels above an account are the same in another organization.
    fileprivate func isShared(with other: Organization?, for account: AccountID) -> Bool {
        guard let mine = self, let other else { return self == nil && other == nil }
        guard mine.id == other.id, mine.managementAccount == other.managementAccount,
            mine.usesServiceControlPolicies == other.usesServiceControlPolicies
        else { return false }
        let (levels, others) = (mine.levels[account] ?? [], other.levels[account] ?? [])
        return levels.count == others.count
            && zip(levels, others).allSatisfy {
                $0.id == $1.id && $0.serviceControlPolicies.isShared(with: $1.serviceControlPolicies)
                    && $0.resourceControlPolicies.isShared(with: $1.resourceControlPolicies)
            }
    }
}

extension [EffectivePolicy] {
    fileprivate func isShared(with other: [EffectivePolicy]) -> Bool {
        count == other.count && zip(self, other).allSatisfy { $0.identity == $1.identity }
    }
}
