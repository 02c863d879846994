package import Vocabulary

extension PatternTemplate {
    /// How the text of a policy is read as a template.
    package struct Syntax {
        /// What `*` and `?` mean.
        package enum Wildcards {
            /// They stand for themselves, as in `StringEquals`.
            case literal
            /// They match anything.
            case anywhere
            /// They stay inside parts 1–5 of an ARN, except a `*` that ends its part (D4).
            case arnParts
            /// They stay inside parts 1–5 of an ARN (D4 `.segmented`, E18).
            case strictARNParts
        }

        var wildcards: Wildcards
        /// Whether `${…}` is a variable (B4: only under version 2012-10-17).
        var expandsVariables: Bool

        package init(wildcards: Wildcards, expandsVariables: Bool) {
            self.wildcards = wildcards
            self.expandsVariables = expandsVariables
        }
    }

    /// Why a text is no template.
    package enum Fault: Error, Equatable {
        case unclosedVariable
        case malformedVariable(String)
        case tooLong
        case tooManyWildcards
        case tooManyVariables
    }

    /// Reads a text. A `$` that begins no `${` stands for itself.
    package init(_ text: UTF8Text, _ syntax: Syntax) throws(Fault) {
        var builder = TemplateBuilder(wildcards: syntax.wildcards, text: text)
        var offset = 0
        while offset < text.count {
            if syntax.expandsVariables, text[offset] == UInt8(ascii: "$"), offset + 1 < text.count,
                text[offset + 1] == UInt8(ascii: "{")
            {
                guard let close = Self.closingBrace(of: text, from: offset + 2) else { throw .unclosedVariable }
                try builder.appendReference(text[(offset + 2)..<close])
                offset = close + 1
            } else {
                builder.append(text[offset], at: offset)
                offset += 1
            }
        }
        self.text = text
        pieces = try builder.finish(byteCount: text.count)
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

private struct TemplateBuilder {
    let wildcards: PatternTemplate.Syntax.Wildcards
    let text: UTF8Text
    private var pieces: [PatternTemplate.Piece] = []
    private var tokens: [PatternToken] = []
    private var colons = 0
    private var wildcardCount = 0
    private var variableCount = 0

    init(wildcards: PatternTemplate.Syntax.Wildcards, text: UTF8Text) {
        self.wildcards = wildcards
        self.text = text
        tokens.reserveCapacity(text.count)
    }

    mutating func append(_ byte: UInt8, at offset: Int) {
        let token = token(byte, at: offset)
        if token.isWildcard { wildcardCount += 1 }
        if byte == UInt8(ascii: ":") { colons += 1 }
        tokens.append(token)
    }

    private func token(_ byte: UInt8, at offset: Int) -> PatternToken {
        guard byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?"), wildcards != .literal else {
            return .literal(byte)
        }
        let isRun = byte == UInt8(ascii: "*")
        guard wildcards != .anywhere, colons < 5 else { return isRun ? .anyRun : .anyScalar }
        let endsPart = offset + 1 == text.count || text[offset + 1] == UInt8(ascii: ":")
        if isRun, endsPart, wildcards == .arnParts { return .anyRun }
        return isRun ? .anyRunInPart : .anyScalarInPart
    }

    /// Adds what stands between `${` and `}`: an escape (E22) or a variable.
    mutating func appendReference(_ body: UTF8Text) throws(PatternTemplate.Fault) {
        if body == "*" || body == "?" || body == "$" {
            tokens.append(.literal(body[0]))
            return
        }
        guard let variable = PolicyVariable(body: body) else { throw .malformedVariable(body.description) }
        variableCount += 1
        closeTokens()
        pieces.append(.variable(variable))
    }

    private mutating func closeTokens() {
        if !tokens.isEmpty { pieces.append(.tokens(tokens)) }
        tokens = []
    }

    mutating func finish(byteCount: Int) throws(PatternTemplate.Fault) -> [PatternTemplate.Piece] {
        closeTokens()
        if wildcardCount > Limits.patternWildcardsMax { throw .tooManyWildcards }
        if variableCount > Limits.patternVariablesMax { throw .tooManyVariables }
        if wildcardCount + variableCount > 0, byteCount > Limits.patternBytesMax { throw .tooLong }
        return pieces
    }
}
