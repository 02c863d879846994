public import Vocabulary

/// A pattern of names or values as a residual holds it: variables that were known are replaced by their values.
///
/// What a variable brought in is literal, as E23 wants it: a `*` of a value is no wildcard.
public struct TextPattern: Sendable, Hashable {
    /// One step of a pattern.
    public enum Symbol: Sendable, Hashable {
        /// This byte.
        case byte(UInt8)
        /// `?`: one Unicode scalar.
        case anyScalar
        /// `*`: any run.
        case anyRun
        /// `?` that stays inside its part of an ARN (D4, E18).
        case anyScalarInPart
        /// `*` that stays inside its part of an ARN (D4, E18).
        case anyRunInPart
        /// The value of a key that is not known yet.
        case variable(UnknownVariable)
    }

    /// The steps; no two runs stand side by side.
    public let symbols: [Symbol]
    /// The bytes before the first wildcard or variable.
    public let literalPrefix: UTF8Text

    /// Takes steps in order.
    public init(_ symbols: some Sequence<Symbol>) {
        var steps: [Symbol] = []
        for symbol in symbols {
            guard let last = steps.last, last.isRun, symbol.isRun else {
                steps.append(symbol)
                continue
            }
            if symbol == .anyRun { steps[steps.count - 1] = .anyRun }
        }
        self.symbols = steps
        literalPrefix = UTF8Text(
            steps.prefix { if case .byte = $0 { true } else { false } }.compactMap { symbol -> UInt8? in
                if case .byte(let byte) = symbol { byte } else { nil }
            }
        )
    }

    /// Exactly this text.
    public static func exact(_ text: UTF8Text) -> TextPattern { TextPattern(text.bytes.map { .byte($0) }) }

    /// This text and whatever follows it.
    public static func prefix(_ text: UTF8Text) -> TextPattern {
        TextPattern(text.bytes.map { .byte($0) } + [.anyRun])
    }

    /// The only text that matches, where there is just one.
    public var exactText: UTF8Text? { symbols.count == literalPrefix.count ? literalPrefix : nil }

    /// The text with which all matching texts begin, where nothing else is asked of them.
    public var prefixText: UTF8Text? {
        symbols.count == literalPrefix.count + 1 && symbols.last == .anyRun ? literalPrefix : nil
    }

    /// The variables that are not known yet.
    public var variables: [UnknownVariable] {
        symbols.compactMap { if case .variable(let variable) = $0 { variable } else { nil } }
    }

    /// The pattern as a policy writes it, with `${*}`, `${?}` and `${$}` for literal characters (E22).
    public var text: String { text(escaping: true) }

    func text(escaping: Bool) -> String {
        var bytes: [UInt8] = []
        for (index, symbol) in symbols.enumerated() {
            switch symbol {
            case .byte(let byte) where escaping && isSpecial(byte, before: index + 1):
                bytes += Array("${".utf8) + [byte] + Array("}".utf8)
            case .byte(let byte): bytes.append(byte)
            case .anyScalar, .anyScalarInPart: bytes.append(UInt8(ascii: "?"))
            case .anyRun, .anyRunInPart: bytes.append(UInt8(ascii: "*"))
            case .variable(let variable): bytes += Array(variable.description.utf8)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A dollar sign alone is only itself.
    private func isSpecial(_ byte: UInt8, before next: Int) -> Bool {
        switch byte {
        case UInt8(ascii: "*"), UInt8(ascii: "?"): true
        case UInt8(ascii: "$"): next < symbols.count && symbols[next] == .byte(UInt8(ascii: "{"))
        default: false
        }
    }
}

extension TextPattern: CustomStringConvertible {
    /// The pattern as a policy writes it.
    public var description: String { text }
}

extension TextPattern.Symbol {
    fileprivate var isRun: Bool { self == .anyRun || self == .anyRunInPart }
}

/// A policy variable whose key a residual does not know (E20, E21).
public struct UnknownVariable: Sendable, Hashable, CustomStringConvertible {
    /// The key, in lower case.
    public let key: UTF8Text
    /// What stands for an absent key.
    public let defaultValue: UTF8Text?

    /// The value under these facts; nil where the variable does not resolve (E24).
    public func value(in context: RequestContext) -> UTF8Text? {
        switch context[folded: key] {
        case .single(let value): value
        case .multi: nil
        case nil: defaultValue
        }
    }

    /// As a policy writes it.
    public var description: String {
        defaultValue.map { "${\(key), '\($0)'}" } ?? "${\(key)}"
    }
}
