import Vocabulary

/// The symbols of a pattern one by one, read from text as they are needed or from a list made before.
struct PatternSymbols: Sequence, IteratorProtocol {
    private let source: WildcardPattern.Source
    private var offset = 0
    private var colons = 0

    init(_ source: WildcardPattern.Source) { self.source = source }

    mutating func next() -> PatternToken? {
        switch source {
        case .tokens(let tokens):
            guard offset < tokens.count else { return nil }
            defer { offset += 1 }
            return tokens[offset]
        case .text(let text, let syntax, let isFolded):
            guard offset < text.count else { return nil }
            defer { offset += 1 }
            let byte = text[offset]
            if byte == UInt8(ascii: ":") { colons += 1 }
            if byte != UInt8(ascii: "*"), byte != UInt8(ascii: "?") {
                return .literal(isFolded ? byte.asciiLowercased : byte)
            }
            let endsPart = offset + 1 == text.count || text[offset + 1] == UInt8(ascii: ":")
            return Self.wildcard(byte, syntax, isInARNHead: colons < 5, endsPart: endsPart)
        }
    }

    /// What a `*` or `?` means where it stands.
    static func wildcard(
        _ byte: UInt8,
        _ syntax: WildcardSyntax,
        isInARNHead: Bool,
        endsPart: Bool
    ) -> PatternToken {
        let isRun = byte == UInt8(ascii: "*")
        switch syntax {
        case .literal: return .literal(byte)
        case .arnParts where isInARNHead && !(isRun && endsPart), .strictARNParts where isInARNHead:
            return isRun ? .anyRunInPart : .anyScalarInPart
        case .anywhere, .arnParts, .strictARNParts: return isRun ? .anyRun : .anyScalar
        }
    }
}
