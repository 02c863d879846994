/// Reproducible random choices: the same seed makes the same policies and requests on every machine.
package struct RandomSource: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    /// SplitMix64.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// True so many times of a hundred.
    package mutating func chance(_ percent: Int) -> Bool { next() % 100 < UInt64(percent) }

    /// A number of the range.
    package mutating func number(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    /// One of the choices, which must not be none.
    package mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
        choices[number(0...(choices.count - 1))]
    }

    /// The text with the case of one ASCII letter changed: a near miss where case counts.
    package mutating func caseChanged(_ text: String) -> String {
        var bytes = Array(text.utf8)
        guard !bytes.isEmpty else { return text }
        let index = number(0...(bytes.count - 1))
        if 0x41...0x5A ~= bytes[index] || 0x61...0x7A ~= bytes[index] { bytes[index] ^= 0x20 }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text, or something near it: a shared prefix with `*`, a stretch as `*`, one scalar as `?`, another
    /// case, a letter too many or too few.
    package mutating func pattern(near text: String) -> String {
        var letters = Array(text.unicodeScalars)
        let half = letters.count / 2
        switch number(0...14) {
        case 0...3: return text
        case 4...5: return Self.text(letters.prefix(number(half...letters.count))) + "*"
        case 6 where !letters.isEmpty:
            letters[number(half...letters.count) % letters.count] = "?"
            return Self.text(letters)
        case 7 where letters.count > 2:
            let cut = number(half...(letters.count - 1))
            return Self.text(letters[..<cut]) + "*" + Self.text(letters[(cut + 1)...])
        case 8: return caseChanged(text)
        case 9: return "*" + Self.text(letters.dropFirst(number(0...half)))
        case 10 where letters.count > 4:
            return Self.text(letters.prefix(2)) + "*" + Self.text(letters[half...(half + 1)]) + "*"
        case 11 where letters.count > 3:
            return Self.text(letters.prefix(1)) + "*?" + Self.text(letters.suffix(1))
        case 12: return Self.text(letters.dropLast())
        case 13 where letters.count > 1:
            // What stands before the star and what stands behind it overlap in the text, or just do not.
            let cut = number(1...letters.count)
            return Self.text(letters.prefix(cut)) + "*"
                + Self.text(letters.suffix(letters.count - cut + number(0...1)))
        default: return text + pick(["", "*", "x", "?", "**"])
        }
    }

    private static func text(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }

    /// One text or a list of them, as JSON; a single one with or without brackets (B2).
    package mutating func json(_ texts: [String]) -> String {
        let quoted = texts.map { JSONTree.quoted($0) }
        return quoted.count == 1 && chance(50) ? quoted[0] : "[" + quoted.joined(separator: ", ") + "]"
    }
}
