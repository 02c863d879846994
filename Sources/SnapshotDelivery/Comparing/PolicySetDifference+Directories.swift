public import Portcullis

extension PolicySetDifference {
    /// Compares two directories.
    ///
    /// - Complexity: O(size of both).
    public init(from old: Directory, to new: Directory) {
        var comparison = DirectoryComparison(old, new)
        comparison.comparePolicies()
        comparison.comparePrincipals()
        comparison.compareResources()
        self = comparison.difference
        sort()
    }

    private mutating func sort() {
        for list in [
            \Self.addedPrincipals, \.removedPrincipals, \.mayLose, \.mayGain, \.addedPolicies,
            \.removedPolicies,
            \.changedPolicies, \.tightenedResources, \.loosenedResources,
        ] { self[keyPath: list].sort() }
    }
}

private struct DirectoryComparison {
    private let old: Directory
    private let new: Directory
    private var table = MeaningTable()
    private(set) var difference = PolicySetDifference()

    init(_ old: Directory, _ new: Directory) {
        self.old = old.withoutParts(sharedWith: new)
        self.new = new.withoutParts(sharedWith: old)
    }

    // MARK: Policies by name

    mutating func comparePolicies() {
        let (before, after) = (named(old), named(new))
        for (name, policy) in after {
            guard let known = before[name] else {
                difference.addedPolicies.append(name)
                continue
            }
            if table.meaning(of: known) != table.meaning(of: policy) {
                difference.changedPolicies.append(name)
            }
        }
        difference.removedPolicies = before.keys.filter { after[$0] == nil }
    }

    private func named(_ directory: Directory) -> [UTF8Text: EffectivePolicy] {
        var all = directory.managedPolicies
        func add(_ policy: EffectivePolicy?) {
            guard let policy else { return }
            all[policy.carrier.map { UTF8Text("\(policy.name) of \($0)") } ?? policy.name] = policy
        }
        for account in directory.accounts.values {
            for identities in [account.users, account.groups, account.roles] {
                for identity in identities.values {
                    for policy in identity.policies where policy.carrier != nil { add(policy) }
                    add(identity.trustPolicy)
                }
            }
        }
        for resource in directory.resources.values { add(resource.policy) }
        for policy in directory.endpoints.values { add(policy) }
        for levels in (directory.organization?.levels ?? [:]).values {
            for level in levels {
                for policy in level.serviceControlPolicies + level.resourceControlPolicies { add(policy) }
            }
        }
        return all
    }

    // MARK: Principals

    private struct Access {
        /// Sets of policies each of which must allow: the identity's, its boundary, each level of SCPs.
        var layers: [PolicyMeaning?] = []
        /// What conditions may look at.
        var facts: [UTF8Text?] = []
        var tags: [UTF8Text: UTF8Text] = [:]

        func mayAllowMore(than other: Access) -> Bool {
            if facts != other.facts || tags != other.tags || layers.count != other.layers.count {
                return true
            }
            return zip(layers, other.layers).contains { mine, theirs in
                switch (mine, theirs) {
                case (nil, nil), (_?, nil): false
                case (nil, _?): true
                case (let mine?, let theirs?): mine.mayAllowMore(than: theirs)
                }
            }
        }
    }

    mutating func comparePrincipals() {
        let (before, after) = (accesses(old), accesses(new))
        for (arn, access) in after {
            guard let known = before[arn] else {
                difference.addedPrincipals.append(arn)
                continue
            }
            if known.mayAllowMore(than: access) { difference.mayLose.append(arn) }
            if access.mayAllowMore(than: known) { difference.mayGain.append(arn) }
        }
        difference.removedPrincipals = before.keys.filter { after[$0] == nil }
    }

    private mutating func accesses(_ directory: Directory) -> [UTF8Text: Access] {
        var all: [UTF8Text: Access] = [:]
        for (id, account) in directory.accounts {
            let levels = directory.organization?.levels[id] ?? []
            let guardrails = levels.map { level -> PolicyMeaning? in
                table.meaning(of: level.serviceControlPolicies)
            }
            let organization = directory.organization.map { UTF8Text("\($0.id) \($0.managementAccount)") }
            let usesSCPs: UTF8Text? =
                directory.organization?.usesServiceControlPolicies == true ? "SCPs" : nil
            for identities in [account.users, account.roles] {
                for identity in identities.values {
                    var access = Access(tags: identity.tags)
                    access.facts = [identity.uniqueID, organization, usesSCPs] + levels.map { $0.id }
                    access.layers = [table.meaning(of: policies(of: identity, in: account))]
                    access.layers.append(identity.boundary.map { table.meaning(of: $0) })
                    access.layers += guardrails
                    all[identity.arn.text] = access
                }
            }
        }
        return all
    }

    /// The policies of an identity and of its groups, and of their groups.
    private func policies(of identity: Identity, in account: Account) -> [EffectivePolicy] {
        var policies = identity.policies
        var waiting = identity.groups
        var seen: Set<UTF8Text> = []
        while let name = waiting.popLast() {
            guard seen.insert(name).inserted, let group = account.groups[name] else { continue }
            policies += group.policies
            waiting += group.groups
        }
        return policies
    }

    // MARK: Resources

    private struct Openness {
        var policy: PolicyMeaning?
        var facts: [UTF8Text] = []
        var tags: [UTF8Text: UTF8Text] = [:]
    }

    mutating func compareResources() {
        let (before, after) = (openness(old), openness(new))
        for name in Set(before.keys).union(after.keys) {
            let (known, now) = (before[name] ?? Openness(), after[name] ?? Openness())
            let differs = known.facts != now.facts || known.tags != now.tags
            let (closed, open) = (known.policy ?? PolicyMeaning(), now.policy ?? PolicyMeaning())
            if differs || closed.mayAllowMore(than: open) { difference.tightenedResources.append(name) }
            if differs || open.mayAllowMore(than: closed) { difference.loosenedResources.append(name) }
        }
    }

    /// Resources, roles as what is assumed, endpoints, and accounts as what RCPs bear on.
    private mutating func openness(_ directory: Directory) -> [UTF8Text: Openness] {
        var all: [UTF8Text: Openness] = [:]
        for (arn, resource) in directory.resources {
            let policy = resource.policy.map { table.meaning(of: $0) }
            let trust: UTF8Text = resource.requiresResourcePolicyTrust ? "trust" : ""
            all[arn] = Openness(policy: policy, facts: [resource.account.text, trust], tags: resource.tags)
        }
        for (id, policy) in directory.endpoints {
            // Without a policy an endpoint lets everything through, so that a new one may close what was open.
            all[id] = Openness(facts: [Self.fact(table.meaning(of: policy))])
        }
        for account in directory.accounts.values {
            for role in account.roles.values {
                guard let trust = role.trustPolicy else { continue }
                all[role.arn.text] = Openness(policy: table.meaning(of: trust))
            }
        }
        for (id, levels) in directory.organization?.levels ?? [:] {
            // Every level must allow, so that each is a fact of its own unless it is the same.
            let meanings = levels.map { table.meaning(of: $0.resourceControlPolicies) }
            let facts = meanings.map { Self.fact($0) }
            all[UTF8Text("RCPs on \(id)")] = Openness(facts: facts)
        }
        return all
    }

    /// For what restricts as well as allows: any difference may do either.
    private static func fact(_ meaning: PolicyMeaning) -> UTF8Text {
        UTF8Text("\(meaning.allows.sorted()) \(meaning.denies.sorted())")
    }
}
