/// The name by which C calls a reader, a request or an engine: a number in the shape of a pointer, which is never
/// followed.
///
///      63                              24 23   20 19                   0
///      ┌─────────────────────────────────┬───────┬──────────────────────┐
///      │ generation, from 1              │ kind  │ place in its table   │
///      └─────────────────────────────────┴───────┴──────────────────────┘
struct Handle: Equatable {
    enum Kind: UInt64 {
        case engine = 1
        case reader = 2
        case request = 3
    }

    let word: UInt64

    static let indexBits: UInt64 = 20
    private static let kindBits: UInt64 = 4
    static let indexMax = 1 << Int(indexBits)

    @inline(__always)
    init(_ pointer: OpaquePointer?) { word = UInt64(UInt(bitPattern: pointer)) }

    init(_ kind: Kind, index: Int, generation: UInt64) {
        word =
            generation << (Self.indexBits + Self.kindBits) | kind.rawValue << Self.indexBits
            | UInt64(index)
    }

    init(word: UInt64) { self.word = word }

    @inline(__always) var index: Int { Int(truncatingIfNeeded: word & (1 << Self.indexBits &- 1)) }

    var generation: UInt64 { word >> (Self.indexBits + Self.kindBits) }

    @inline(__always)
    func isOf(_ kind: Kind) -> Bool {
        word >> Self.indexBits & (1 << Self.kindBits &- 1) == kind.rawValue
    }

    /// INVARIANT: nobody follows the pointer; it only carries the number.
    var pointer: OpaquePointer? { unsafe OpaquePointer(bitPattern: UInt(word)) }
}
