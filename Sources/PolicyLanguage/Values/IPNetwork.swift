public import Vocabulary

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
    public init?(_ text: UTF8Text) {
        let slash = text.firstOffset(of: UInt8(ascii: "/"))
        let addressText = text[0..<(slash ?? text.count)]
        let parsed: (Family, UInt128)
        if let v4 = Self.v4(addressText) {
            parsed = (.v4, UInt128(v4))
        } else if let v6 = Self.v6(addressText) {
            parsed = (.v6, v6)
        } else {
            return nil
        }
        var prefix = parsed.0.bits
        if let slash {
            guard let value = Self.prefixLength(text.dropFirst(slash + 1)), value <= prefix else {
                return nil
            }
            prefix = value
        }
        self.init(family: parsed.0, address: parsed.1, prefixLength: prefix)
    }

    private init(family: Family, address: UInt128, prefixLength: Int) {
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

    private static func prefixLength(_ text: UTF8Text) -> Int? {
        guard 1...3 ~= text.count, text.bytes.allSatisfy(\.isASCIIDigit),
            text.count == 1 || text[0] != UInt8(ascii: "0")
        else { return nil }
        return text.bytes.reduce(0) { $0 * 10 + Int($1 & 0x0F) }
    }

    private static func v4(_ text: UTF8Text) -> UInt32? {
        let octets = text.bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard octets.count == 4 else { return nil }
        var address: UInt32 = 0
        for octet in octets {
            guard let value = prefixLength(UTF8Text(octet)), value <= 255 else { return nil }
            address = address << 8 | UInt32(value)
        }
        return address
    }

    private static func v6(_ text: UTF8Text) -> UInt128? {
        guard 2...45 ~= text.count else { return nil }
        var groups: [UInt16] = []
        var gap: Int?
        var rest = text.bytes
        if rest.starts(with: [0x3A, 0x3A]) {
            gap = 0
            rest = rest.dropFirst(2)
        }
        while !rest.isEmpty {
            let group = rest.prefix { $0 != UInt8(ascii: ":") }
            if group.count == rest.count, group.contains(UInt8(ascii: ".")) {
                guard let v4 = v4(UTF8Text(group)) else { return nil }
                groups += [UInt16(v4 >> 16), UInt16(truncatingIfNeeded: v4)]
                break
            }
            guard let value = hexGroup(group) else { return nil }
            groups.append(value)
            rest = rest.dropFirst(group.count)
            if rest.isEmpty { break }
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: ":") {
                guard gap == nil else { return nil }
                gap = groups.count
                rest = rest.dropFirst()
            } else if rest.isEmpty {
                return nil
            }
        }
        return assemble(groups, gap: gap)
    }

    private static func hexGroup(_ digits: ArraySlice<UInt8>) -> UInt16? {
        guard 1...4 ~= digits.count else { return nil }
        var value: UInt16 = 0
        for digit in digits {
            guard let digit = digit.hexDigitValue else { return nil }
            value = value << 4 | UInt16(digit)
        }
        return value
    }

    private static func assemble(_ groups: [UInt16], gap: Int?) -> UInt128? {
        var all = groups
        if let gap {
            guard groups.count < 8 else { return nil }
            all.insert(contentsOf: Array(repeating: 0, count: 8 - groups.count), at: gap)
        }
        guard all.count == 8 else { return nil }
        return all.reduce(0) { $0 << 16 | UInt128($1) }
    }
}
