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
    /// The stretches in order.
    public let pieces: [Piece]

    /// The template's variables.
    public var variables: [PolicyVariable] {
        pieces.compactMap { if case .variable(let variable) = $0 { variable } else { nil } }
    }

    /// The symbols of a template without variables; nil where it has some.
    public var constantTokens: [PatternToken]? {
        if pieces.isEmpty { return [] }
        guard pieces.count == 1, case .tokens(let tokens) = pieces[0] else { return nil }
        return tokens
    }

    /// The pattern for one request; nil when a variable does not resolve (E24).
    ///
    /// Substituted text is literal: a `*` in a value is no wildcard (E23).
    public func resolved(in context: RequestContext) -> WildcardPattern? {
        if let constantTokens { return WildcardPattern(constantTokens) }
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
