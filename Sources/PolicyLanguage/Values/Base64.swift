public import Vocabulary

/// Decoding of standard base64 with padding (RFC 4648, section 4), as `BinaryEquals` compares it (E16).
public enum Base64 {
    /// The bytes; nil for other characters, missing padding, or bits after the end.
    public static func decode(_ text: UTF8Text) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        let padding = text.bytes.suffix(2).filter { $0 == UInt8(ascii: "=") }.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var bits: UInt32 = 0
        var bitCount = 0
        for byte in text.bytes.dropLast(padding) {
            guard let value = value(of: byte) else { return nil }
            bits = bits << 6 | UInt32(value)
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
            }
        }
        let leftover = bits & (1 << UInt32(bitCount) - 1)
        return leftover == 0 && bitCount == padding * 2 ? bytes : nil
    }

    private static func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
