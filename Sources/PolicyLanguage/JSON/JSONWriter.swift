public import Vocabulary

/// Writes JSON text: strings escaped, keys in the order given, two spaces of indentation or none.
public struct JSONWriter: Sendable {
    /// A value to be written.
    public indirect enum Value: Sendable {
        /// A literal `null`.
        case null
        /// A literal `true` or `false`.
        case bool(Bool)
        /// An integer.
        case integer(Int64)
        /// A string.
        case string(String)
        /// Values in order.
        case array([Value])
        /// Members in order; those without a value are left out.
        case object([(String, Value?)])
    }

    private var output = ""
    private let isPretty: Bool

    private init(isPretty: Bool) { self.isPretty = isPretty }

    /// The text of a value; on one line unless `isPretty`.
    public static func text(_ value: Value, isPretty: Bool = false) -> String {
        var writer = JSONWriter(isPretty: isPretty)
        writer.write(value, depth: 0)
        return writer.output
    }

    private mutating func write(_ value: Value, depth: Int) {
        switch value {
        case .null: output += "null"
        case .bool(let bool): output += bool ? "true" : "false"
        case .integer(let integer): output += String(integer)
        case .string(let string): write(string)
        case .array(let values):
            writeList(values, "[", "]", depth) { $0.write($1, depth: depth + 1) }
        case .object(let members):
            let present = members.compactMap { name, value in value.map { (name, $0) } }
            writeList(present, "{", "}", depth) { writer, member in
                writer.write(member.0)
                writer.output += writer.isPretty ? ": " : ":"
                writer.write(member.1, depth: depth + 1)
            }
        }
    }

    private mutating func writeList<Item>(
        _ items: [Item],
        _ opening: String,
        _ closing: String,
        _ depth: Int,
        _ writeItem: (inout JSONWriter, Item) -> Void
    ) {
        output += opening
        for (index, item) in items.enumerated() {
            if index > 0 { output += "," }
            breakLine(depth + 1)
            writeItem(&self, item)
        }
        if !items.isEmpty { breakLine(depth) }
        output += closing
    }

    private mutating func breakLine(_ depth: Int) {
        if isPretty { output += "\n" + String(repeating: "  ", count: depth) }
    }

    private mutating func write(_ string: String) {
        output += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            case "\u{0}"..<"\u{20}", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: output.unicodeScalars.append(scalar)
            }
        }
        output += "\""
    }
}

extension JSONWriter.Value: ExpressibleByStringLiteral {
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }

    /// The text as a string.
    public static func text(_ text: UTF8Text) -> Self { .string(text.description) }

    /// The text as a string; nil for nil.
    public static func text(_ text: UTF8Text?) -> Self? { text.map { .string($0.description) } }
}
