import Portcullis
import Synchronization

/// The subjects and resources that searches go through, in order of their ids.
///
/// A list is made anew when other policies are in force.
final class AuthZENCatalog: Sendable {
    private enum Kind: Hashable {
        case subjects(UTF8Text)
        case resources(UTF8Text)
    }

    private let mapping: AuthZENMapping
    private let policies: PoliciesInForce
    private let lists = Mutex<[Kind: (revision: UInt64, ids: [UTF8Text])]>([:])

    init(_ mapping: AuthZENMapping, _ policies: PoliciesInForce) {
        self.mapping = mapping
        self.policies = policies
    }

    /// The ids of a type of subject: aliases, else names in the directory and what the mapping knows.
    func subjects(_ type: UTF8Text) -> [UTF8Text] {
        guard let subject = mapping.subjects[type] else { return [] }
        return list(.subjects(type)) { directory in
            if let aliases = subject.aliases { return Array(aliases.keys) }
            var ids = Array(subject.known.keys)
            for account in directory?.accounts.values.map(\.self) ?? [] {
                for identity in [account.users, account.roles].flatMap(\.values) {
                    if let id = subject.principal.id(of: identity.arn.text, .name) { ids.append(id) }
                }
            }
            return ids
        }
    }

    /// The ids of a type of resource: what the mapping knows and, where it says so, what the directory registers.
    func resources(_ type: UTF8Text) -> [UTF8Text] {
        guard let resource = mapping.resources[type] else { return [] }
        return list(.resources(type)) { directory in
            var ids = Array(resource.known.keys)
            guard resource.isRegistered, let directory else { return ids }
            for arn in directory.resources.keys {
                if let id = resource.resource.id(of: arn, .path) { ids.append(id) }
            }
            return ids
        }
    }

    /// Whether a resource exists as far as anybody can say.
    func contains(resource: AuthZENEntity) -> Bool {
        guard let type = mapping.resources[resource.type] else { return false }
        guard type.isClosed else { return true }
        let ids = resources(resource.type)
        let place = ids.firstPlace(after: resource.id)
        return place > 0 && ids[place - 1] == resource.id
    }

    private func list(_ kind: Kind, _ make: (Directory?) -> [UTF8Text]) -> [UTF8Text] {
        let revision = policies.engine.revision
        if let known = lists.withLock({ $0[kind] }), known.revision == revision { return known.ids }
        let ids = Set(make(policies.directory)).sorted()
        lists.withLock { $0[kind] = (revision, ids) }
        return ids
    }
}

extension [UTF8Text] {
    /// The place of the first text above another, in an ordered list.
    ///
    /// O(log n).
    func firstPlace(after text: UTF8Text) -> Int {
        var (first, end) = (0, count)
        while first < end {
            let middle = (first + end) / 2
            if self[middle] > text { end = middle } else { first = middle + 1 }
        }
        return first
    }
}
