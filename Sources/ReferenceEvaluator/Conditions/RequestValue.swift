import PolicyLanguage
import Vocabulary

/// A value of the request, read as an operator needs it.
enum RequestValue {
    case text(UTF8Text)
    case number(ExactDecimal)
    case date(Instant)
    case bool(Bool)
    case binary([UInt8])
    case ip(IPNetwork)
    case arn(ARN)

    /// Nil when the text cannot be read so (E18, E19).
    init?(_ text: UTF8Text, as kind: Comparison.OperandKind) {
        let value: RequestValue? =
            switch kind {
            case .string, .pattern: .text(text)
            case .number: ExactDecimal(text).map { .number($0) }
            case .date: Instant(text).map { .date($0) }
            case .bool: Self.bool(text).map { .bool($0) }
            case .binary: Base64.decode(text).map { .binary($0) }
            case .ip: text.firstOffset(of: UInt8(ascii: "/")) == nil ? IPNetwork(text).map { .ip($0) } : nil
            case .arn: ARN(text).map { .arn($0) }
            }
        guard let value else { return nil }
        self = value
    }

    /// E15: the letters of `true` and `false` ignore case.
    static func bool(_ text: UTF8Text) -> Bool? {
        let folded = text.asciiLowercased
        return folded.equals("true") ? true : folded.equals("false") ? false : nil
    }
}
