/// An account, named by its twelve digits.
public struct AccountID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The digits as text.
    public let text: UTF8Text

    /// Takes any text.
    ///
    /// Border code checks ``isWellFormed``; matching compares bytes.
    public init(unchecked text: UTF8Text) { self.text = text }

    /// An account id of exactly twelve digits, or nil.
    public init?(_ text: UTF8Text) {
        guard Self.isWellFormed(text) else { return nil }
        self.text = text
    }

    /// Whether the text is exactly twelve digits.
    public static func isWellFormed(_ text: UTF8Text) -> Bool {
        text.count == 12 && text.bytes.allSatisfy(\.isASCIIDigit)
    }

    /// Order of the digits.
    public static func < (lhs: AccountID, rhs: AccountID) -> Bool { lhs.text < rhs.text }

    /// The digits.
    public var description: String { text.description }
}
