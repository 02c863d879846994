/// ASCII case folding and byte classes.
///
/// Only `A`–`Z` fold (D1, E12): full Unicode folding would make the Kelvin sign a `k`.
extension UInt8 {
    /// The lower-case letter of `A`–`Z`; every other byte unchanged.
    @inlinable public var asciiLowercased: UInt8 {
        self &- 0x41 < 26 ? self | 0x20 : self
    }

    /// Whether the byte is `0`–`9`.
    @inlinable public var isASCIIDigit: Bool { self &- 0x30 < 10 }

    /// Whether the byte is `a`–`z` or `A`–`Z`.
    @inlinable public var isASCIILetter: Bool { (self | 0x20) &- 0x61 < 26 }

    /// Whether the byte is a control character, U+0000–U+001F or U+007F.
    @inlinable public var isASCIIControl: Bool { self < 0x20 || self == 0x7F }

    /// Whether the byte continues a scalar that an earlier byte began.
    @inlinable public var isUTF8Continuation: Bool { self & 0xC0 == 0x80 }

    /// The value of `0`–`9`, `a`–`f`, `A`–`F`.
    public var hexDigitValue: UInt8? {
        if isASCIIDigit { return self & 0x0F }
        let letter = asciiLowercased &- UInt8(ascii: "a")
        return letter < 6 ? letter + 10 : nil
    }
}

extension UTF8Text {
    /// The text with `A`–`Z` folded to lower case.
    ///
    /// O(n); no copy where nothing folds.
    public var asciiLowercased: UTF8Text {
        bytes.contains { $0.asciiLowercased != $0 } ? UTF8Text(bytes.map(\.asciiLowercased)) : self
    }

    /// Equality that ignores the case of ASCII letters.
    public func equalsIgnoringASCIICase(_ other: UTF8Text) -> Bool {
        count == other.count
            && zip(bytes, other.bytes).allSatisfy { $0.asciiLowercased == $1.asciiLowercased }
    }

    /// Whether some byte is a control character.
    public var containsControlCharacter: Bool { bytes.contains(where: \.isASCIIControl) }
}
