public import Vocabulary

/// One key under one operator, with the values of the policy.
public struct Condition: Sendable {
    /// How the key is compared.
    public let `operator`: ConditionOperator
    /// The context key as written.
    public let name: UTF8Text
    /// The context key with ASCII letters in lower case (A2).
    public let key: UTF8Text
    /// The values, read as the operator needs them.
    public let operands: [Operand]
    /// Where the key stands in its source, in bytes.
    public let offset: Int
}

/// One value of a condition.
public struct Operand: Sendable, Hashable {
    /// The value as written, numbers and booleans as text (B12).
    public let text: UTF8Text
    /// The value as the operator needs it.
    public let value: OperandValue
}

/// A policy value, parsed once when the policy is read.
public enum OperandValue: Sendable, Hashable {
    /// Text, for the string operators without wildcards.
    case string(PatternTemplate)
    /// A pattern, for `StringLike` and `StringNotLike`.
    case pattern(PatternTemplate)
    /// A number.
    case number(ExactDecimal)
    /// A point in time.
    case date(Instant)
    /// A truth value.
    case bool(Bool)
    /// A truth value given by a variable, which only `Bool` may hold (E20).
    case boolVariable(PatternTemplate)
    /// Bytes.
    case binary([UInt8])
    /// An address block.
    case ip(IPNetwork)
    /// The six parts of an ARN, each a pattern of its own (E18).
    case arn(ARNTemplate)
    /// Something the operator cannot read; it compares as unequal to everything (lenient modes only).
    case unreadable
}

/// An ARN pattern, compared part by part (E18).
public struct ARNTemplate: Sendable, Hashable {
    /// Six templates, one a part; or one template of variables that stands for a whole ARN.
    public let parts: [PatternTemplate]

    /// Whether `arn` matches; nil when a variable does not resolve.
    public func matches(_ arn: ARN, in context: RequestContext) -> Bool? {
        let texts = parts.count == 1 ? [arn.text] : arn.parts
        var isMatch = true
        for (template, text) in zip(parts, texts) {
            guard let pattern = template.resolved(in: context) else { return nil }
            if !pattern.matches(text) { isMatch = false }
        }
        return isMatch
    }
}
