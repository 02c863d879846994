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

    private enum Row {
        static let scalar = 256
        static let scalarInPart = 257
        static let loop = 258
        static let loopInPart = 259
        static let continuation = 260
        static let live = 261
        static let count = 262
    }

    static func wordCount(states: Int) -> Int { (states / 64 + 1) * Row.count }

    init(words: AutomatonWords, states: Int) {
        self.words = words
        width = states / 64 + 1
        words.clear()
    }

    private func set(_ row: Int, _ state: Int) { words[row * width + state / 64] |= 1 << UInt64(state % 64) }

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
            set(Int(symbol.rawValue & 0xFF), state)
        }
    }

    mutating func append(literal: ByteView) {
        for offset in 0..<literal.count { append(PatternSymbol(rawValue: UInt16(literal[offset]))) }
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

/// The memory of an automaton.
@safe struct AutomatonWords {
    private let base: UnsafeMutablePointer<UInt64>
    private let count: Int

    /// Lends memory for so many states: the reader's own, or for patterns that expand beyond 4,000 symbols,
    /// which no policy within AWS's limits does, memory made for the occasion.
    static func with(_ scratch: ScratchView, states: Int, _ body: (AutomatonWords) -> Bool) -> Bool {
        let count = Automaton.wordCount(states: states)
        if count <= Scratch.automatonWords {
            // INVARIANT: the scratch memory has room for `automatonWords` words and outlives the closure.
            return body(unsafe AutomatonWords(base: scratch.automatonBase, count: count))
        }
        var words = [UInt64](repeating: 0, count: count)
        // INVARIANT: the array stays in place while the closure runs.
        return unsafe words.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.baseAddress.map { body(unsafe AutomatonWords(base: $0, count: count)) } ?? false
        }
    }

    private init(base: UnsafeMutablePointer<UInt64>, count: Int) {
        unsafe self.base = base
        self.count = count
    }

    subscript(index: Int) -> UInt64 {
        get {
            assert(index >= 0 && index < count)
            // INVARIANT: rows and words of an automaton lie below its word count.
            return unsafe base[index]
        }
        nonmutating set {
            assert(index >= 0 && index < count)
            // INVARIANT: rows and words of an automaton lie below its word count.
            unsafe base[index] = newValue
        }
    }

    func clear() {
        // INVARIANT: `count` words at `base` are writable.
        unsafe base.update(repeating: 0, count: count)
    }
}
