/// Where the digits of a decimal number stand in its text, and what they are worth (E13).
///
/// The value is `0.d1d2d3… × 10^exponent`, where `d1` and the last digit are not zero; zero has no digits.
/// A shape refers to its text, so that numbers are compared without copying a digit.
public struct DecimalShape: Sendable, Hashable {
    /// Whether a minus stands before the number.
    public let isNegative: Bool
    /// The power of ten.
    public let exponent: Int
    /// From the first to the last digit that is not zero; a decimal point may stand in between.
    public let digits: Range<Int>

    /// Takes the parts of a number whose text is written without a decimal point.
    public init(isNegative: Bool, exponent: Int, digits: Range<Int>) {
        self.isNegative = isNegative
        self.exponent = exponent
        self.digits = digits
    }

    /// Reads a whole text: an optional minus, digits, an optional fraction, an optional exponent.
    ///
    /// `NaN`, `inf`, hexadecimal, a leading plus, spaces and more than ``Limits/decimalDigitsMax`` digits
    /// are refused.
    public init?(_ text: Span<UInt8>) {
        var scanner = ByteScanner()
        isNegative = scanner.take(UInt8(ascii: "-"), in: text)
        let whole = scanner.takeDigits(in: text)
        var fraction = whole.upperBound..<whole.upperBound
        if scanner.take(UInt8(ascii: "."), in: text) {
            fraction = scanner.takeDigits(in: text)
            if fraction.isEmpty { return nil }
        }
        guard let power = Self.power(&scanner, text), scanner.isAtEnd(of: text), !whole.isEmpty,
            whole.count + fraction.count <= Limits.decimalDigitsMax
        else { return nil }

        var (first, last) = (whole.lowerBound, max(whole.upperBound, fraction.upperBound) - 1)
        while first <= last, text[first] == UInt8(ascii: "0") || text[first] == UInt8(ascii: ".") {
            first += 1
        }
        while last >= first, text[last] == UInt8(ascii: "0") || text[last] == UInt8(ascii: ".") { last -= 1 }
        digits = first..<max(first, last + 1)
        if digits.isEmpty {
            exponent = 0
        } else if first < whole.upperBound {
            exponent = whole.upperBound - first + power
        } else {
            exponent = fraction.lowerBound - first + power
        }
    }

    private static func power(_ scanner: inout ByteScanner, _ text: Span<UInt8>) -> Int? {
        guard scanner.take(UInt8(ascii: "e"), in: text) || scanner.take(UInt8(ascii: "E"), in: text) else {
            return 0
        }
        let isNegative = scanner.take(UInt8(ascii: "-"), in: text)
        if !isNegative { _ = scanner.take(UInt8(ascii: "+"), in: text) }
        let digits = scanner.takeDigits(in: text)
        guard 1...4 ~= digits.count else { return nil }
        let power = digits.reduce(0) { $0 * 10 + Int(text[$1] & 0x0F) }
        return power > Limits.decimalDigitsMax ? nil : isNegative ? -power : power
    }

    private var sign: Int { digits.isEmpty ? 0 : isNegative ? -1 : 1 }

    /// How this value stands to another, each with its text.
    public func order(in text: Span<UInt8>, to other: DecimalShape, in otherText: Span<UInt8>) -> ValueOrder {
        if sign != other.sign { return sign < other.sign ? .less : .greater }
        let magnitude = magnitude(in: text, to: other, in: otherText)
        return sign < 0 ? magnitude.reversed : magnitude
    }

    private func magnitude(in text: Span<UInt8>, to other: DecimalShape, in otherText: Span<UInt8>)
        -> ValueOrder
    {
        if exponent != other.exponent { return exponent < other.exponent ? .less : .greater }
        var (left, right) = (digits.lowerBound, other.digits.lowerBound)
        while left < digits.upperBound, right < other.digits.upperBound {
            if text[left] == UInt8(ascii: ".") {
                left += 1
            } else if otherText[right] == UInt8(ascii: ".") {
                right += 1
            } else if text[left] != otherText[right] {
                return text[left] < otherText[right] ? .less : .greater
            } else {
                left += 1
                right += 1
            }
        }
        if left < digits.upperBound { return .greater }
        return right < other.digits.upperBound ? .less : .same
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
