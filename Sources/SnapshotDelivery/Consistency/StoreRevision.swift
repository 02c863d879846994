/// A revision of the store that policies come from; it grows with every change there.
///
/// It is not ``Decision/revision``, which counts what one engine has published.
public struct StoreRevision: RawRepresentable, Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The store's own number.
    public let rawValue: UInt64

    /// The revision with the store's own number.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The revision with the store's own number.
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }

    /// Older before newer.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }

    /// The number.
    public var description: String { String(rawValue) }
}
