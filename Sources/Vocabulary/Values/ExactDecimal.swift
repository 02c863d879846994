/// A decimal number, compared exactly whatever its length (E13).
public struct ExactDecimal: Sendable, Hashable {
    /// The number as written.
    public let text: UTF8Text
    /// Where its digits stand, and what they are worth.
    public let shape: DecimalShape

    /// Reads a whole text, as ``DecimalShape/init(_:)`` does.
    public init?(_ text: UTF8Text) {
        guard let shape = DecimalShape(text.bytes.span) else { return nil }
        self.text = text
        self.shape = shape
    }

    /// The digits from the first to the last that is not zero, without a decimal point.
    public var significantDigits: UTF8Text {
        UTF8Text(text[shape.digits].bytes.filter { $0 != UInt8(ascii: ".") })
    }

    /// How this value stands to another.
    public func order(to other: Self) -> ValueOrder {
        shape.order(in: text.bytes.span, to: other.shape, in: other.text.bytes.span)
    }

    /// Equality of value: `1`, `1.0` and `10e-1` are equal.
    public static func == (lhs: Self, rhs: Self) -> Bool { lhs.order(to: rhs) == .same }

    /// Hashes the value.
    public func hash(into hasher: inout Hasher) {
        let digits = significantDigits
        hasher.combine(shape.isNegative && !digits.isEmpty)
        hasher.combine(shape.exponent)
        hasher.combine(digits)
    }
}
