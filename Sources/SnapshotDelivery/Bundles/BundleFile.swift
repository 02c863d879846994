import Portcullis

/// Bundles and pointers as files, for tools.
public enum BundleFile {
    /// Writes a bundle in place of what was there, as a whole or not at all.
    ///
    /// - Throws: ``FileFailure``.
    public static func write(_ bytes: [UInt8], to path: String) throws(FileFailure) {
        try DurableFile.replace(path, with: bytes, permissions: 0o644)
    }

    /// Verifies a bundle or a pointer as a follower that has accepted nothing yet would, and reads what it carries.
    ///
    /// - Parameters:
    ///   - now: the time, in seconds since 1970.
    ///   - bundle: fetches the bundle that a pointer names.
    /// - Returns: what the signer of the bundle or pointer says.
    /// - Throws: ``DeliveryError``, and what `bundle` throws.
    public static func verify(
        _ bytes: [UInt8],
        _ rules: AcceptanceRules,
        at now: Int64,
        bundle: (SignedRecord) throws -> [UInt8]
    ) throws -> BundleClaim {
        let record = try SignedRecord(verifying: bytes.prefix(SignedRecord.byteCount), by: rules.keys)
        guard record.claim.subject == .bundle else { return try verify(bundle: bytes, rules, at: now) }
        guard bytes.count == SignedRecord.byteCount else {
            throw DeliveryError(.signature, "a pointer has nothing behind it")
        }
        _ = try rules.judge(record, digest: record.claim.digest, after: AcceptanceHistory(), at: now)
        let named = try bundle(record)
        guard named.count == record.claim.byteCount, SHA256Digest(of: named) == record.claim.digest else {
            throw DeliveryError(.digest, "the bundle is not the one that the pointer names")
        }
        let own = try verify(bundle: named, rules, at: now)
        guard own.revision == record.claim.revision else {
            throw DeliveryError(.rollback, "the bundle is of revision \(own.revision)")
        }
        return record.claim
    }

    private static func verify(
        bundle bytes: [UInt8],
        _ rules: AcceptanceRules,
        at now: Int64
    ) throws -> BundleClaim {
        let bundle = try VerifiedBundle(verifying: bytes, by: rules.keys)
        _ = try rules.judge(bundle.record, digest: bundle.digest, after: AcceptanceHistory(), at: now)
        switch bundle.content {
        case .snapshot(let bytes): _ = try VerifiedImage(verifying: bytes)
        case .policies(let files): _ = try SnapshotCompiler().compile(try Directory(files: files))
        }
        return bundle.record.claim
    }
}
