/// A position in bytes that are read from their start.
///
/// The bytes are passed to each call, so that neither plane copies them.
struct ByteScanner {
    private(set) var offset = 0

    func isAtEnd(of bytes: Span<UInt8>) -> Bool { offset == bytes.count }

    /// Steps over `byte` if it is next.
    mutating func take(_ byte: UInt8, in bytes: Span<UInt8>) -> Bool {
        guard offset < bytes.count, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    /// Steps over the digits that are next, and says where they stand.
    mutating func takeDigits(in bytes: Span<UInt8>) -> Range<Int> {
        let start = offset
        while offset < bytes.count, bytes[offset].isASCIIDigit { offset += 1 }
        return start..<offset
    }

    /// Steps over exactly `count` digits and gives their value.
    mutating func takeNumber(digits count: Int, in bytes: Span<UInt8>) -> Int? {
        guard offset + count <= bytes.count else { return nil }
        var value = 0
        for index in offset..<(offset + count) {
            guard bytes[index].isASCIIDigit else { return nil }
            value = value * 10 + Int(bytes[index] & 0x0F)
        }
        offset += count
        return value
    }
}
