public import Vocabulary

/// A decimal number, compared exactly whatever its length (E13).
///
/// The value is `0.d1d2d3… × 10^exponent` with `d1` and the last digit not zero; zero has no digits.
public struct ExactDecimal: Sendable, Hashable {
    private let isNegative: Bool
    private let exponent: Int
    private let digits: ArraySlice<UInt8>

    /// Reads a whole text: an optional minus, digits, an optional fraction, an optional exponent.
    ///
    /// `NaN`, `inf`, hexadecimal, a leading plus, spaces and more than ``Limits/decimalDigitsMax`` digits
    /// are refused.
    public init?(_ text: UTF8Text) {
        var scanner = ByteScanner(text)
        isNegative = scanner.take(UInt8(ascii: "-"))
        let whole = scanner.takeDigits()
        var fraction: ArraySlice<UInt8> = []
        if scanner.take(UInt8(ascii: ".")) {
            fraction = scanner.takeDigits()
            if fraction.isEmpty { return nil }
        }
        var power = 0
        if scanner.take(UInt8(ascii: "e")) || scanner.take(UInt8(ascii: "E")) {
            let isPowerNegative = scanner.take(UInt8(ascii: "-"))
            if !isPowerNegative { _ = scanner.take(UInt8(ascii: "+")) }
            let powerDigits = scanner.takeDigits()
            guard !powerDigits.isEmpty, powerDigits.count <= 4 else { return nil }
            power = powerDigits.reduce(0) { $0 * 10 + Int($1 & 0x0F) }
            if isPowerNegative { power = -power }
        }
        guard scanner.isAtEnd, !whole.isEmpty, whole.count + fraction.count <= Limits.decimalDigitsMax,
            abs(power) <= Limits.decimalDigitsMax
        else { return nil }

        let all = Array(whole) + Array(fraction)
        let leadingZeros = all.prefix { $0 == UInt8(ascii: "0") }.count
        let trailingZeros = all.reversed().prefix { $0 == UInt8(ascii: "0") }.count
        if leadingZeros == all.count {
            (digits, exponent) = ([], 0)
        } else {
            digits = all[leadingZeros..<(all.count - trailingZeros)]
            exponent = whole.count - leadingZeros + power
        }
    }

    private var sign: Int { digits.isEmpty ? 0 : isNegative ? -1 : 1 }

    /// Equality of value: `1`, `1.0` and `10e-1` are equal.
    public static func == (lhs: Self, rhs: Self) -> Bool { lhs.order(to: rhs) == .same }

    /// Hashes the value.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(sign)
        hasher.combine(exponent)
        hasher.combine(Array(digits))
    }

    /// How this value stands to another.
    public func order(to other: Self) -> ValueOrder {
        if sign != other.sign { return sign < other.sign ? .less : .greater }
        let magnitude = compareMagnitude(to: other)
        return sign < 0 ? magnitude.reversed : magnitude
    }

    private func compareMagnitude(to other: Self) -> ValueOrder {
        if exponent != other.exponent { return exponent < other.exponent ? .less : .greater }
        if digits.lexicographicallyPrecedes(other.digits) { return .less }
        return other.digits.lexicographicallyPrecedes(digits) ? .greater : .same
    }
}

/// How one value stands to another.
public enum ValueOrder: Sendable {
    case less, same, greater

    var reversed: ValueOrder {
        switch self {
        case .less: .greater
        case .same: .same
        case .greater: .less
        }
    }
}
