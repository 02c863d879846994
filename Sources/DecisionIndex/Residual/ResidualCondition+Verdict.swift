import Vocabulary

extension ResidualCondition {
    private var choices: OptionBits { OptionBits(rawValue: options) }

    /// Whether the condition holds when the keys that were not known have the values of a context, which lacks
    /// those that are absent.
    func verdict(_ context: RequestContext) -> Verdict {
        let value: ContextValue? =
            switch subject {
            case .key(let key): context[folded: key]
            case .known(let value): value
            }
        if code == .null { return Verdict(presence(value)) }
        switch (value, qualifier) {
        case (nil, _): return Verdict(absence)
        case (.single(let text), _): return base(text, context)
        case (.multi, 0): return .fails  // E6
        case (.multi(let texts), ConditionRecord.forAllValues):
            // E7, E9
            return texts.lazy.map { base($0, context) }.first { $0 != .holds } ?? .holds
        case (.multi(let texts), _):
            // E8, E9
            return texts.lazy.map { base($0, context) }.first { $0 != .fails } ?? .fails
        }
    }

    /// E5.
    private func presence(_ value: ContextValue?) -> Bool {
        if qualifier != 0 { return qualifier == ConditionRecord.forAllValues }
        let isAbsent = value.map { $0 == .multi([]) } ?? true
        return operands.contains(.bool(isAbsent))
    }

    /// E2, E3, E4, E7, E8.
    private var absence: Bool {
        if ifExists {
            return qualifier != ConditionRecord.forAnyValue || !choices.contains(.forAnyValueIfExistsFails)
        }
        return qualifier == 0 ? isNegated : qualifier == ConditionRecord.forAllValues
    }

    /// E1: a positive operator wants some policy value to match, a negated one wants none to.
    private func base(_ text: UTF8Text, _ context: RequestContext) -> Verdict {
        let value = read(text)
        if case .unreadable = value {
            if choices.contains(.unparsableIsError), !code.comparesARNs { return .malformed }
            return Verdict(isNegated)
        }
        return Verdict(operands.contains { isMatch(value, text, $0, context) } != isNegated)
    }

    /// A value as the operator needs it.
    func read(_ text: UTF8Text) -> TypedValue { text.withView { TypedValue($0, for: code) } }

    private func isMatch(
        _ value: TypedValue,
        _ text: UTF8Text,
        _ operand: Operand,
        _ context: RequestContext
    ) -> Bool {
        switch (value, operand) {
        case (.text, .text(let pattern)):
            if code == .stringLike || code == .stringNotLike { return pattern.matches(text, context) }
            let ignoresCase = code == .stringEqualsIgnoreCase || code == .stringNotEqualsIgnoreCase
            return pattern.equals(text, ignoringCase: ignoresCase, context)
        case (.number(let shape), .number(let isNegative, let digits, let exponent)):
            let other = DecimalShape(isNegative: isNegative, exponent: exponent, digits: 0..<digits.count)
            return code.accepts(shape.order(in: text.bytes.span, to: other, in: digits.bytes.span))
        case (.date(let date), .date(let other)): return code.accepts(date.order(to: other))
        case (.bool(let bool), .bool(let other)): return bool == other
        case (.bool(let bool), .boolVariable(let pattern)):
            return pattern.equals(bool ? "true" : "false", ignoringCase: true, context)
        case (.binary, .binary(let bytes)): return Base64.decode(text) == bytes
        case (.ip(let address), .network(let network)):
            return choices.contains(.mappedIPv6IsDistinct)
                ? network.contains(address) : network.unmapped.contains(address.unmapped)
        case (.arn, .arn(let parts)): return isMatch(text, parts, context)
        default: return false
        }
    }

    /// E18.
    private func isMatch(_ text: UTF8Text, _ parts: [TextPattern], _ context: RequestContext) -> Bool {
        if parts.count == 1 { return parts[0].matches(text, context) }
        guard let arn = ARN(text) else { return false }
        return zip(parts, arn.parts).allSatisfy { pattern, part in pattern.matches(part, context) }
    }

    /// Whether a value can keep the operator from deciding (E19).
    var canBeMalformed: Bool {
        guard choices.contains(.unparsableIsError) else { return false }
        switch code {
        case .stringEquals, .stringNotEquals, .stringEqualsIgnoreCase, .stringNotEqualsIgnoreCase,
            .stringLike, .stringNotLike, .null, .arnEquals, .arnNotEquals, .arnLike, .arnNotLike:
            return false
        case .numericEquals, .numericNotEquals, .numericLessThan, .numericLessThanEquals,
            .numericGreaterThan, .numericGreaterThanEquals, .dateEquals, .dateNotEquals, .dateLessThan,
            .dateLessThanEquals, .dateGreaterThan, .dateGreaterThanEquals, .bool, .binaryEquals, .ipAddress,
            .notIpAddress:
            return true
        }
    }
}

extension ConditionCode {
    /// Whether values in this order satisfy the positive form of an operator on numbers or dates.
    fileprivate func accepts(_ order: ValueOrder) -> Bool {
        switch self {
        case .numericLessThan, .dateLessThan: order == .less
        case .numericLessThanEquals, .dateLessThanEquals: order != .greater
        case .numericGreaterThan, .dateGreaterThan: order == .greater
        case .numericGreaterThanEquals, .dateGreaterThanEquals: order != .less
        default: order == .same
        }
    }
}
