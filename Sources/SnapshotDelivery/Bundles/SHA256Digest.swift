import COpenSSL

/// The SHA-256 of some bytes.
public struct SHA256Digest: Sendable, Hashable, CustomStringConvertible {
    /// Its 32 bytes.
    public let bytes: [UInt8]

    /// The digest of these bytes.
    ///
    /// O(n).
    public init(of bytes: [UInt8]) { self.bytes = Cryptography.digest(bytes) }

    /// A digest that was computed elsewhere; nil unless there are 32 bytes.
    init?(bytes: ArraySlice<UInt8>) {
        guard bytes.count == 32 else { return nil }
        self.bytes = Array(bytes)
    }

    /// A digest in lower-case hexadecimal; nil unless it has 64 digits.
    public init?(_ text: String) {
        guard let bytes = [UInt8](hexadecimal: text), bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// In lower-case hexadecimal.
    public var description: String { bytes.hexadecimal }
}

extension Sequence<UInt8> {
    /// Two lower-case digits a byte.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        let text = flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}

extension [UInt8] {
    /// Bytes of two lower-case digits each; nil for anything else.
    init?(hexadecimal text: String) {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        self = []
        reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.value(digits[index]), let low = Self.value(digits[index + 1]) else {
                return nil
            }
            append(high << 4 | low)
        }
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
