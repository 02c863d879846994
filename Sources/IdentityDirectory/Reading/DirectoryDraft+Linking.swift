import PolicyLanguage
import Vocabulary

extension DirectoryDraft {
    /// Joins every name to what bears it.
    ///
    /// - Throws: ``InvalidDirectory`` with every fault of reading and of joining.
    consuming func directory() throws(InvalidDirectory) -> Directory {
        var directory = Directory()
        directory.organization = linkedOrganization()
        for (id, draft) in accounts.sorted(by: { $0.key < $1.key }) {
            directory.accounts[id] = linkedAccount(id, draft)
        }
        directory.managedPolicies = managedPolicies
        directory.resources = resources
        directory.endpoints = endpoints
        try faults.check()
        return directory
    }

    private mutating func linkedAccount(_ id: AccountID, _ draft: AccountDraft) -> Account {
        var account = Account(id: id)
        account.name = draft.name
        let groups = draft.identities[.group] ?? [:]
        account.users = linked(draft.identities[.user] ?? [:], groups)
        account.groups = linked(groups, groups)
        account.roles = linked(draft.identities[.role] ?? [:], groups)
        checkCycles(groups)
        return account
    }

    private mutating func linked(
        _ drafts: [UTF8Text: IdentityDraft],
        _ groups: [UTF8Text: IdentityDraft]
    ) -> [UTF8Text: Identity] {
        var identities: [UTF8Text: Identity] = [:]
        for (name, draft) in drafts { identities[name] = linked(draft, groups) }
        return identities
    }

    private mutating func linked(_ draft: IdentityDraft, _ groups: [UTF8Text: IdentityDraft]) -> Identity {
        var identity = Identity(arn: draft.arn)
        identity.uniqueID = draft.uniqueID
        identity.tags = draft.tags
        identity.trustPolicy = draft.trustPolicy
        identity.boundary = draft.boundary.flatMap { resolve($0, of: draft, "has the boundary") }
        let attached = draft.attachedPolicies.compactMap { resolve($0, of: draft, "attaches") }
        identity.policies = (draft.inlinePolicies + attached).sorted { $0.name < $1.name }
        for group in draft.groups where groups[group.name] == nil {
            let message =
                "\(draft.description) is in group `\(group.name)`, which is not in account \(draft.account)"
            faults.report(.directoryReference, message, at: group.place)
        }
        identity.groups = draft.groups.map(\.name)
        return identity
    }

    /// The managed policy of a reference: one of AWS, or of the same account.
    private mutating func resolve(
        _ reference: Reference,
        of identity: IdentityDraft,
        _ verb: String
    ) -> EffectivePolicy? {
        let subject = "\(identity.description) \(verb) `\(reference.name)`"
        guard let arn = ARN(reference.name), let policy = managedPolicies[reference.name] else {
            faults.report(
                .directoryReference,
                "\(subject), which is not in the directory",
                at: reference.place
            )
            return nil
        }
        guard arn.account == "aws" || arn.account == identity.account.text else {
            faults.report(.directoryReference, "\(subject), which is another account's", at: reference.place)
            return nil
        }
        return policy
    }

    /// Finds groups that contain each other, by taking away whatever has no parent left.
    private mutating func checkCycles(_ groups: [UTF8Text: IdentityDraft]) {
        var parentsLeft = groups.mapValues { $0.groups.count { groups[$0.name] != nil } }
        var children: [UTF8Text: [UTF8Text]] = [:]
        for (name, group) in groups {
            for parent in group.groups { children[parent.name, default: []].append(name) }
        }
        var free = parentsLeft.filter { $0.value == 0 }.map(\.key)
        while let group = free.popLast() {
            parentsLeft[group] = nil
            for child in children[group] ?? [] {
                parentsLeft[child, default: 0] -= 1
                if parentsLeft[child] == 0 { free.append(child) }
            }
        }
        var bound = Set(parentsLeft.keys)
        for start in bound.sorted() where bound.contains(start) { reportCycle(from: start, groups, &bound) }
    }

    /// Walks up from a group that has no way out; the walk must come back to where it has been.
    private mutating func reportCycle(
        from start: UTF8Text,
        _ groups: [UTF8Text: IdentityDraft],
        _ bound: inout Set<UTF8Text>
    ) {
        var walk: [UTF8Text] = []
        var positions: [UTF8Text: Int] = [:]
        var current: UTF8Text? = start
        while let name = current, bound.remove(name) != nil {
            positions[name] = walk.count
            walk.append(name)
            // A parent already walked closes the ring; one that is neither lies in a ring already reported.
            current =
                groups[name]?.groups.first { positions[$0.name] != nil || bound.contains($0.name) }?.name
        }
        guard let close = current, let first = positions[close], let group = groups[close] else { return }
        let ring = (walk[first...] + [close]).map { "`\($0)`" }.joined(separator: " in ")
        faults.report(.directoryCycle, "groups contain each other: \(ring)", at: group.place)
    }
}

extension IdentityDraft {
    /// The identity as messages call it, such as user `alice`.
    var description: String { "\(kind.rawValue) `\(name)`" }
}
