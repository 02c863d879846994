import Foundation

/// A folder from which a web server serves bundles: each under its digest for ever, and one pointer.
public struct BundleFolder: Sendable {
    /// The name of the pointer's file.
    public static let pointerName = "pointer"

    private let path: String

    /// The folder at a path, which must be there.
    public init(path: String) { self.path = path }

    /// The path of the pointer's file.
    public var pointerPath: String { "\(path)/\(Self.pointerName)" }

    /// The path of a bundle's file.
    public func path(of bundle: VerifiedBundle) -> String { "\(path)/\(bundle.digest).bundle" }

    /// Puts a bundle into the folder, and then a pointer to it in place of the one before.
    ///
    /// Publishing what is published already signs the pointer again, with a later expiry.
    ///
    /// - Parameters:
    ///   - bytes: the bundle's, signed by the same key or another that readers trust.
    ///   - rules: what the bundle and the pointer before must keep; whether going back is allowed, too.
    ///   - created: the time, in seconds since 1970.
    ///   - expires: until when readers may use the pointer.
    /// - Returns: the bundle, and the pointer's bytes.
    /// - Throws: ``DeliveryError`` or ``FileFailure``; the pointer before is then still there.
    @discardableResult
    public func publish(
        _ bytes: [UInt8],
        _ rules: AcceptanceRules,
        created: Int64,
        expires: Int64,
        signedBy key: SigningKey
    ) throws -> (bundle: VerifiedBundle, pointer: [UInt8]) {
        let bundle = try VerifiedBundle(verifying: bytes, by: rules.keys)
        let history = try published(rules)
        _ = try rules.judge(bundle.record, digest: bundle.digest, after: history, at: created)
        let pointer = try BundleClaim(
            .bundle,
            bytes,
            revision: bundle.record.claim.revision,
            created: created,
            expires: min(expires, bundle.record.claim.expires),
            channel: bundle.record.claim.channel
        ).signed(by: key)
        // For readers that run as somebody else: nothing in it is secret that a web server may serve.
        try DurableFile.replace(path(of: bundle), with: bytes, permissions: 0o644)
        let before = modificationDate
        try DurableFile.replace(pointerPath, with: pointer, permissions: 0o644)
        try setModificationDate(after: before)
        return (bundle, pointer)
    }

    /// Web servers make entity tags of a file's size, which never changes here, and of its time in whole seconds: two
    /// pointers of one second would look the same.
    private func setModificationDate(after before: Date?) throws {
        guard let before, let now = modificationDate else { return }
        let next = Date(timeIntervalSince1970: before.timeIntervalSince1970.rounded(.down) + 1)
        if now < next {
            try FileManager.default.setAttributes([.modificationDate: next], ofItemAtPath: pointerPath)
        }
    }

    private var modificationDate: Date? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: pointerPath)
        return attributes?[.modificationDate] as? Date
    }

    /// What the pointer in the folder says was published last.
    private func published(_ rules: AcceptanceRules) throws -> AcceptanceHistory {
        guard FileManager.default.fileExists(atPath: pointerPath) else { return AcceptanceHistory() }
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: pointerPath)))
        let claim = try SignedRecord(verifying: bytes[...], by: rules.keys).claim
        return AcceptanceHistory(revision: claim.revision, digest: claim.digest, created: claim.created)
    }
}
