/// Which list stands where in an image: no two overlap, and a list that is shared is the same list to all.
///
/// A word for each eight bytes of the image; lists begin at multiples of eight:
///
///     first word of a list     0 │ kind, 5 bits │ count, 26 bits
///     further words            1 │ in the second word: what the verifier noted about the list, 31 bits
///     outside every list       0
///
/// So every byte of a list is looked at once, however many records refer to it.
struct ImageRegions {
    /// What a list is made of; a record that is referred to by its offset is a list of one.
    enum Kind: UInt32 {
        case strings = 1
        case offsets, lengths, slots, keys
        case principal, account, resource, endpoint, levels, entries, tags
        case policy, statements, actionSlots, actionPatterns, principalEntries
        case patterns, symbols, variables, conditions, operands
    }

    private static let countMax: UInt32 = 1 << 26 - 1
    private static let further: UInt32 = 1 << 31
    /// The largest note.
    static let noteMax: UInt32 = 1 << 31 - 1

    private let byteCount: UInt64
    private var words: [UInt32]

    init(_ view: ImageView) {
        byteCount = UInt64(view.byteCount)
        words = Array(repeating: 0, count: view.byteCount / 8)
    }

    private static func mark(_ kind: Kind, _ count: UInt32) -> UInt32 { kind.rawValue << 26 | count }

    /// Takes a list, or finds the same list taken.
    ///
    /// - Returns: true when the list is new, and its records are still to be verified.
    mutating func claim(_ kind: Kind, _ list: ListRef, stride: Int) throws(SnapshotFormatError) -> Bool {
        let place = Int(list.offset)
        if list.count == 0 {
            guard place == 0 else {
                throw SnapshotFormatError(.bounds, at: place, "an empty list has a place")
            }
            return false
        }
        let end = UInt64(list.offset) + UInt64(list.count) * UInt64(stride)
        guard list.offset >= ImageHeader.byteCount, list.count <= Self.countMax, end <= byteCount else {
            throw SnapshotFormatError(
                .bounds,
                at: place,
                "a list of \(list.count) \(kind) leads outside the image"
            )
        }
        guard list.offset % 8 == 0 else {
            throw SnapshotFormatError(.bounds, at: place, "a list of \(kind) begins between two words")
        }
        let (first, last) = (place / 8, Int(end - 1) / 8)
        guard last < words.count else {
            throw SnapshotFormatError(.bounds, at: place, "a list of \(kind) leads outside the image")
        }
        if words[first] == Self.mark(kind, list.count) { return false }
        for word in first...last {
            guard words[word] == 0 else {
                throw SnapshotFormatError(
                    .structure,
                    at: word * 8,
                    "two lists overlap, the second of \(kind)"
                )
            }
            words[word] = Self.further
        }
        words[first] = Self.mark(kind, list.count)
        return true
    }

    /// Whether a record of this kind has been taken at an offset.
    func hasRecord(_ kind: Kind, at offset: UInt32) -> Bool {
        offset % 8 == 0 && Int(offset / 8) < words.count && words[Int(offset / 8)] == Self.mark(kind, 1)
    }

    /// Notes a number about a list of more than eight bytes.
    mutating func note(_ number: UInt32, at offset: UInt32) {
        words[Int(offset / 8) + 1] = Self.further | min(number, Self.noteMax)
    }

    /// What was noted about a list that has been taken; zero for an empty one.
    func note(of list: ListRef) -> UInt32 { list.count == 0 ? 0 : note(at: list.offset) }

    func note(at offset: UInt32) -> UInt32 { words[Int(offset / 8) + 1] & Self.noteMax }
}

/// The hashes of names.
///
/// A long name that many records share is hashed once, and long names share no byte, so that the work stays
/// linear in the image.
struct ImageNames {
    private let view: ImageView
    private let seed: UInt64
    private var known: [StringRef: UInt64] = [:]
    private var bytesLeft: Int

    /// A record is no shorter than an eighth of this, so that short names may be hashed again and again.
    private static let shortMax = 256

    init(_ view: ImageView) {
        self.view = view
        seed = view.header.seed
        bytesLeft = view.byteCount
    }

    /// The hash of a name whose place has been verified.
    mutating func hash(_ name: StringRef) throws(SnapshotFormatError) -> UInt64 {
        if name.count <= Self.shortMax { return view.bytes(name).hash(seed: seed) }
        if let hash = known[name] { return hash }
        bytesLeft -= Int(name.count)
        guard bytesLeft >= 0 else {
            throw SnapshotFormatError(.structure, at: Int(name.offset), "long names overlap")
        }
        let hash = view.bytes(name).hash(seed: seed)
        known[name] = hash
        return hash
    }
}
