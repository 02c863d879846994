import Synchronization

/// What may be in use through a slot, in one word that a reader stores and the writer reads.
struct Pin: Equatable, AtomicRepresentable {
    typealias AtomicRepresentation = UInt64.AtomicRepresentation

    private let word: UInt64

    private init(word: UInt64) {
        self.word = word
    }

    /// Nothing.
    static let idle = Pin(word: 0)

    /// Every content, of whatever revision.
    static let everything = Pin(word: 1)

    /// Every content from a revision on: what a reader says before it knows which one it will get.
    @inline(__always)
    static func since(_ revision: UInt64) -> Pin {
        Pin(word: revision &<< 1 | 1)
    }

    /// One content, told by its address, which is even: what a reader says once it has it.
    @inline(__always)
    static func only(_ address: UInt) -> Pin {
        Pin(word: UInt64(truncatingIfNeeded: address))
    }

    /// The first revision that may be in use, unless the pin is for one content or none.
    var firstRevision: UInt64? { word & 1 == 1 ? word >> 1 : nil }

    /// The address of the only content that may be in use, unless the pin is for several or none.
    var address: UInt? { word & 1 == 0 && word != 0 ? UInt(truncatingIfNeeded: word) : nil }

    static func encodeAtomicRepresentation(_ value: consuming Pin) -> AtomicRepresentation {
        UInt64.encodeAtomicRepresentation(value.word)
    }

    static func decodeAtomicRepresentation(_ representation: consuming AtomicRepresentation) -> Pin {
        Pin(word: UInt64.decodeAtomicRepresentation(representation))
    }
}

/// What all slots together say, for the writer.
struct Pins {
    private var firstRevision = UInt64.max
    private var addresses: [UInt] = []

    /// Adds what one slot says.
    mutating func add(_ pin: Pin) {
        if let revision = pin.firstRevision { firstRevision = min(firstRevision, revision) }
        if let address = pin.address { addresses.append(address) }
    }

    /// Whether a read under way may use the content, which was current as `revision`.
    func cover(_ content: AnyObject, revision: UInt64) -> Bool {
        revision >= firstRevision || addresses.contains(UInt(bitPattern: ObjectIdentifier(content)))
    }
}
