import PolicyLanguage
import Vocabulary

/// Reading keys, and the state of leases.
extension EtcdClient {
    /// Keys of one answer.
    private static let pageSize: Int64 = 1_000
    /// Keys of one set of policies: as many as a folder may have files.
    static let keyCountMax = 1_000_000

    /// The newest state of one key, as the majority of the cluster knows it.
    func get(_ key: [UInt8]) throws(EtcdFailure) -> (record: EtcdRecord?, header: EtcdHeader) {
        let answer = try call("/v3/kv/range", .object([("key", EtcdMessages.bytes(key))]))
        return (try Self.records(answer).first, try EtcdHeader(answer))
    }

    /// All keys that begin with these bytes, as they were at one revision, however many answers that takes.
    ///
    /// - Throws: ``EtcdFailure/compacted`` when the revision is gone in between.
    func records(under prefix: [UInt8], at revision: Int64) throws(EtcdFailure) -> [EtcdRecord] {
        var found: [EtcdRecord] = []
        var start = prefix
        while true {
            let answer = try call(
                "/v3/kv/range",
                .object([
                    ("key", EtcdMessages.bytes(start)),
                    ("range_end", EtcdMessages.bytes(EtcdMessages.rangeEnd(ofPrefix: prefix))),
                    ("revision", EtcdMessages.number(revision)),
                    ("limit", EtcdMessages.number(Self.pageSize)),
                ])
            )
            let page = try Self.records(answer)
            found += page
            guard found.count <= Self.keyCountMax else { throw .unusable("there are too many keys") }
            guard answer["more"]?.bool ?? false, let last = page.last else { return found }
            start = last.key + [0]
        }
    }

    /// Whether a key that begins with these bytes was put after a revision, and the header of the answer.
    func hasNews(under prefix: [UInt8], after revision: Int64) throws(EtcdFailure) -> (Bool, EtcdHeader) {
        let answer = try call(
            "/v3/kv/range",
            .object([
                ("key", EtcdMessages.bytes(prefix)),
                ("range_end", EtcdMessages.bytes(EtcdMessages.rangeEnd(ofPrefix: prefix))),
                ("min_mod_revision", EtcdMessages.number(revision + 1)),
                ("limit", EtcdMessages.number(1)), ("keys_only", .bool(true)),
            ])
        )
        return (answer["kvs"]?.elements.contains { _ in true } ?? false, try EtcdHeader(answer))
    }

    /// For how many whole seconds a lease still lasts; nil for one that is over.
    func secondsLeft(of lease: Int64) throws(EtcdFailure) -> Int64? {
        let answer = try call("/v3/lease/timetolive", .object([("ID", EtcdMessages.number(lease))]))
        let seconds = try answer.number("TTL")
        return seconds < 0 ? nil : seconds
    }

    /// Begins to be told what changes below a prefix, from a revision on.
    func watch(_ prefix: [UInt8], from revision: Int64) throws(EtcdFailure) -> Transfer {
        let request: JSONWriter.Value = .object([
            ("key", EtcdMessages.bytes(prefix)),
            ("range_end", EtcdMessages.bytes(EtcdMessages.rangeEnd(ofPrefix: prefix))),
            ("start_revision", EtcdMessages.number(revision)), ("progress_notify", .bool(true)),
        ])
        return try stream("/v3/watch", .object([("create_request", request)]))
    }

    private static func records(_ answer: JSONValue) throws(EtcdFailure) -> [EtcdRecord] {
        guard let elements = answer["kvs"]?.elements else { return [] }
        var records: [EtcdRecord] = []
        for element in elements { records.append(try EtcdRecord(element)) }
        return records
    }
}
