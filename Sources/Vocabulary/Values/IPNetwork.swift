/// An IPv4 or IPv6 address block, or one address as the smallest block (E17).
public struct IPNetwork: Sendable, Hashable {
    /// The two families, which never match each other.
    public enum Family: Sendable, Hashable {
        case v4, v6

        var bits: Int { self == .v4 ? 32 : 128 }
    }

    /// IPv4 or IPv6.
    public let family: Family
    /// The address, an IPv4 one in the low 32 bits; bits after the prefix are zero.
    public let address: UInt128
    /// Leading bits that count: 0–32 or 0–128.
    public let prefixLength: Int

    /// Reads an address or a block such as `10.0.0.0/8`, `2001:db8::/32`.
    ///
    /// A missing prefix is the longest.
    ///
    /// Only the full dotted form without leading zeros is IPv4; zones, hexadecimal octets and signs are refused.
    public init?(_ text: Span<UInt8>) {
        var slash = 0
        while slash < text.count, text[slash] != UInt8(ascii: "/") { slash += 1 }
        let parsed: (Family, UInt128)
        if let v4 = Self.v4(text, 0..<slash) {
            parsed = (.v4, UInt128(v4))
        } else if let v6 = Self.v6(text, 0..<slash) {
            parsed = (.v6, v6)
        } else {
            return nil
        }
        var prefix = parsed.0.bits
        if slash < text.count {
            guard let value = Self.number(text, (slash + 1)..<text.count), value <= prefix else { return nil }
            prefix = value
        }
        self.init(family: parsed.0, address: parsed.1, prefixLength: prefix)
    }

    /// Reads a text, as the other initializer reads bytes.
    public init?(_ text: UTF8Text) { self.init(text.bytes.span) }

    /// Takes a block as its parts; bits of the address after the prefix are dropped.
    public init(family: Family, address: UInt128, prefixLength: Int) {
        self.family = family
        self.prefixLength = prefixLength
        let hostBits = family.bits - prefixLength
        self.address = hostBits == 128 ? 0 : (address >> UInt128(hostBits)) << UInt128(hostBits)
    }

    /// The IPv4 block behind an IPv4-mapped IPv6 one (`::ffff:0:0/96`); itself otherwise.
    public var unmapped: IPNetwork {
        guard family == .v6, prefixLength >= 96, address >> 32 == 0xFFFF else { return self }
        return IPNetwork(family: .v4, address: address & 0xFFFF_FFFF, prefixLength: prefixLength - 96)
    }

    /// Whether every address of `other` lies in this block.
    public func contains(_ other: IPNetwork) -> Bool {
        guard family == other.family, prefixLength <= other.prefixLength else { return false }
        let hostBits = family.bits - prefixLength
        return hostBits == 128 || address >> UInt128(hostBits) == other.address >> UInt128(hostBits)
    }

    /// One to three digits without a leading zero.
    private static func number(_ text: Span<UInt8>, _ range: Range<Int>) -> Int? {
        guard 1...3 ~= range.count, range.count == 1 || text[range.lowerBound] != UInt8(ascii: "0") else {
            return nil
        }
        var value = 0
        for index in range {
            guard text[index].isASCIIDigit else { return nil }
            value = value * 10 + Int(text[index] & 0x0F)
        }
        return value
    }

    private static func v4(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt32? {
        var address: UInt32 = 0
        var start = range.lowerBound
        for octet in 0..<4 {
            var end = start
            while end < range.upperBound, text[end] != UInt8(ascii: ".") { end += 1 }
            guard let value = number(text, start..<end), value <= 255,
                (end == range.upperBound) == (octet == 3)
            else {
                return nil
            }
            address = address << 8 | UInt32(value)
            start = end + 1
        }
        return address
    }

    private static func v6(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt128? {
        guard 2...45 ~= range.count else { return nil }
        var groups = GroupList()
        var cursor = range.lowerBound
        if text[cursor] == UInt8(ascii: ":") {
            guard text[cursor + 1] == UInt8(ascii: ":") else { return nil }
            groups.markGap()
            cursor += 2
        }
        while cursor < range.upperBound {
            var end = cursor
            while end < range.upperBound, text[end] != UInt8(ascii: ":") { end += 1 }
            if end == range.upperBound, let v4 = v4(text, cursor..<end) {
                guard groups.append(UInt16(v4 >> 16)), groups.append(UInt16(truncatingIfNeeded: v4)) else {
                    return nil
                }
                break
            }
            guard let value = hexGroup(text, cursor..<end), groups.append(value) else { return nil }
            if end == range.upperBound { break }
            cursor = end + 1
            if cursor == range.upperBound { return nil }
            if text[cursor] == UInt8(ascii: ":") {
                guard groups.markGap() else { return nil }
                cursor += 1
            }
        }
        return groups.address
    }

    private static func hexGroup(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt16? {
        guard 1...4 ~= range.count else { return nil }
        var value: UInt16 = 0
        for index in range {
            guard let digit = text[index].hexDigitValue else { return nil }
            value = value << 4 | UInt16(digit)
        }
        return value
    }

    /// Up to eight groups of an IPv6 address, with the place of `::`.
    private struct GroupList {
        private var high: UInt128 = 0
        private var low: UInt128 = 0
        private var highCount = 0
        private var lowCount = 0
        private var hasGap = false

        @discardableResult mutating func markGap() -> Bool {
            defer { hasGap = true }
            return !hasGap
        }

        mutating func append(_ group: UInt16) -> Bool {
            guard highCount + lowCount < 8 else { return false }
            if hasGap {
                low = low << 16 | UInt128(group)
                lowCount += 1
            } else {
                high = high << 16 | UInt128(group)
                highCount += 1
            }
            return true
        }

        /// The address; `::` stands for one group of zeros at least.
        var address: UInt128? {
            guard hasGap else { return highCount == 8 ? high : nil }
            guard highCount + lowCount < 8 else { return nil }
            return highCount == 0 ? low : high << UInt128(16 * (8 - highCount)) | low
        }
    }
}
