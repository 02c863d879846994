/// What a bundle carries, and the bundle as one file: a signed record, and right behind it the content.
public enum BundleContent: Sendable, Hashable {
    /// The bytes of a compiled snapshot.
    case snapshot([UInt8])
    /// A folder of policies: bytes by path relative to the folder.
    case policies([String: [UInt8]])

    /// The bundle's bytes.
    ///
    /// - Throws: ``DeliveryError`` where the content or the claim cannot be written down.
    public func bundle(
        revision: StoreRevision,
        created: Int64,
        expires: Int64,
        channel: Channel = .none,
        signedBy key: SigningKey
    ) throws(DeliveryError) -> [UInt8] {
        let (subject, bytes): (BundleClaim.Subject, [UInt8])
        switch self {
        case .snapshot(let image): (subject, bytes) = (.snapshot, image)
        case .policies(let files): (subject, bytes) = (.policies, try PolicyArchive.bytes(of: files))
        }
        let claim = BundleClaim(
            subject,
            bytes,
            revision: revision,
            created: created,
            expires: expires,
            channel: channel
        )
        return try claim.signed(by: key) + bytes
    }
}

/// A bundle whose signature, size and digest have been verified.
public struct VerifiedBundle: Sendable {
    /// What the signer says of the content.
    public let record: SignedRecord
    /// What it carries.
    public let content: BundleContent
    /// The SHA-256 of the whole file, which is its name.
    public let digest: SHA256Digest

    /// Verifies a bundle: its record, then that the content is the one that was signed, then its form.
    ///
    /// Whether it is for this reader, in time, and no step back is for ``AcceptanceRules``.
    ///
    /// - Complexity: O(n).
    /// - Throws: ``DeliveryError``.
    public init(verifying bytes: [UInt8], by keys: TrustedKeys) throws(DeliveryError) {
        let record = try SignedRecord(verifying: bytes.prefix(SignedRecord.byteCount), by: keys)
        let content = Array(bytes.dropFirst(SignedRecord.byteCount))
        guard content.count == record.claim.byteCount else {
            throw DeliveryError(
                .digest,
                "the content has \(content.count) bytes, \(record.claim.byteCount) were signed"
            )
        }
        guard SHA256Digest(of: content) == record.claim.digest else {
            throw DeliveryError(.digest, "the content is not the one that was signed")
        }
        switch record.claim.subject {
        case .snapshot: self.content = .snapshot(content)
        case .policies: self.content = .policies(try PolicyArchive.files(in: content))
        case .bundle: throw DeliveryError(.signature, "the record is a pointer, no bundle")
        }
        self.record = record
        digest = SHA256Digest(of: bytes)
    }
}
