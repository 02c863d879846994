import Foundation
import Portcullis

/// Writes sets of policies and grants to etcd, for followers to find; Documentation/etcd.md describes the keys.
///
/// Every call blocks its thread until etcd has answered.
public final class PolicyStore {
    let client: EtcdClient
    let layout: StoreLayout

    /// A store that is not talked to yet.
    ///
    /// - Throws: ``StoreFailure`` where libcurl cannot be started.
    public init(_ settings: EtcdSettings) throws(StoreFailure) {
        do throws(EtcdFailure) { client = try EtcdClient(settings) } catch { throw StoreFailure(error) }
        layout = StoreLayout(prefix: settings.prefix)
    }

    /// The set in force as it is at one revision.
    public struct Contents: Sendable {
        /// Its name.
        public let set: String
        /// The bytes of its files, by path; grants are none of them.
        public let files: [String: [UInt8]]
        /// The revision of all that.
        public let revision: StoreRevision
        /// When the pointer was put.
        let pointerRevision: Int64
    }

    /// Reads the set in force; nil where there is none.
    public func contents() throws(StoreFailure) -> Contents? {
        do throws(EtcdFailure) { return try readContents() } catch { throw StoreFailure(error) }
    }

    func readContents() throws(EtcdFailure) -> Contents? {
        let (pointer, header) = try client.get(layout.pointer)
        guard let pointer else { return nil }
        guard let set = pointer.value.flatMap({ StoreLayout.setName($0) }) else {
            throw .unusable("the pointer names no set")
        }
        var files: [String: [UInt8]] = [:]
        for record in try client.records(under: layout.set(set), at: header.revision) {
            guard case .file(_, let path) = layout.place(of: record.key) else {
                throw .unusable("no key of the layout: \(String(decoding: record.key, as: UTF8.self))")
            }
            files[path] = record.value
        }
        return Contents(
            set: set,
            files: files,
            revision: StoreRevision(UInt64(header.revision)),
            pointerRevision: pointer.revision
        )
    }

    // MARK: Single files

    /// Puts files into the set in force, or takes them away, all at one revision.
    ///
    /// Nothing is validated here: followers refuse what is faulty.
    ///
    /// - Parameter contents: what the caller has read and judged; if the set was changed since, nothing is written.
    /// - Returns: the revision at which it is in the store.
    /// - Throws: ``StoreFailure``.
    @discardableResult
    public func write(
        _ files: [String: [UInt8]?],
        onto contents: Contents
    ) throws(StoreFailure) -> StoreRevision {
        try commit(
            files,
            inSet: contents.set,
            if: [
                .revision(of: layout.pointer, is: contents.pointerRevision),
                .noneNewer(under: layout.set(contents.set), than: Int64(contents.revision.rawValue)),
            ]
        )
    }

    /// Puts files into a set or takes them away, at one revision and whatever is in it, as long as it is in force.
    ///
    /// - Returns: the revision at which it is in the store.
    /// - Throws: ``StoreFailure``, also where another set has come in force.
    @discardableResult
    public func writeFiles(
        _ files: [String: [UInt8]?],
        inSet set: String
    ) throws(StoreFailure) -> StoreRevision {
        try commit(files, inSet: set, if: [.value(of: layout.pointer, is: Array(set.utf8))])
    }

    private func commit(
        _ files: [String: [UInt8]?],
        inSet set: String,
        if conditions: [StoreTransaction.Condition]
    ) throws(StoreFailure) -> StoreRevision {
        var transaction = StoreTransaction(conditions: conditions)
        for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
            let key = try key(of: path, in: set)
            transaction.changes.append(bytes.map { .put(key, $0) } ?? .delete(key))
        }
        guard transaction.isOneRequest else {
            throw StoreFailure("too much for one transaction; write a whole set instead")
        }
        guard let revision = try commit(transaction) else { throw .conflict }
        return revision
    }

    // MARK: Grants

    /// Puts a grant that ends by itself: an inline policy that only allows, under a lease.
    ///
    /// - Parameters:
    ///   - path: `accounts/ID/KIND/NAME/inline/GRANT.json`, as in the folder layout.
    ///   - duration: for how long it is in force, in whole seconds, unless the lease is prolonged.
    /// - Returns: the lease, with which it can be prolonged or revoked, and the revision of the store.
    public func grant(
        _ path: String,
        _ policy: [UInt8],
        for duration: Duration
    ) throws(StoreFailure) -> (lease: Int64, revision: StoreRevision) {
        guard IdentityFolder(of: path)?.isInlinePolicy(path) ?? false else {
            throw StoreFailure("a grant is an inline policy of a user, group or role, not `\(path)`")
        }
        do throws(EtcdFailure) {
            let answer = try client.call(
                "/v3/lease/grant",
                .object([("TTL", EtcdMessages.number(max(1, duration.components.seconds)))])
            )
            let lease = try answer.number("ID")
            let put = try client.call(
                "/v3/kv/put",
                .object([
                    ("key", EtcdMessages.bytes(layout.grant(path))),
                    ("value", EtcdMessages.bytes(policy)), ("lease", EtcdMessages.number(lease)),
                ])
            )
            return (lease, StoreRevision(UInt64(try EtcdHeader(put).revision)))
        } catch {
            throw StoreFailure(error)
        }
    }

    /// Prolongs a lease by its whole duration; false for one that is over.
    public func prolong(_ lease: Int64) throws(StoreFailure) -> Bool {
        do throws(EtcdFailure) {
            let answer = try client.call(
                "/v3/lease/keepalive",
                .object([("ID", EtcdMessages.number(lease))])
            )
            return try (answer["result"] ?? answer).number("TTL") > 0
        } catch {
            throw StoreFailure(error)
        }
    }

    /// Ends a lease, and with it its grants, at once.
    public func revoke(_ lease: Int64) throws(StoreFailure) {
        do throws(EtcdFailure) {
            _ = try client.call("/v3/lease/revoke", .object([("ID", EtcdMessages.number(lease))]))
        } catch {
            throw StoreFailure(error)
        }
    }

    // MARK: Transactions

    func key(of path: String, in set: String) throws(StoreFailure) -> [UInt8] {
        let key = layout.set(set) + Array(path.utf8)
        guard layout.place(of: key) == .file(set: set, path: path) else {
            throw StoreFailure("the path of a file is printable ASCII without spaces, not `\(path)`")
        }
        return key
    }

    /// Nil when a condition does not hold; nothing is changed then.
    func commit(_ transaction: StoreTransaction) throws(StoreFailure) -> StoreRevision? {
        do throws(EtcdFailure) {
            let answer = try client.call("/v3/kv/txn", transaction.body)
            guard answer["succeeded"]?.bool ?? false else { return nil }
            return StoreRevision(UInt64(try EtcdHeader(answer).revision))
        } catch {
            throw StoreFailure(error)
        }
    }
}

/// Why the store was not read or written.
public struct StoreFailure: Error, Sendable, CustomStringConvertible {
    /// One line for people, without passwords.
    public let description: String

    init(_ description: String) { self.description = description }

    init(_ failure: EtcdFailure) { description = failure.message }

    static let conflict = StoreFailure(
        "somebody else has changed the set since it was read; nothing is written"
    )
}
