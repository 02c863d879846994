import Vocabulary

extension [UInt8] {
    /// The length of the well-formed scalar of two to four bytes at `offset`; 0 where there is none.
    ///
    /// Overlong forms, encoded surrogates and values over U+10FFFF are not well-formed (Unicode, table 3-7).
    func utf8ScalarLength(at offset: Int) -> Int {
        let first = self[offset]
        let second: ClosedRange<UInt8>
        let length: Int
        switch first {
        case 0xC2...0xDF: (second, length) = (0x80...0xBF, 2)
        case 0xE0: (second, length) = (0xA0...0xBF, 3)
        case 0xED: (second, length) = (0x80...0x9F, 3)
        case 0xE1...0xEF: (second, length) = (0x80...0xBF, 3)
        case 0xF0: (second, length) = (0x90...0xBF, 4)
        case 0xF1...0xF3: (second, length) = (0x80...0xBF, 4)
        case 0xF4: (second, length) = (0x80...0x8F, 4)
        default: return 0
        }
        guard offset + length <= count, second.contains(self[offset + 1]) else { return 0 }
        for byte in self[(offset + 2)..<(offset + length)] where !byte.isUTF8Continuation { return 0 }
        return length
    }

    /// Whether all bytes together are UTF-8.
    public var isValidUTF8: Bool {
        var offset = 0
        while offset < count {
            let length = self[offset] < 0x80 ? 1 : utf8ScalarLength(at: offset)
            if length == 0 { return false }
            offset += length
        }
        return true
    }
}

extension UInt8 {
    var isJSONSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
}
