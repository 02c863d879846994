public import Vocabulary

/// A pattern that may hold policy variables; with a context it becomes a ``WildcardPattern``.
public struct PatternTemplate: Sendable, Hashable {
    /// A stretch of a template.
    public enum Piece: Sendable, Hashable {
        /// Symbols that do not depend on the request.
        case tokens([PatternToken])
        /// A variable to be replaced by its value.
        case variable(PolicyVariable)
    }

    /// The template as written.
    public let text: UTF8Text
    /// What its wildcards mean.
    let syntax: WildcardSyntax
    /// The stretches in order; nil when the text has neither variables nor escapes.
    let pieces: [Piece]?

    /// The template's variables.
    public var variables: [PolicyVariable] {
        (pieces ?? []).compactMap { if case .variable(let variable) = $0 { variable } else { nil } }
    }

    /// The stretches in order, also of a template that is plain text.
    package var parts: [Piece] { pieces ?? [.tokens(Array(WildcardPattern(text, syntax).symbols))] }

    /// Whether some wildcard stands outside the variables.
    var hasWildcard: Bool {
        parts.contains { part in
            if case .tokens(let tokens) = part { tokens.contains(where: \.isWildcard) } else { false }
        }
    }

    init(text: UTF8Text, syntax: WildcardSyntax, pieces: [Piece]?) {
        self.text = text
        self.syntax = syntax
        self.pieces = pieces
    }

    /// The same text with wildcards that pass no colon of an ARN; only for a template without pieces.
    var withoutReach: PatternTemplate {
        PatternTemplate(text: text, syntax: syntax == .arnParts ? .strictARNParts : syntax, pieces: pieces)
    }

    /// The pattern for one request; nil when a variable does not resolve (E24).
    ///
    /// Substituted text is literal: a `*` in a value is no wildcard (E23).
    public func resolved(in context: RequestContext) -> WildcardPattern? {
        guard let pieces else { return WildcardPattern(text, syntax) }
        var tokens: [PatternToken] = []
        for piece in pieces {
            switch piece {
            case .tokens(let literal): tokens += literal
            case .variable(let variable):
                guard let value = variable.resolved(in: context) else { return nil }
                tokens += value.bytes.map(PatternToken.literal)
            }
        }
        return WildcardPattern(tokens)
    }

    /// The template with its variables replaced, for people; nil when one does not resolve.
    public func resolvedText(in context: RequestContext) -> UTF8Text? {
        guard let pieces else { return text }
        var bytes: [UInt8] = []
        for piece in pieces {
            switch piece {
            case .tokens(let tokens): bytes += tokens.map(\.displayByte)
            case .variable(let variable):
                guard let value = variable.resolved(in: context) else { return nil }
                bytes += value.bytes
            }
        }
        return UTF8Text(bytes)
    }
}

extension PatternToken {
    var displayByte: UInt8 {
        if let literalByte { return literalByte }
        return isRun ? UInt8(ascii: "*") : UInt8(ascii: "?")
    }
}
