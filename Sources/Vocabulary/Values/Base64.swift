/// Decoding of standard base64 with padding (RFC 4648, section 4), as `BinaryEquals` compares it (E16).
public enum Base64 {
    /// The bytes; nil for other characters, missing padding, or bits after the end.
    public static func decode(_ text: UTF8Text) -> [UInt8]? {
        var bytes: [UInt8] = []
        return forEachByte(of: text.bytes.span) { bytes.append($0) } ? bytes : nil
    }

    /// Gives each decoded byte in order; false for a text that is no base64, whatever was given before.
    public static func forEachByte(of text: Span<UInt8>, _ body: (UInt8) -> Void) -> Bool {
        guard text.count.isMultiple(of: 4) else { return false }
        var padding = 0
        while padding < 2, padding < text.count, text[text.count - 1 - padding] == UInt8(ascii: "=") {
            padding += 1
        }
        var bits: UInt32 = 0
        var bitCount = 0
        for index in 0..<(text.count - padding) {
            guard let value = value(of: text[index]) else { return false }
            bits = bits << 6 | UInt32(value)
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                body(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
            }
        }
        let leftover = bits & (1 << UInt32(bitCount) - 1)
        return leftover == 0 && bitCount == padding * 2
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
