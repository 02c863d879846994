import PolicyLanguage

/// Changes that etcd makes at one revision, or not at all.
struct StoreTransaction {
    enum Change {
        case put([UInt8], [UInt8])
        case delete([UInt8])
        /// All keys from the first up to, and without, the second.
        case deleteRange([UInt8], [UInt8])

        /// Bytes in the request, roughly, as etcd counts them.
        var byteCount: Int {
            switch self {
            case .put(let key, let value): key.count + value.count + 16
            case .delete(let key): key.count + 16
            case .deleteRange(let key, let end): key.count + end.count + 16
            }
        }
    }

    enum Condition {
        case value(of: [UInt8], is: [UInt8])
        /// 0 for a key that is not there.
        case revision(of: [UInt8], is: Int64)
        /// No key that begins so was put after a revision.
        case noneNewer(under: [UInt8], than: Int64)
    }

    var conditions: [Condition] = []
    var changes: [Change] = []

    /// etcd takes 128 operations a transaction, and requests of 1.5 MiB, unless told otherwise when it is started.
    static let changesMax = 120
    static let byteCountMax = 1 << 20

    var isOneRequest: Bool {
        changes.count <= Self.changesMax && changes.reduce(0) { $0 + $1.byteCount } <= Self.byteCountMax
    }

    /// Changes in as few requests as they need, in order.
    static func batches(of changes: [Change]) -> [[Change]] {
        var batches: [[Change]] = []
        var batch: [Change] = []
        var byteCount = 0
        for change in changes {
            if batch.count == changesMax || (byteCount + change.byteCount > byteCountMax && !batch.isEmpty) {
                batches.append(batch)
                (batch, byteCount) = ([], 0)
            }
            batch.append(change)
            byteCount += change.byteCount
        }
        return batch.isEmpty ? batches : batches + [batch]
    }

    /// The body of a call of `/v3/kv/txn`.
    var body: JSONWriter.Value {
        .object([
            ("compare", .array(conditions.map(Self.comparison))),
            ("success", .array(changes.map(Self.operation))),
        ])
    }

    private static func comparison(_ condition: Condition) -> JSONWriter.Value {
        switch condition {
        case .value(let key, let value):
            .object([
                ("key", EtcdMessages.bytes(key)), ("target", "VALUE"), ("result", "EQUAL"),
                ("value", EtcdMessages.bytes(value)),
            ])
        case .revision(let key, let revision):
            .object([
                ("key", EtcdMessages.bytes(key)), ("target", "MOD"), ("result", "EQUAL"),
                ("mod_revision", EtcdMessages.number(revision)),
            ])
        case .noneNewer(let prefix, let revision):
            .object([
                ("key", EtcdMessages.bytes(prefix)),
                ("range_end", EtcdMessages.bytes(EtcdMessages.rangeEnd(ofPrefix: prefix))),
                ("target", "MOD"), ("result", "LESS"), ("mod_revision", EtcdMessages.number(revision + 1)),
            ])
        }
    }

    private static func operation(_ change: Change) -> JSONWriter.Value {
        switch change {
        case .put(let key, let value):
            .object([
                (
                    "request_put",
                    .object([("key", EtcdMessages.bytes(key)), ("value", EtcdMessages.bytes(value))])
                )
            ])
        case .delete(let key):
            .object([("request_delete_range", .object([("key", EtcdMessages.bytes(key))]))])
        case .deleteRange(let key, let end):
            .object([
                (
                    "request_delete_range",
                    .object([("key", EtcdMessages.bytes(key)), ("range_end", EtcdMessages.bytes(end))])
                )
            ])
        }
    }
}
