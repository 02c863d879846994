public import Vocabulary

/// A condition that a residual could not decide, because it rests on a key that is not known.
public struct ResidualCondition: Sendable, Hashable {
    /// What is compared.
    public enum Subject: Sendable, Hashable {
        /// The value of a key that is not known, in lower case.
        case key(UTF8Text)
        /// A value that is known, with values of the policy that are not.
        case known(ContextValue)
    }

    /// A value of the policy.
    public enum Operand: Sendable, Hashable {
        /// A text, or a pattern under the `Like` operators.
        case text(TextPattern)
        /// A decimal number: `0.digits × 10^exponent` (E13).
        case number(isNegative: Bool, digits: UTF8Text, exponent: Int)
        /// A date (E14).
        case date(Instant)
        /// A truth value; for `Null`, whether the key must be absent.
        case bool(Bool)
        /// A truth value that a variable holds.
        case boolVariable(TextPattern)
        /// The bytes behind a base64 text (E16).
        case binary([UInt8])
        /// An address or a range of them (E17).
        case network(IPNetwork)
        /// An ARN, part by part, or one pattern for all of it (E18).
        case arn([TextPattern])
        /// A value that cannot be read, which equals nothing.
        case unreadable
    }

    /// What is compared.
    public let subject: Subject
    /// The values of the policy.
    public let operands: [Operand]
    let code: ConditionCode
    let isNegated: Bool
    let ifExists: Bool
    let qualifier: UInt8
    let options: UInt32

    /// The operator as a policy writes it, with its qualifier and ending, such as `ForAnyValue:StringLike`.
    public var operatorName: String {
        let prefix =
            switch qualifier {
            case ConditionRecord.forAllValues: "ForAllValues:"
            case ConditionRecord.forAnyValue: "ForAnyValue:"
            default: ""
            }
        return prefix + code.name + (ifExists ? "IfExists" : "")
    }

    /// The key, where it is the key that is not known.
    public var key: UTF8Text? { if case .key(let key) = subject { key } else { nil } }

    /// Every key that is not known and on which the condition rests.
    public var unknownKeys: [UTF8Text] {
        let own = key.map { [$0] } ?? []
        return own + operands.flatMap(\.patterns).flatMap(\.variables).map(\.key)
    }

    /// The values of the policy as a policy writes them.
    public var values: [String] {
        operands.map { $0.text(isPattern: code == .stringLike || code == .stringNotLike) }
    }

    func with(_ subject: Subject? = nil, operands: [Operand]) -> ResidualCondition {
        ResidualCondition(
            subject: subject ?? self.subject,
            operands: operands,
            code: code,
            isNegated: isNegated,
            ifExists: ifExists,
            qualifier: qualifier,
            options: options
        )
    }
}

extension ResidualCondition: CustomStringConvertible {
    /// The condition in one line.
    public var description: String {
        let subject =
            switch subject {
            case .key(let key): "\(key)"
            case .known(let value): Self.list(value.values.map { "\"\($0)\"" })
            }
        return "\(subject) \(operatorName) \(Self.list(values.map { "\"\($0)\"" }))"
    }

    private static func list(_ texts: [String]) -> String {
        texts.count == 1 ? texts[0] : "[" + texts.joined(separator: ", ") + "]"
    }
}

extension ResidualCondition.Operand {
    var patterns: [TextPattern] {
        switch self {
        case .text(let pattern), .boolVariable(let pattern): [pattern]
        case .arn(let parts): parts
        case .number, .date, .bool, .binary, .network, .unreadable: []
        }
    }

    func text(isPattern: Bool) -> String {
        switch self {
        case .text(let pattern): pattern.text(escaping: isPattern)
        case .boolVariable(let pattern): pattern.text(escaping: false)
        case .number(let isNegative, let digits, let exponent):
            (isNegative ? "-" : "") + Self.decimal(digits.description, exponent)
        case .date(let date): date.description
        case .bool(let bool): bool ? "true" : "false"
        case .binary(let bytes): Self.base64(bytes)
        case .network(let network): network.text
        case .arn(let parts): parts.map(\.text).joined(separator: ":")
        case .unreadable: "?"
        }
    }

    /// `0.digits × 10^exponent`, written out where that is short.
    private static func decimal(_ digits: String, _ exponent: Int) -> String {
        if digits.isEmpty { return "0" }
        let count = digits.utf8.count
        switch exponent {
        case count...40: return digits + String(repeating: "0", count: exponent - count)
        case 1..<max(count, 1): return digits.prefix(exponent) + "." + digits.dropFirst(exponent)
        case -40...0: return "0." + String(repeating: "0", count: -exponent) + digits
        default: return "0.\(digits)e\(exponent)"
        }
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for position in 0..<4 {
                text.append(position > group.count ? "=" : letters[bits >> (18 - 6 * position) & 63])
            }
        }
        return text
    }
}

extension ConditionCode {
    /// The operator as AWS writes it.
    var name: String {
        let name = "\(self)"
        return name.prefix(1).uppercased() + name.dropFirst()
    }
}
