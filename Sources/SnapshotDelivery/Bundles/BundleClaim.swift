/// What a signed record says: these bytes are revision so-and-so, from then until then.
public struct BundleClaim: Sendable, Hashable {
    /// What the claim is about.
    public enum Subject: UInt32, Sendable, Hashable, CaseIterable {
        /// A bundle file: the claim is a pointer.
        case bundle = 1
        /// A compiled snapshot, which follows the record in the bundle.
        case snapshot = 2
        /// Policy sources, which follow the record in the bundle.
        case policies = 3
    }

    /// What the claim is about.
    public var subject: Subject
    /// The revision of the store, from 1; it never goes down.
    public var revision: StoreRevision
    /// When it was signed, in seconds since 1970.
    public var created: Int64
    /// From when on it is worth nothing, in seconds since 1970.
    public var expires: Int64
    /// The size of what it is about.
    public var byteCount: Int
    /// The SHA-256 of what it is about.
    public var digest: SHA256Digest
    /// For whom it is, such as `production`; readers refuse what is for another channel.
    public var channel: Channel

    /// A claim about bytes.
    public init(
        _ subject: Subject,
        _ bytes: [UInt8],
        revision: StoreRevision,
        created: Int64,
        expires: Int64,
        channel: Channel = .none
    ) {
        self.subject = subject
        self.revision = revision
        self.created = created
        self.expires = expires
        self.channel = channel
        byteCount = bytes.count
        digest = SHA256Digest(of: bytes)
    }
}

/// The name of those for whom something is signed, so that what was signed for one is not given to another.
public struct Channel: Sendable, Hashable, CustomStringConvertible {
    /// Bytes of a name at most.
    public static let byteCountMax = 47
    /// No name.
    public static let none = Channel(unchecked: "")

    /// The name.
    public let description: String

    private init(unchecked name: String) { description = name }

    /// A name of ASCII letters, digits, `.`, `-`, `_` and `/`; nil for anything else, and for more than 47 bytes.
    public init?(_ name: String) {
        guard name.utf8.count <= Self.byteCountMax, name.utf8.allSatisfy({ Self.isAllowed($0) }) else {
            return nil
        }
        description = name
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "-")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
