import Portcullis

/// What a ``PolicyStore/sync(_:)`` did.
public struct SyncReport: Sendable, Hashable {
    /// The set in force from now on.
    public let set: String
    /// The revision from which on it is.
    public let revision: StoreRevision
    /// Files that were written.
    public let putCount: Int
    /// Files that were taken away.
    public let removedCount: Int
    /// Whether the set that was in force was changed; if not, a new one has taken its place.
    public let isInPlace: Bool
}

extension PolicyStore {
    /// Makes the set in force hold exactly these files, for followers at one revision.
    ///
    /// What fits into one transaction is changed in place. Anything larger is written as a new set beside the one in
    /// force, in as many transactions as it takes; the last one moves the pointer and takes all other sets away, so
    /// that no follower ever sees half of it. Grants stay.
    ///
    /// Nothing is validated here: followers refuse what is faulty.
    ///
    /// - Throws: ``StoreFailure``; the set in force is then as it was. Also where somebody else has written meanwhile.
    public func sync(_ files: [String: [UInt8]]) throws(StoreFailure) -> SyncReport {
        guard !files.isEmpty else { throw StoreFailure("a set without files would be refused") }
        let old = try contents()
        var changes: [String: [UInt8]?] = [:]
        for (path, bytes) in files where old?.files[path] != bytes { changes[path] = .some(bytes) }
        for path in old?.files.keys.sorted() ?? [] where files[path] == nil {
            changes.updateValue(nil, forKey: path)
        }
        let putCount = changes.values.count { $0 != nil }
        if let old {
            if changes.isEmpty {
                return SyncReport(
                    set: old.set,
                    revision: old.revision,
                    putCount: 0,
                    removedCount: 0,
                    isInPlace: true
                )
            }
            if try isOneRequest(changes, of: old.set) {
                return SyncReport(
                    set: old.set,
                    revision: try write(changes, onto: old),
                    putCount: putCount,
                    removedCount: changes.count - putCount,
                    isInPlace: true
                )
            }
        }
        let (set, revision) = try writeNewSet(files, after: old)
        return SyncReport(
            set: set,
            revision: revision,
            putCount: putCount,
            removedCount: changes.count - putCount,
            isInPlace: false
        )
    }

    private func isOneRequest(_ changes: [String: [UInt8]?], of set: String) throws(StoreFailure) -> Bool {
        var all: [StoreTransaction.Change] = []
        for (path, bytes) in changes { all.append(.put(try key(of: path, in: set), bytes ?? [])) }
        return StoreTransaction(changes: all).isOneRequest
    }

    private func writeNewSet(
        _ files: [String: [UInt8]],
        after old: Contents?
    ) throws(StoreFailure) -> (String, StoreRevision) {
        // A new name each time: what a broken attempt has left behind is never mixed with this one.
        let set = String(UInt64.random(in: .min ... .max), radix: 36)
        var puts: [StoreTransaction.Change] = []
        for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
            puts.append(.put(try key(of: path, in: set), bytes))
        }
        for batch in StoreTransaction.batches(of: puts) {
            guard try commit(StoreTransaction(changes: batch)) != nil else { throw .conflict }
        }
        let revision = try commit(switching(to: set, from: old))
        guard let revision else {
            _ = try? commit(StoreTransaction(changes: [deletion(of: set)]))
            throw .conflict
        }
        return (set, revision)
    }

    /// Moves the pointer, if nobody else has, and takes all other sets away.
    private func switching(to set: String, from old: Contents?) -> StoreTransaction {
        let own = layout.set(set)
        let all = EtcdMessages.rangeEnd(ofPrefix: layout.allSets)
        var conditions = [
            StoreTransaction.Condition.revision(of: layout.pointer, is: old?.pointerRevision ?? 0)
        ]
        if let old {
            conditions.append(
                .noneNewer(under: layout.set(old.set), than: Int64(old.revision.rawValue))
            )
        }
        return StoreTransaction(
            conditions: conditions,
            changes: [
                .put(layout.pointer, Array(set.utf8)), .deleteRange(layout.allSets, own),
                .deleteRange(EtcdMessages.rangeEnd(ofPrefix: own), all),
            ]
        )
    }

    private func deletion(of set: String) -> StoreTransaction.Change {
        let own = layout.set(set)
        return .deleteRange(own, EtcdMessages.rangeEnd(ofPrefix: own))
    }
}
