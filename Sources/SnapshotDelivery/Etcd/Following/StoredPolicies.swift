import Portcullis

/// What is known of the store's keys, as far as it bears on the set in force.
///
/// The files themselves are kept by whoever takes the edits.
struct StoredPolicies {
    /// A grant that somebody put for the time of a lease.
    private struct Grant {
        let contents: [UInt8]
        let lease: Int64
        /// Whether it is an inline policy that only allows.
        let isSound: Bool
    }

    /// The name of the set in force.
    let set: String
    private let layout: StoreLayout
    private let reader: PolicyReader
    private var paths: Set<String> = []
    private var fileCounts: [IdentityFolder: Int] = [:]
    private var grants: [String: Grant] = [:]
    /// The grants in force, by the path under which they are handed over.
    private var inForce: [String: [UInt8]] = [:]

    init(set: String, _ layout: StoreLayout, _ reader: PolicyReader) {
        self.set = set
        self.layout = layout
        self.reader = reader
    }

    /// Whether there is any file.
    var isEmpty: Bool { paths.isEmpty }

    /// The paths of the grants that are in force.
    var grantsInForce: Set<String> { Set(inForce.keys) }

    /// The leases of grants.
    var leases: Set<Int64> { Set(grants.values.map(\.lease)).subtracting([0]) }

    /// Takes what was read or told.
    ///
    /// - Returns: what that changes in the folder, grants left aside; nil when another set is in force now.
    /// - Throws: ``EtcdFailure/unusable(_:)`` for a key that is none of the layout's: it might be a Deny.
    mutating func take(_ records: [EtcdRecord]) throws(EtcdFailure) -> [FileEdit]? {
        var edits: [FileEdit] = []
        for record in records {
            switch layout.place(of: record.key) {
            case .pointer:
                guard record.value == Array(set.utf8) else { return nil }
            case .file(set: set, path: let path):
                note(path, isThere: record.value != nil)
                edits.append(FileEdit(path, record.value))
            case .file, .announcement: break
            case .grant(let path):
                grants[path] = record.value.map { contents in
                    Grant(contents: contents, lease: record.lease, isSound: isSound(contents, path))
                }
            case .other:
                throw .unusable("no key of the layout: \(String(decoding: record.key, as: UTF8.self))")
            }
        }
        return edits
    }

    /// What the grants change, after files, grants or leases have changed.
    mutating func judgeGrants(by isAlive: (Int64) -> Bool) -> [FileEdit] {
        var next: [String: [UInt8]] = [:]
        for (path, grant) in grants {
            guard grant.isSound, grant.lease != 0, !paths.contains(path) else {
                // The folder layout has no such file, so that everything is refused and somebody is told.
                next["grants/" + path] = grant.contents
                continue
            }
            // For an identity that is not there a grant allows nobody anything.
            guard let folder = IdentityFolder(of: path), fileCounts[folder] != nil, isAlive(grant.lease)
            else { continue }
            next[path] = grant.contents
        }
        var edits = inForce.keys.filter { next[$0] == nil && !paths.contains($0) }.sorted()
            .map { FileEdit($0, nil) }
        edits += next.filter { inForce[$0.key] != $0.value }.sorted { $0.key < $1.key }
            .map { FileEdit($0.key, $0.value) }
        inForce = next
        return edits
    }

    private mutating func note(_ path: String, isThere: Bool) {
        let isNew = isThere ? paths.insert(path).inserted : paths.remove(path) != nil
        guard isNew, let folder = IdentityFolder(of: path) else { return }
        let count = fileCounts[folder, default: 0] + (isThere ? 1 : -1)
        fileCounts[folder] = count == 0 ? nil : count
    }

    /// A grant only allows: that one is missing, or has ended early, then opens nothing.
    private func isSound(_ contents: [UInt8], _ path: String) -> Bool {
        guard IdentityFolder(of: path)?.isInlinePolicy(path) ?? false,
            let policy = try? reader.read(SourceText(contents, name: path), as: .identity)
        else { return false }
        return policy.document.statements.allSatisfy { $0.effect == .allow }
    }
}

/// The folder of a user, group or role: `accounts/ID/KIND/NAME/`.
struct IdentityFolder: Hashable {
    private let path: Substring

    /// The folder in which a path lies; nil for a path elsewhere.
    init?(of path: String) {
        let names = path.split(separator: "/", maxSplits: 4, omittingEmptySubsequences: false)
        guard names.count == 5, names[0] == "accounts", ["users", "groups", "roles"].contains(names[2]) else {
            return nil
        }
        self.path = path[..<names[4].startIndex]
    }

    func isInlinePolicy(_ path: String) -> Bool {
        let rest = path.dropFirst(self.path.count).split(separator: "/", omittingEmptySubsequences: false)
        return rest.count == 2 && rest[0] == "inline" && rest[1].hasSuffix(".json")
    }
}
