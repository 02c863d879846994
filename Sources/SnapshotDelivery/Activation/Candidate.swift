public import Portcullis

/// A compiled and verified snapshot, with what is known of its origin.
public struct Candidate: Sendable {
    /// What an engine decides by.
    public let image: VerifiedImage
    /// The policies it was compiled from; nil for a compiled snapshot, which names them only.
    public let directory: Directory?
    /// The revision of the store.
    public let revision: StoreRevision
    /// When it was made, in seconds since 1970, where it says so.
    public private(set) var created: Int64?
    /// From when on it is worth nothing, in seconds since 1970, where it says so.
    public private(set) var expires: Int64?
    /// The digest of the bundle it came in.
    public let digest: SHA256Digest?
    /// From when on the bundle is worth nothing, however long its pointer holds.
    private let bundleExpires: Int64?
    /// How it is kept on disk.
    private(set) var keepsake: Keepsake

    init(
        image: VerifiedImage,
        directory: Directory?,
        revision: StoreRevision,
        validity: (created: Int64, expires: Int64)? = nil,
        bundle: (digest: SHA256Digest, expires: Int64)? = nil,
        keepsake: Keepsake
    ) {
        self.image = image
        self.directory = directory
        self.revision = revision
        created = validity?.created
        expires = validity?.expires
        digest = bundle?.digest
        bundleExpires = bundle?.expires
        self.keepsake = keepsake
    }

    /// The same under a pointer that was signed later; nil where it was not.
    func renewed(_ validity: (created: Int64, expires: Int64), pointer: [UInt8]?) -> Candidate? {
        guard let created, validity.created > created, case .bundle(let bytes, _) = keepsake else {
            return nil
        }
        var copy = self
        copy.created = validity.created
        copy.expires = min(validity.expires, bundleExpires ?? validity.expires)
        copy.keepsake = .bundle(bytes, pointer: pointer)
        return copy
    }
}
