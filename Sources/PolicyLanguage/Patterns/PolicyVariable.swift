public import Vocabulary

/// `${key}` or `${key, 'default'}` in a policy (E20, E21).
public struct PolicyVariable: Sendable, Hashable {
    /// The context key as written.
    public let name: UTF8Text
    /// The context key with ASCII letters in lower case.
    public let key: UTF8Text
    /// The text used when the key is absent.
    public let defaultValue: UTF8Text?

    /// Names a variable.
    public init(name: UTF8Text, defaultValue: UTF8Text? = nil) {
        self.name = name
        key = name.asciiLowercased
        self.defaultValue = defaultValue
    }

    /// The text that stands for the variable: the value of a single-valued key, or the default of an absent
    /// one.
    ///
    /// A multi-valued key does not resolve (E20).
    public func resolved(in context: RequestContext) -> UTF8Text? {
        switch context[folded: key] {
        case .single(let value): value
        case .multi: nil
        case nil: defaultValue
        }
    }
}

extension PolicyVariable {
    /// Reads what stands between `${` and `}`: a key, then perhaps a comma, a space and a quoted default.
    init?(body: UTF8Text) {
        let comma = body.firstOffset(of: UInt8(ascii: ","))
        let name = body[0..<(comma ?? body.count)]
        guard !name.isEmpty, name.bytes.allSatisfy(Self.isNameByte) else { return nil }
        guard let comma else {
            self.init(name: name)
            return
        }
        var rest = body.dropFirst(comma + 1)
        if rest.begins(with: " ") { rest = rest.dropFirst(1) }
        let quote = UInt8(ascii: "'")
        guard rest.count >= 2, rest[0] == quote, rest[rest.count - 1] == quote else { return nil }
        let value = rest[1..<(rest.count - 1)]
        guard value.firstOffset(of: quote) == nil else { return nil }
        self.init(name: name, defaultValue: value)
    }

    /// Tag keys may hold letters of any script, digits, spaces and `_ . : / = + - @`.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte.isASCIILetter || byte.isASCIIDigit || UTF8Text(" _.:/=+-@").bytes.contains(byte)
    }
}
