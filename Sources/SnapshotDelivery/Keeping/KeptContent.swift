import PolicyLanguage
import Portcullis

/// What is kept on disk: the content, and what was accepted so far.
struct KeptContent: Sendable {
    /// What the kept file holds.
    enum Material: Sendable {
        /// A bundle, and the pointer that named it.
        case bundle([UInt8], pointer: [UInt8]?)
        /// A snapshot file, which has been verified.
        case snapshot(VerifiedImage)
    }

    var material: Material
    var revision: StoreRevision
    var history: AcceptanceHistory
    /// The digest of the bundle that was rolled back last.
    var rolledBack: SHA256Digest?
}

/// The description of the kept file, which takes the place of the one before as a whole: whichever is there, the
/// file that it names is there and complete.
struct KeepingRecord: Sendable, Hashable {
    enum Kind: String { case bundle, snapshot }

    static let name = "last-good.json"
    private static let format: Int64 = 1

    var kind: Kind
    var digest: SHA256Digest
    var pointer: [UInt8]?
    var revision: StoreRevision
    var history: AcceptanceHistory
    var rolledBack: SHA256Digest?

    /// The name of the kept file.
    var fileName: String { "\(digest).\(kind.rawValue)" }

    var json: String {
        func text(_ digest: SHA256Digest?) -> JSONWriter.Value? { digest.map { .string($0.description) } }
        return JSONWriter.text(
            .object([
                ("format", .integer(Self.format)), ("kind", .string(kind.rawValue)), ("digest", text(digest)),
                ("pointer", pointer.map { .string($0.hexadecimal) }),
                ("revision", .string(revision.description)),
                ("highestRevision", history.revision.map { .string($0.description) }),
                ("highestDigest", text(history.digest)), ("created", history.created.map { .integer($0) }),
                ("rolledBack", text(rolledBack)),
            ]),
            isPretty: true
        ) + "\n"
    }
}

extension KeepingRecord {
    /// Reads a description; nil for anything but what ``json`` writes.
    init?(_ bytes: [UInt8]) {
        guard let root = try? JSONDocument(reading: SourceText(bytes, name: Self.name)).root,
            root["format"]?.text == UTF8Text("\(Self.format)"),
            let kind = root["kind"]?.string.flatMap({ Kind(rawValue: $0.description) }),
            let digest = root.digest("digest"), let revision = root.revision("revision")
        else { return nil }
        self.kind = kind
        self.digest = digest
        self.revision = revision
        pointer = root["pointer"]?.string.flatMap { [UInt8](hexadecimal: $0.description) }
        history = AcceptanceHistory(
            revision: root.revision("highestRevision"),
            digest: root.digest("highestDigest"),
            created: root["created"].flatMap { Int64($0.text.description) }
        )
        rolledBack = root.digest("rolledBack")
    }
}

extension JSONValue {
    fileprivate func digest(_ key: UTF8Text) -> SHA256Digest? {
        self[key]?.string.flatMap { SHA256Digest($0.description) }
    }

    /// A revision stands as a string, since a number of JSON is not exact everywhere.
    fileprivate func revision(_ key: UTF8Text) -> StoreRevision? {
        self[key]?.string.flatMap { UInt64($0.description) }.map { StoreRevision($0) }
    }
}
