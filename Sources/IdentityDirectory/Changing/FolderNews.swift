import PolicyLanguage
import Vocabulary

/// What in a folder is no longer as it was, thing by thing.
struct FolderNews {
    /// Identities, each with its ARN before, if it was there.
    private var identities: [IdentityName: ARN?] = [:]
    /// Managed policies by path, each with its account; nil for those of AWS.
    private var policies: [String: (account: AccountID?, name: ManagedPolicyName)] = [:]
    /// Files of resources, each with its account, and with the ARN in it before.
    private var resources: [String: (account: AccountID, before: ARN?)] = [:]
    private var endpoints: [String: UTF8Text] = [:]
    /// Whether each edit concerns one thing alone.
    private(set) var isPiecemeal = true

    /// Notes what a path concerns, before the folder changes there.
    mutating func note(_ path: String, in folder: ChangingFolder) {
        switch FolderEntry(FolderSnapshot.names(of: path)) {
        case .managedPolicy(let name): policies[path] = (nil, name)
        case .account(let account, .managedPolicy(let name)): policies[path] = (account, name)
        case .account(let account, .identity(let kind, let name, _)):
            let name = IdentityName(account: account, kind: kind, name: name)
            guard identities[name] == nil else { return }
            let before = folder.files(of: name)
            let description = before.isEmpty ? nil : folder.description(of: name)
            if description == nil, !before.isEmpty { isPiecemeal = false }
            identities.updateValue(description?.arn, forKey: name)
        case .account(let account, .resourcePolicy):
            let before = folder.files[path].flatMap(ChangingFolder.resourceName).flatMap { ARN($0) }
            if before == nil, folder.files[path] != nil { isPiecemeal = false }
            resources[path] = (account, before)
        case .account(_, .endpoint(let id)): endpoints[path] = id
        case .organization, .serviceControlPolicy, .resourceControlPolicy, .account, nil:
            isPiecemeal = false
        }
    }

    /// What that changes, now that the folder has changed, in an order in which nothing points at what is not there.
    ///
    /// - Returns: nil where a file is faulty.
    func changes(in folder: ChangingFolder) -> [DirectoryChange]? {
        var removed: (principals: [DirectoryChange], groups: [DirectoryChange]) = ([], [])
        var put: (groups: [IdentityDescription], principals: [DirectoryChange]) = ([], [])
        for (name, before) in identities.sorted(by: { $0.key.sortKey < $1.key.sortKey }) {
            guard !folder.files(of: name).isEmpty else {
                guard let before else { continue }
                if name.isPrincipal {
                    removed.principals.append(.removeIdentity(before))
                } else {
                    removed.groups.append(.removeIdentity(before))
                }
                continue
            }
            guard let description = folder.description(of: name) else { return nil }
            if name.isPrincipal {
                put.principals.append(.putIdentity(description))
            } else {
                put.groups.append(description)
            }
        }
        guard let policies = policyChanges(in: folder), let others = otherChanges(in: folder) else {
            return nil
        }
        let groups = put.groups.parentsFirst.map { DirectoryChange.putIdentity($0) }
        return removed.principals + policies.put + groups + put.principals + removed.groups + policies.removed
            + others
    }

    private func policyChanges(
        in folder: ChangingFolder
    ) -> (put: [DirectoryChange], removed: [DirectoryChange])? {
        var (put, removed): ([DirectoryChange], [DirectoryChange]) = ([], [])
        for (path, (account, name)) in policies.sorted(by: { $0.key < $1.key }) {
            guard name.path.isIAMPath,
                let arn = ARN.iam(account?.text ?? "aws", "policy", path: name.path, name: name.name)
            else { return nil }
            guard let contents = folder.files[path] else {
                removed.append(.removeManagedPolicy(arn))
                continue
            }
            let reader = account == nil ? folder.reader.withoutManagedSize : folder.reader
            guard folder.isSound([path: contents]),
                let policy = try? reader.read(SourceText(contents, name: path), as: .identity)
            else { return nil }
            put.append(.putManagedPolicy(arn, policy))
        }
        return (put, removed)
    }

    private func otherChanges(in folder: ChangingFolder) -> [DirectoryChange]? {
        var (put, removed): ([DirectoryChange], [DirectoryChange]) = ([], [])
        for (path, (account, before)) in resources.sorted(by: { $0.key < $1.key }) {
            var after: ResourceDescription?
            if let contents = folder.files[path] {
                after = folder.resource(path, contents, of: account)
                if after == nil { return nil }
            }
            if let before, before != after?.arn { removed.append(.removeResource(before)) }
            if let after { put.append(.putResource(after)) }
        }
        for (path, id) in endpoints.sorted(by: { $0.key < $1.key }) {
            guard let contents = folder.files[path] else {
                removed.append(.removeEndpointPolicy(id))
                continue
            }
            guard folder.isSound([path: contents]),
                let policy = try? folder.reader.read(SourceText(contents, name: path), as: .endpoint)
            else { return nil }
            put.append(.putEndpointPolicy(id, policy))
        }
        return removed + put
    }
}

extension [IdentityDescription] {
    /// Groups in an order in which each comes after the groups that it is in; of rings, the rest comes last.
    fileprivate var parentsFirst: [IdentityDescription] {
        var open = self
        var ordered: [IdentityDescription] = []
        while !open.isEmpty {
            let names = Set(open.compactMap { IdentityName($0.arn) })
            let ready = open.filter { group in
                guard let name = IdentityName(group.arn) else { return true }
                return group.groups.allSatisfy { !names.contains(name.group($0)) }
            }
            guard !ready.isEmpty else { return ordered + open }
            ordered += ready
            let done = Set(ready.map(\.arn))
            open.removeAll { done.contains($0.arn) }
        }
        return ordered
    }
}

extension IdentityName {
    fileprivate var sortKey: (AccountID, String, UTF8Text) { (account, kind.rawValue, name) }
}
