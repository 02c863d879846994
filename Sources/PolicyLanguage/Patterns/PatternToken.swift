/// One symbol of a pattern: a byte that stands for itself, or a wildcard.
public struct PatternToken: Sendable, Hashable {
    let rawValue: UInt16

    /// A byte that matches itself only.
    static func literal(_ byte: UInt8) -> PatternToken { PatternToken(rawValue: UInt16(byte)) }
    /// `?`: any one Unicode scalar (our choice; AWS says "character").
    static let anyScalar = PatternToken(rawValue: 0x100)
    /// `*`: any run of bytes, also an empty one.
    static let anyRun = PatternToken(rawValue: 0x101)
    /// `?` that stays inside its part of an ARN (D4).
    static let anyScalarInPart = PatternToken(rawValue: 0x102)
    /// `*` that stays inside its part of an ARN (D4).
    static let anyRunInPart = PatternToken(rawValue: 0x103)

    var isRun: Bool { self == .anyRun || self == .anyRunInPart }
    var isWildcard: Bool { rawValue > 0xFF }
    var literalByte: UInt8? { isWildcard ? nil : UInt8(truncatingIfNeeded: rawValue) }
}

extension PatternToken {
    /// What a token stands for.
    package enum Kind {
        case literal(UInt8)
        case anyScalar, anyRun, anyScalarInPart, anyRunInPart
    }

    /// What the token stands for.
    package var kind: Kind {
        switch self {
        case .anyScalar: .anyScalar
        case .anyRun: .anyRun
        case .anyScalarInPart: .anyScalarInPart
        case .anyRunInPart: .anyRunInPart
        default: .literal(UInt8(truncatingIfNeeded: rawValue))
        }
    }
}
