import Glibc

/// Work on whole runs of bytes, which in single steps would cost more than deciding: all that this room does with
/// addresses, apart from the calls of OpenSSL.
enum ByteScan {
    /// Whether two runs hold the same bytes.
    static func areEqual(_ one: Span<UInt8>, _ other: Span<UInt8>) -> Bool {
        guard one.count == other.count else { return false }
        // INVARIANT: both buffers live until the closures return, and have as many bytes as are compared.
        return unsafe one.withUnsafeBytes { left in
            unsafe other.withUnsafeBytes { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return true }
                return unsafe memcmp(left, right, one.count) == 0
            }
        }
    }

    /// Whether a run holds the bytes of an array.
    static func areEqual(_ one: Span<UInt8>, _ other: [UInt8]) -> Bool { areEqual(one, other.span) }

    /// Appends a run of bytes.
    static func append(_ text: borrowing Span<UInt8>, to bytes: inout [UInt8]) {
        // INVARIANT: the buffer lives until the closure returns, which copies it.
        unsafe text.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    }

    /// Copies a run of bytes into an array that has room for it from an offset on; false where it has not.
    static func copy(_ text: borrowing Span<UInt8>, to bytes: inout [UInt8], at offset: Int) -> Bool {
        let count = text.count
        guard offset >= 0, count <= bytes.count - offset else { return false }
        // INVARIANT: both buffers live until the closures return, and there is room for what is copied.
        unsafe text.withUnsafeBytes { source in
            unsafe bytes.withUnsafeMutableBytes { target in
                guard let source = source.baseAddress, let target = target.baseAddress else { return }
                unsafe memcpy(target + offset, source, count)
            }
        }
        return true
    }

    /// Whether every byte is one of a set.
    static func isMade(_ text: Span<UInt8>, of set: ByteSet) -> Bool {
        var isMade = true
        // INVARIANT: the index stays in the buffer, which lives until the closure returns.
        unsafe text.withUnsafeBytes { bytes in
            for index in 0..<bytes.count { isMade = set.contains(unsafe bytes[index]) && isMade }
        }
        return isMade
    }

    /// A hash of what a table of 256 bytes makes of each byte; nil where it makes zero of one.
    static func hash(_ text: Span<UInt8>, _ table: Span<UInt8>) -> UInt32? {
        guard table.count == 256 else { return nil }
        var hash: UInt32 = 0
        var isKnown = true
        // INVARIANT: both buffers live until the closures return, the index stays in one, and a byte in the other.
        unsafe text.withUnsafeBytes { bytes in
            unsafe table.withUnsafeBytes { table in
                for index in 0..<bytes.count {
                    let folded = unsafe table[Int(bytes[index])]
                    isKnown = isKnown && folded != 0
                    // Two cycles a byte, where a multiplication costs twice as many.
                    hash = (hash << 5 | hash >> 27) ^ UInt32(folded)
                }
            }
        }
        return isKnown ? hash : nil
    }

    /// Which bytes of a header's value are unusual.
    struct Findings: OptionSet {
        let rawValue: UInt8
        /// A control character other than a tab.
        static let control = Findings(rawValue: 1)
        /// A tab.
        static let tab = Findings(rawValue: 2)
        /// A byte beyond ASCII.
        static let wide = Findings(rawValue: 4)
    }

    /// Looks for unusual bytes.
    static func findings(in text: Span<UInt8>) -> Findings {
        isPlain(text) ? [] : slowFindings(in: text)
    }

    /// Whether every byte is printable ASCII or a space, eight bytes at a time.
    private static func isPlain(_ text: Span<UInt8>) -> Bool {
        var offset = 0
        var unusual: UInt64 = 0
        // INVARIANT: each load ends at or before the end of the buffer, which lives until the closure returns.
        unsafe text.withUnsafeBytes { bytes in
            let end = bytes.count & ~7
            while offset < end {
                unusual |= marks(unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                offset &+= 8
            }
        }
        while offset < text.count {
            let byte = text[offset]
            if byte < 0x20 || byte >= 0x7F { return false }
            offset += 1
        }
        return unusual == 0
    }

    /// Not zero where some byte is below 0x20 or above 0x7E.
    @inline(__always)
    private static func marks(_ word: UInt64) -> UInt64 {
        let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
        let delete = word ^ (ones &* 0x7F)
        return (word | (word &- ones &* 0x20) & ~word | (delete &- ones) & ~delete) & highs
    }

    private static func slowFindings(in text: Span<UInt8>) -> Findings {
        var findings: Findings = []
        for index in text.indices {
            switch text[index] {
            case 0x09: findings.insert(.tab)
            case 0x00..<0x20, 0x7F: findings.insert(.control)
            case 0x80...: findings.insert(.wide)
            default: break
            }
        }
        return findings
    }
}
