package import Vocabulary

extension PatternTemplate {
    /// Why a text is no template.
    package enum Fault: Error, Equatable {
        case unclosedVariable
        case malformedVariable(String)
        case tooLong
        case tooManyWildcards
        case tooManyVariables
    }

    /// Reads a text.
    ///
    /// A `$` that begins no `${` stands for itself.
    ///
    /// - Parameter expandsVariables: whether `${…}` is a variable (B4: only under version 2012-10-17).
    package init(_ text: UTF8Text, _ syntax: WildcardSyntax, expandsVariables: Bool) throws(Fault) {
        self.text = text
        self.syntax = syntax
        var cost = PatternCost()
        guard expandsVariables, text.containsVariable else {
            if syntax != .literal {
                cost.wildcardCount = text.bytes.reduce(0) { $0 + ($1.isWildcard ? 1 : 0) }
            }
            try cost.check(byteCount: text.count)
            pieces = nil
            return
        }
        var builder = TemplateBuilder(syntax: syntax, text: text)
        var offset = 0
        while offset < text.count {
            if text[offset] == UInt8(ascii: "$"), offset + 1 < text.count,
                text[offset + 1] == UInt8(ascii: "{")
            {
                guard let close = Self.closingBrace(of: text, from: offset + 2) else {
                    throw .unclosedVariable
                }
                try builder.appendReference(text[(offset + 2)..<close])
                offset = close + 1
            } else {
                builder.append(text[offset], at: offset)
                offset += 1
            }
        }
        pieces = try builder.finish()
    }

    /// The `}` that ends a variable; a default in quotes may hold one.
    private static func closingBrace(of text: UTF8Text, from start: Int) -> Int? {
        var isQuoted = false
        for offset in start..<text.count {
            if text[offset] == UInt8(ascii: "'") { isQuoted.toggle() }
            if text[offset] == UInt8(ascii: "}"), !isQuoted { return offset }
        }
        return nil
    }
}

/// What a pattern may cost to match.
private struct PatternCost {
    var wildcardCount = 0
    var variableCount = 0

    func check(byteCount: Int) throws(PatternTemplate.Fault) {
        if wildcardCount > Limits.patternWildcardsMax { throw .tooManyWildcards }
        if variableCount > Limits.patternVariablesMax { throw .tooManyVariables }
        if wildcardCount + variableCount > 0, byteCount > Limits.patternBytesMax { throw .tooLong }
    }
}

private struct TemplateBuilder {
    let syntax: WildcardSyntax
    let text: UTF8Text
    private var pieces: [PatternTemplate.Piece] = []
    private var tokens: [PatternToken] = []
    private var colons = 0
    private var cost = PatternCost()

    init(syntax: WildcardSyntax, text: UTF8Text) {
        self.syntax = syntax
        self.text = text
    }

    mutating func append(_ byte: UInt8, at offset: Int) {
        if byte == UInt8(ascii: ":") { colons += 1 }
        guard byte.isWildcard else { return tokens.append(.literal(byte)) }
        let endsPart = offset + 1 == text.count || text[offset + 1] == UInt8(ascii: ":")
        let token = PatternSymbols.wildcard(byte, syntax, isInARNHead: colons < 5, endsPart: endsPart)
        if token.isWildcard { cost.wildcardCount += 1 }
        tokens.append(token)
    }

    /// Adds what stands between `${` and `}`: an escape (E22) or a variable.
    mutating func appendReference(_ body: UTF8Text) throws(PatternTemplate.Fault) {
        if body.count == 1, body[0].isWildcard || body[0] == UInt8(ascii: "$") {
            return tokens.append(.literal(body[0]))
        }
        guard let variable = PolicyVariable(body: body) else { throw .malformedVariable(body.description) }
        if syntax.isARN, colons < 5 {
            // E20: no variable in the first five parts; the text stands for itself.
            tokens += (Array("${".utf8) + body.bytes + Array("}".utf8)).map(PatternToken.literal)
            return
        }
        cost.variableCount += 1
        closeTokens()
        pieces.append(.variable(variable))
    }

    private mutating func closeTokens() {
        if !tokens.isEmpty { pieces.append(.tokens(tokens)) }
        tokens = []
    }

    mutating func finish() throws(PatternTemplate.Fault) -> [PatternTemplate.Piece] {
        closeTokens()
        try cost.check(byteCount: text.count)
        return pieces
    }
}

extension UInt8 {
    /// Whether the byte is `*` or `?`.
    var isWildcard: Bool { self == UInt8(ascii: "*") || self == UInt8(ascii: "?") }
}
