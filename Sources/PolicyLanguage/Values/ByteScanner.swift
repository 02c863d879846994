import Vocabulary

/// Reads a text from its start, byte by byte.
struct ByteScanner {
    private var rest: ArraySlice<UInt8>

    init(_ text: UTF8Text) { rest = text.bytes }

    var isAtEnd: Bool { rest.isEmpty }

    /// Steps over `byte` if it is next.
    mutating func take(_ byte: UInt8) -> Bool {
        guard rest.first == byte else { return false }
        rest.removeFirst()
        return true
    }

    /// Steps over the digits that are next.
    mutating func takeDigits() -> ArraySlice<UInt8> {
        let digits = rest.prefix(while: \.isASCIIDigit)
        rest.removeFirst(digits.count)
        return digits
    }

    /// Steps over exactly `count` digits and gives their value.
    mutating func takeNumber(digits count: Int) -> Int? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy(\.isASCIIDigit) else { return nil }
        rest.removeFirst(count)
        return digits.reduce(0) { $0 * 10 + Int($1 & 0x0F) }
    }
}
