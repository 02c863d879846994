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
        var seen = SIMD16<UInt8>.zero
        var offset = 0
        // INVARIANT: each load ends at or before the end of the buffer, which lives until the closure returns.
        unsafe text.withUnsafeBytes { bytes in
            while offset + 16 <= bytes.count {
                seen |= marks(unsafe bytes.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self))
                offset += 16
            }
        }
        if offset < text.count {
            var last = SIMD16<UInt8>(repeating: UInt8(ascii: " "))
            for index in offset..<text.count { last[index - offset] = text[index] }
            seen |= marks(last)
        }
        var all: UInt8 = 0
        for lane in 0..<16 { all |= seen[lane] }
        return Findings(rawValue: all)
    }

    @inline(__always)
    private static func marks(_ bytes: SIMD16<UInt8>) -> SIMD16<UInt8> {
        let none = SIMD16<UInt8>.zero
        let isTab = bytes .== 0x09
        let isControl = (bytes .< 0x20 .| bytes .== 0x7F) .& .!isTab
        return none.replacing(with: Findings.control.rawValue, where: isControl)
            | none.replacing(with: Findings.tab.rawValue, where: isTab)
            | none.replacing(with: Findings.wide.rawValue, where: bytes .>= 0x80)
    }
}
