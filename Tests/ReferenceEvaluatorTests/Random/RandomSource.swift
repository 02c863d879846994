/// Reproducible random choices: the same seed makes the same policies and requests on every machine.
struct RandomSource: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// True so many times of a hundred.
    mutating func chance(_ percent: Int) -> Bool { next() % 100 < UInt64(percent) }

    /// A number of the range.
    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    /// One of the choices, which must not be none.
    mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
        choices[number(0...(choices.count - 1))]
    }

    /// The text with the case of one letter changed: a near miss where case counts.
    mutating func caseChanged(_ text: String) -> String {
        var letters = Array(text)
        let index = number(0...max(0, letters.count - 1))
        guard !letters.isEmpty, letters[index].isASCII, letters[index].isLetter else { return text }
        let letter = letters[index]
        letters[index] = Character(letter.isLowercase ? letter.uppercased() : letter.lowercased())
        return String(letters)
    }

    /// The text, or something near it: a shared prefix with `*`, one character as `?`, another case.
    mutating func pattern(near text: String) -> String {
        var letters = Array(text)
        switch number(0...9) {
        case 0...2: return text
        case 3...5:
            return String(letters.prefix(number((letters.count / 2)...letters.count))) + "*"
        case 6 where !letters.isEmpty:
            letters[number((letters.count / 2)...letters.count) % letters.count] = "?"
            return String(letters)
        case 7 where letters.count > 2:
            let cut = number((letters.count / 2)...(letters.count - 1))
            return String(letters[..<cut]) + "*" + String(letters[(cut + 1)...])
        case 8: return caseChanged(text)
        default: return text + pick(["", "*", "x", "?"])
        }
    }

    /// One text or a list of them, as JSON; a single one with or without brackets (B2).
    mutating func json(_ texts: [String]) -> String {
        let quoted = texts.map { #""\#($0)""# }
        return quoted.count == 1 && chance(50) ? quoted[0] : "[" + quoted.joined(separator: ", ") + "]"
    }
}
