import Vocabulary

/// A pattern as a nondeterministic automaton whose states are bits, in a reader's working memory.
///
/// It is the automaton of the policy language's own matcher: state `i` means that the first `i` symbols have
/// matched; runs are loops. One pass over the text, one step for each word that holds live states.
///
///        0 … 255      words that a literal enters, a row for each byte
///        256          states that `?` enters          257  the same, not on a colon
///        258          loops on any byte               259  the same, not on a colon
///        260          loops inside a scalar           261  live states
struct Automaton {
    private let words: AutomatonWords
    private let width: Int
    private var state = 0
    private var isErasing = false

    private enum Row {
        static let scalar = 256
        static let scalarInPart = 257
        static let loop = 258
        static let loopInPart = 259
        static let continuation = 260
        static let live = 261
        static let count = 262
    }

    /// Words for each word of states.
    static var rowCount: Int { Row.count }

    /// An automaton of so many states; nil where the working memory is too small, which it is only for patterns
    /// whose variables stand for thousands of bytes.
    init?(_ scratch: ScratchView, states: Int) {
        width = states / 64 + 1
        guard width * Row.count <= Scratch.automatonWords else { return nil }
        words = AutomatonWords(scratch)
    }

    private func set(_ row: Int, _ state: Int) {
        let index = row * width + state / 64
        words[index] = isErasing ? 0 : words[index] | 1 << UInt64(state % 64)
    }

    /// From now on, what was appended is taken back: the working memory is all zeros between two patterns, and
    /// clearing what was written is much less than clearing all.
    mutating func beginErasing() {
        state = 0
        isErasing = true
        for word in 0..<width { words[Row.live * width + word] = 0 }
    }

    mutating func append(_ symbol: PatternSymbol) {
        switch symbol {
        case .anyRun: set(Row.loop, state)
        case .anyRunInPart: set(Row.loopInPart, state)
        case .anyScalar, .anyScalarInPart:
            state += 1
            set(Row.continuation, state)
            set(symbol == .anyScalar ? Row.scalar : Row.scalarInPart, state)
        default:
            state += 1
            set(Int(symbol.byte), state)
        }
    }

    mutating func append(literal: ByteView) {
        for offset in 0..<literal.count {
            state += 1
            set(Int(literal[offset]), state)
        }
    }

    func accepts(_ text: ByteView) -> Bool {
        set(Row.live, 0)
        var (low, high) = (0, 0)
        for offset in 0..<text.count {
            step(text[offset], &low, &high)
            if low > high { return false }
        }
        return words[Row.live * width + state / 64] & (1 << UInt64(state % 64)) != 0
    }

    private func step(_ byte: UInt8, _ low: inout Int, _ high: inout Int) {
        let isPartEnd = byte == UInt8(ascii: ":")
        let isContinuation = byte.isUTF8Continuation
        let last = min(high + 1, width - 1)
        var carry: UInt64 = 0
        var (newLow, newHigh) = (width, -1)
        for word in low...last {
            let before = words[Row.live * width + word]
            var loops = words[Row.loop * width + word]
            var steps = words[Int(byte) * width + word]
            if !isPartEnd { loops |= words[Row.loopInPart * width + word] }
            if isContinuation {
                loops |= words[Row.continuation * width + word]
            } else {
                steps |= words[Row.scalar * width + word]
                if !isPartEnd { steps |= words[Row.scalarInPart * width + word] }
            }
            let after = (before << 1 | carry) & steps | before & loops
            carry = before >> 63
            words[Row.live * width + word] = after
            if after != 0 {
                newLow = min(newLow, word)
                newHigh = word
            }
        }
        (low, high) = (newLow, newHigh)
    }
}

/// The memory of an automaton: all zeros between two patterns.
@safe struct AutomatonWords {
    private let base: UnsafeMutablePointer<UInt64>

    init(_ scratch: ScratchView) {
        // INVARIANT: the scratch memory outlives every check.
        unsafe base = scratch.automatonBase
    }

    subscript(index: Int) -> UInt64 {
        @inline(__always) get {
            assert(index >= 0 && index < Scratch.automatonWords)
            // INVARIANT: rows and words of an automaton lie below its word count, which its initializer compares.
            return unsafe base[index]
        }
        @inline(__always) nonmutating set {
            assert(index >= 0 && index < Scratch.automatonWords)
            // INVARIANT: rows and words of an automaton lie below its word count, which its initializer compares.
            unsafe base[index] = newValue
        }
    }
}

/// A literal stretch of a pattern, put together in the memory that is otherwise the automaton's.
@safe struct StretchMemory {
    private let base: UnsafeMutablePointer<UInt8>
    private var count = 0
    /// Whether the text to search is too short for the stretch.
    private(set) var isLongerThanText = false
    /// Whether the stretch does not fit the memory.
    private(set) var isFull = false

    private static let byteCount = Scratch.automatonWords * 8

    init(_ scratch: ScratchView) {
        // INVARIANT: the automaton's words are bytes as well, and no automaton runs meanwhile.
        unsafe base = UnsafeMutableRawPointer(scratch.automatonBase).assumingMemoryBound(to: UInt8.self)
    }

    var text: ByteView {
        // INVARIANT: the first `count` bytes have been written.
        unsafe ByteView(start: base, count: count)
    }

    mutating func append(_ byte: UInt8, upTo textCount: Int) {
        guard hasRoom(1, textCount) else { return }
        // INVARIANT: there is room for the byte.
        unsafe base[count] = byte
        count += 1
    }

    mutating func append(_ bytes: ByteView, upTo textCount: Int) {
        guard hasRoom(bytes.count, textCount) else { return }
        for offset in 0..<bytes.count {
            // INVARIANT: there is room for all the bytes.
            unsafe base[count + offset] = bytes[offset]
        }
        count += bytes.count
    }

    private mutating func hasRoom(_ more: Int, _ textCount: Int) -> Bool {
        isLongerThanText = count + more > textCount
        isFull = count + more > Self.byteCount
        return !isLongerThanText && !isFull
    }

    /// Forgets the stretch and leaves zeros.
    mutating func clear() {
        // INVARIANT: so many bytes were written.
        unsafe base.update(repeating: 0, count: count)
        count = 0
    }
}
