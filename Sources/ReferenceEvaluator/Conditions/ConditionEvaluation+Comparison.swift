import PolicyLanguage
import Vocabulary

extension ConditionEvaluation {
    /// Whether a request value compares with one policy value as the positive form of the operator wants;
    /// nil when a variable does not resolve (E24).
    func compare(_ value: RequestValue, _ operand: OperandValue, _ comparison: Comparison) -> Bool? {
        switch (value, operand) {
        case (.text(let text), .string(let template)): equals(text, template, comparison)
        case (.text(let text), .pattern(let template)): template.resolved(in: context)?.matches(text)
        case (.number(let number), .number(let bound)): isOrdered(number.order(to: bound), comparison)
        case (.date(let date), .date(let bound)): isOrdered(date.order(to: bound), comparison)
        case (.bool(let bool), .bool(let wanted)): bool == wanted
        case (.bool(let bool), .boolVariable(let template)): equals(bool, template)
        case (.binary(let bytes), .binary(let wanted)): bytes == wanted
        case (.ip(let address), .ip(let network)): contains(network, address)
        case (.arn(let arn), .arn(let template)): template.matches(arn, in: context)
        case (.text, _), (.number, _), (.date, _), (.bool, _), (.binary, _), (.ip, _), (.arn, _): false
        }
    }

    /// E12: byte by byte, or with ASCII letters folded.
    private func equals(_ text: UTF8Text, _ template: PatternTemplate, _ comparison: Comparison) -> Bool? {
        guard let wanted = template.resolvedText(in: context) else { return nil }
        let ignoresCase = comparison == .stringEqualsIgnoreCase || comparison == .stringNotEqualsIgnoreCase
        return ignoresCase ? text.equalsIgnoringASCIICase(wanted) : text == wanted
    }

    /// E20: `Bool` is the only typed operator whose value may be a variable.
    private func equals(_ bool: Bool, _ template: PatternTemplate) -> Bool? {
        template.resolvedText(in: context).map { RequestValue.bool($0) == bool }
    }

    /// E13, E14.
    private func isOrdered(_ order: ValueOrder, _ comparison: Comparison) -> Bool {
        switch comparison {
        case .numericLessThan, .dateLessThan: order == .less
        case .numericLessThanEquals, .dateLessThanEquals: order != .greater
        case .numericGreaterThan, .dateGreaterThan: order == .greater
        case .numericGreaterThanEquals, .dateGreaterThanEquals: order != .less
        case .numericEquals, .numericNotEquals, .dateEquals, .dateNotEquals: order == .same
        case .stringEquals, .stringNotEquals, .stringEqualsIgnoreCase, .stringNotEqualsIgnoreCase,
            .stringLike,
            .stringNotLike, .bool, .binaryEquals, .ipAddress, .notIpAddress, .arnEquals, .arnNotEquals,
            .arnLike,
            .arnNotLike, .null:
            false
        }
    }

    /// E17.
    private func contains(_ network: IPNetwork, _ address: IPNetwork) -> Bool {
        switch options.ipv4MappedIPv6 {
        case .unmap: network.unmapped.contains(address.unmapped)
        case .distinct: network.contains(address)
        }
    }
}
