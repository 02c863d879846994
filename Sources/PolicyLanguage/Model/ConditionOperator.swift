public import Vocabulary

/// A condition operator with its set qualifier and `IfExists` (E1–E19).
public struct ConditionOperator: Sendable, Hashable, CustomStringConvertible {
    /// How the values of a multi-valued key are taken together.
    public enum SetQualifier: String, Sendable, Hashable, CaseIterable {
        /// Every value of the request must satisfy the comparison (E7).
        case forAllValues = "ForAllValues"
        /// Some value of the request must satisfy it (E8).
        case forAnyValue = "ForAnyValue"
    }

    /// The comparison.
    public let comparison: Comparison
    /// The set qualifier, if any.
    public let qualifier: SetQualifier?
    /// Whether a missing key satisfies the condition (E4).
    public let ifExists: Bool

    /// The operator as AWS spells it.
    public var description: String {
        (qualifier.map { $0.rawValue + ":" } ?? "") + comparison.rawValue + (ifExists ? "IfExists" : "")
    }

    /// Reads an operator name, ignoring ASCII case (E4); nil for a name nobody knows (B11).
    public init?(_ name: UTF8Text) {
        var rest = name.asciiLowercased
        var qualifier: SetQualifier?
        for candidate in SetQualifier.allCases {
            let prefix = UTF8Text(candidate.rawValue.lowercased() + ":")
            if qualifier == nil, rest.hasPrefix(prefix) {
                qualifier = candidate
                rest = rest.dropFirst(prefix.count)
            }
        }
        let suffix: UTF8Text = "ifexists"
        let hasSuffix = rest.count > suffix.count && rest.dropFirst(rest.count - suffix.count) == suffix
        if hasSuffix { rest = rest[0..<(rest.count - suffix.count)] }
        guard let comparison = Comparison.byFoldedName[rest] else { return nil }
        self.comparison = comparison
        self.qualifier = qualifier
        ifExists = hasSuffix
    }
}

/// What a condition compares, and how.
public enum Comparison: String, Sendable, Hashable, CaseIterable {
    case stringEquals = "StringEquals"
    case stringNotEquals = "StringNotEquals"
    case stringEqualsIgnoreCase = "StringEqualsIgnoreCase"
    case stringNotEqualsIgnoreCase = "StringNotEqualsIgnoreCase"
    case stringLike = "StringLike"
    case stringNotLike = "StringNotLike"
    case numericEquals = "NumericEquals"
    case numericNotEquals = "NumericNotEquals"
    case numericLessThan = "NumericLessThan"
    case numericLessThanEquals = "NumericLessThanEquals"
    case numericGreaterThan = "NumericGreaterThan"
    case numericGreaterThanEquals = "NumericGreaterThanEquals"
    case dateEquals = "DateEquals"
    case dateNotEquals = "DateNotEquals"
    case dateLessThan = "DateLessThan"
    case dateLessThanEquals = "DateLessThanEquals"
    case dateGreaterThan = "DateGreaterThan"
    case dateGreaterThanEquals = "DateGreaterThanEquals"
    case bool = "Bool"
    case binaryEquals = "BinaryEquals"
    case ipAddress = "IpAddress"
    case notIpAddress = "NotIpAddress"
    case arnEquals = "ArnEquals"
    case arnNotEquals = "ArnNotEquals"
    case arnLike = "ArnLike"
    case arnNotLike = "ArnNotLike"
    case null = "Null"

    static let byFoldedName: [UTF8Text: Comparison] = Dictionary(
        uniqueKeysWithValues: allCases.map { (UTF8Text($0.rawValue).asciiLowercased, $0) }
    )

    /// Whether the operator says that a value must *not* compare so (E1, E3).
    public var isNegated: Bool {
        switch self {
        case .stringNotEquals, .stringNotEqualsIgnoreCase, .stringNotLike, .numericNotEquals, .dateNotEquals,
            .notIpAddress, .arnNotEquals, .arnNotLike:
            true
        case .stringEquals, .stringEqualsIgnoreCase, .stringLike, .numericEquals, .numericLessThan,
            .numericLessThanEquals, .numericGreaterThan, .numericGreaterThanEquals, .dateEquals,
            .dateLessThan,
            .dateLessThanEquals, .dateGreaterThan, .dateGreaterThanEquals, .bool, .binaryEquals, .ipAddress,
            .arnEquals, .arnLike, .null:
            false
        }
    }

    /// The kind of value the operator reads.
    public var operandKind: OperandKind {
        switch self {
        case .stringEquals, .stringNotEquals, .stringEqualsIgnoreCase, .stringNotEqualsIgnoreCase: .string
        case .stringLike, .stringNotLike: .pattern
        case .numericEquals, .numericNotEquals, .numericLessThan, .numericLessThanEquals, .numericGreaterThan,
            .numericGreaterThanEquals:
            .number
        case .dateEquals, .dateNotEquals, .dateLessThan, .dateLessThanEquals, .dateGreaterThan,
            .dateGreaterThanEquals:
            .date
        case .bool, .null: .bool
        case .binaryEquals: .binary
        case .ipAddress, .notIpAddress: .ip
        case .arnEquals, .arnNotEquals, .arnLike, .arnNotLike: .arn
        }
    }

    /// The kinds of operand.
    public enum OperandKind: Sendable {
        case string, pattern, number, date, bool, binary, ip, arn
    }
}
