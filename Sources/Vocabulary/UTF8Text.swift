/// A run of UTF-8 bytes, compared byte by byte.
///
/// Policy text is never a `String`: Swift compares strings by canonical equivalence, so that
/// `"é"` equals `"e\u{301}"`, and two different resources would become one (B9).
///
/// A text is a slice of the document it was read from; copying it copies no bytes.
public struct UTF8Text: Sendable {
    let storage: ArraySlice<UInt8>

    /// Takes bytes that are known to be UTF-8.
    ///
    /// O(1).
    public init(_ bytes: ArraySlice<UInt8>) { storage = bytes }

    /// Takes bytes that are known to be UTF-8.
    ///
    /// O(1).
    public init(_ bytes: [UInt8]) { storage = bytes[...] }

    /// The UTF-8 bytes of `string`.
    ///
    /// O(n).
    public init(_ string: some StringProtocol) { storage = Array(string.utf8)[...] }

    /// The number of bytes.
    public var count: Int { storage.count }

    /// True when there are no bytes.
    public var isEmpty: Bool { storage.isEmpty }

    /// The bytes as a slice of their document.
    public var bytes: ArraySlice<UInt8> { storage }

    /// The byte at `offset` from the start of this text.
    public subscript(offset: Int) -> UInt8 { storage[storage.startIndex + offset] }

    /// The bytes at these offsets from the start of this text.
    ///
    /// O(1).
    public subscript(offsets: Range<Int>) -> UTF8Text {
        UTF8Text(
            storage[(storage.startIndex + offsets.lowerBound)..<(storage.startIndex + offsets.upperBound)]
        )
    }

    /// The text from `offset` to the end.
    ///
    /// O(1).
    public func dropFirst(_ offset: Int) -> UTF8Text { UTF8Text(storage.dropFirst(offset)) }

    /// The first offset at which `byte` stands, from `start` on.
    public func firstOffset(of byte: UInt8, from start: Int = 0) -> Int? {
        var offset = start
        while offset < count {
            if self[offset] == byte { return offset }
            offset += 1
        }
        return nil
    }

    /// Whether this text begins with these bytes.
    public func hasPrefix(_ prefix: UTF8Text) -> Bool {
        count >= prefix.count && self[0..<prefix.count] == prefix
    }

    /// Whether this text begins with a literal.
    ///
    /// Allocates nothing, unlike ``hasPrefix(_:)`` on a literal.
    public func begins(with literal: StaticString) -> Bool {
        // INVARIANT: the buffer is valid for the length of the closure, which only reads it.
        literal.withUTF8Buffer { unsafe storage.starts(with: $0) }
    }

    /// Whether this text is a literal.
    ///
    /// Allocates nothing.
    public func equals(_ literal: StaticString) -> Bool {
        count == literal.utf8CodeUnitCount && begins(with: literal)
    }
}

extension UTF8Text: Hashable {
    /// Byte equality: no Unicode normalisation, no case folding.
    public static func == (lhs: UTF8Text, rhs: UTF8Text) -> Bool {
        lhs.storage == rhs.storage
    }

    /// Below, at or above 0, as the first bytes of this text stand to those of another.
    fileprivate func order(_ other: UTF8Text, upTo count: Int) -> Int {
        // INVARIANT: both texts have so many bytes at least, and each load ends at or before them.
        unsafe storage.withUnsafeBytes { left in
            unsafe other.storage.withUnsafeBytes { right in
                var offset = 0
                while offset + 8 <= count {
                    let one = unsafe left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                    let two = unsafe right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                    if one != two { return one.bigEndian < two.bigEndian ? -1 : 1 }
                    offset += 8
                }
                while offset < count {
                    let (one, two) = unsafe (left[offset], right[offset])
                    if one != two { return one < two ? -1 : 1 }
                    offset += 1
                }
                return 0
            }
        }
    }

    /// Feeds the bytes to the hasher.
    public func hash(into hasher: inout Hasher) {
        unsafe storage.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    }
}

extension UTF8Text: Comparable {
    /// Byte order.
    public static func < (lhs: UTF8Text, rhs: UTF8Text) -> Bool {
        let order = lhs.order(rhs, upTo: min(lhs.count, rhs.count))
        return order == 0 ? lhs.count < rhs.count : order < 0
    }
}

extension UTF8Text: ExpressibleByStringLiteral, CustomStringConvertible {
    /// The UTF-8 bytes of a literal.
    public init(stringLiteral value: StaticString) { self.init(value.description) }

    /// The text as a string, for people; decisions use ``bytes``.
    public var description: String { String(decoding: storage, as: UTF8.self) }
}
