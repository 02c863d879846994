public import Portcullis

/// Something to activate: what it is, and as which revision of the store.
public struct SnapshotUpdate: Sendable {
    /// What was found.
    public var content: SnapshotContent
    /// The revision of the store at which it was found.
    ///
    /// Nil where the store has none: signed content brings its own, and everything else is counted from 1 by the
    /// follower.
    public var revision: StoreRevision?
    /// Whether it only takes back what has ended by itself, as a grant does: the store did not say so, and no gate is
    /// asked whether it may.
    public var isLapse: Bool

    /// An update.
    public init(_ content: SnapshotContent, revision: StoreRevision? = nil, isLapse: Bool = false) {
        self.content = content
        self.revision = revision
        self.isLapse = isLapse
    }
}

/// What a source may hand over.
public enum SnapshotContent: Sendable {
    /// The path of a folder of policies, or of a file of authorization details.
    case folder(String)
    /// A folder of policies in memory: bytes by path relative to the folder.
    case policies([String: [UInt8]])
    /// The path of a compiled snapshot.
    case snapshotFile(String)
    /// Changes to the policies that the same source handed over before.
    ///
    /// When those are not in force, as after a rejection or a rollback, the follower calls
    /// ``SnapshotSource/startOver()``.
    case changes([DirectoryChange])
    /// The bytes of a bundle: a signed record with the content behind it.
    case bundle([UInt8])
    /// The bytes of a signed pointer, and how to get the bundle that it names.
    ///
    /// The bundle is fetched only when the pointer has been verified and names something new.
    case pointer([UInt8], fetch: BundleFetch)
}

/// Fetches the bundle that a verified pointer names, of exactly `pointer.byteCount` bytes.
///
/// - Throws: ``SourceFailure``.
public typealias BundleFetch = @Sendable (_ pointer: SignedRecord) async throws(SourceFailure) -> [UInt8]
