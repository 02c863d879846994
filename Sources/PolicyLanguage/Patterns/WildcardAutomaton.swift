import Vocabulary

/// A pattern as a nondeterministic automaton whose states are bits, all advanced at once.
///
/// State `i` means that the first `i` symbols (runs left out) have matched. A run between two symbols is a
/// loop on the state between them. `?` steps on the first byte of a scalar and loops on the rest.
///
///     a*b?      states  0 ──a──► 1 ──b──► 2 ──?──► 3
///                                ⟲ any            ⟲ continuation bytes
///
/// Backtracking cannot occur, so no pattern is slow: one pass over the text, one step a word of 64 states,
/// and only over the words that hold live states.
struct WildcardAutomaton {
    private let wordCount: Int
    private let lastState: Int
    /// For each byte, the states that a literal enters on it; `wordCount` words a byte.
    private var enters: [UInt64]
    private var entersOnScalar: [UInt64]
    private var entersOnScalarInPart: [UInt64]
    private var loopsOnAny: [UInt64]
    private var loopsInPart: [UInt64]
    private var loopsOnContinuation: [UInt64]
    private var live: [UInt64]

    init(_ tokens: [PatternToken]) {
        lastState = tokens.reduce(0) { $1.isRun ? $0 : $0 + 1 }
        wordCount = lastState / 64 + 1
        enters = Array(repeating: 0, count: 256 * wordCount)
        loopsOnAny = Array(repeating: 0, count: wordCount)
        entersOnScalar = loopsOnAny
        entersOnScalarInPart = loopsOnAny
        loopsInPart = loopsOnAny
        loopsOnContinuation = loopsOnAny
        live = loopsOnAny
        live[0] = 1
        var state = 0
        for token in tokens {
            if token == .anyRun {
                set(state, in: &loopsOnAny)
            } else if token == .anyRunInPart {
                set(state, in: &loopsInPart)
            } else {
                state += 1
                addStep(token, to: state)
            }
        }
    }

    private func set(_ state: Int, in words: inout [UInt64]) { words[state / 64] |= 1 << UInt64(state % 64) }

    private mutating func addStep(_ token: PatternToken, to state: Int) {
        if let byte = token.literalByte {
            enters[Int(byte) * wordCount + state / 64] |= 1 << UInt64(state % 64)
            return
        }
        set(state, in: &loopsOnContinuation)
        if token == .anyScalar {
            set(state, in: &entersOnScalar)
        } else {
            set(state, in: &entersOnScalarInPart)
        }
    }

    mutating func accepts(_ text: UTF8Text) -> Bool {
        var (low, high) = (0, 0)
        for byte in text.bytes {
            step(byte, &low, &high)
            if low > high { return false }
        }
        return live[lastState / 64] & (1 << UInt64(lastState % 64)) != 0
    }

    /// Advances every live state over one byte; `low...high` are the words that may hold live states.
    private mutating func step(_ byte: UInt8, _ low: inout Int, _ high: inout Int) {
        let row = Int(byte) * wordCount
        let last = min(high + 1, wordCount - 1)
        let isPartEnd = byte == UInt8(ascii: ":")
        let isContinuation = byte.isUTF8Continuation
        var carry: UInt64 = 0
        var (newLow, newHigh) = (wordCount, -1)
        var word = low
        while word <= last {
            let before = live[word]
            var loops = loopsOnAny[word]
            var steps = enters[row + word]
            if !isPartEnd { loops |= loopsInPart[word] }
            if isContinuation {
                loops |= loopsOnContinuation[word]
            } else {
                steps |= entersOnScalar[word]
                if !isPartEnd { steps |= entersOnScalarInPart[word] }
            }
            let after = (before << 1 | carry) & steps | before & loops
            carry = before >> 63
            live[word] = after
            if after != 0 {
                newLow = min(newLow, word)
                newHigh = word
            }
            word += 1
        }
        (low, high) = (newLow, newHigh)
    }
}
