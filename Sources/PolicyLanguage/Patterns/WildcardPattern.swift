public import Vocabulary

/// A pattern of literal bytes, `?` and `*`, that a whole text must match.
public struct WildcardPattern: Sendable, Hashable {
    /// Where the symbols come from.
    ///
    /// Text is kept as it stands: most patterns are compared only by their first bytes, and reading a
    /// policy should not cost what matching it may never need.
    enum Source: Sendable, Hashable {
        case text(UTF8Text, WildcardSyntax, isFolded: Bool)
        case tokens([PatternToken])
    }

    private let source: Source

    init(_ tokens: [PatternToken]) { source = .tokens(tokens) }

    init(_ text: UTF8Text, _ syntax: WildcardSyntax) { source = .text(text, syntax, isFolded: false) }

    /// Reads every `*` and `?` of `text` as a wildcard that matches anything, `/` and `:` included.
    public init(_ text: UTF8Text) { self.init(text, .anywhere) }

    /// As ``init(_:)``, with the letters `A`–`Z` of the pattern folded; match it against folded text (D1).
    public init(asciiLowercasing text: UTF8Text) { source = .text(text, .anywhere, isFolded: true) }

    /// A pattern without wildcards: `*` and `?` stand for themselves (E12, E23).
    public init(literal text: UTF8Text) { self.init(text, .literal) }

    /// The symbols in order.
    var symbols: PatternSymbols { PatternSymbols(source) }

    /// Whether the whole of `text`, which must be UTF-8, matches.
    ///
    /// Cost is O(text × pattern / 64), whatever the two contain: 2 KiB against 2 KiB stays under 100 µs (D9).
    public func matches(_ text: UTF8Text) -> Bool {
        // Up to the first run there is only one way to match.
        var rest = symbols
        var offset = 0
        while let token = rest.next() {
            if token.isRun { return Self.matchRuns(token, rest, text.dropFirst(offset)) }
            guard offset < text.count else { return false }
            let byte = text[offset]
            if let literal = token.literalByte {
                if literal != byte { return false }
                offset += 1
            } else {
                if byte.isUTF8Continuation || token == .anyScalarInPart && byte == UInt8(ascii: ":") {
                    return false
                }
                repeat { offset += 1 } while offset < text.count && text[offset].isUTF8Continuation
            }
        }
        return offset == text.count
    }

    private static func matchRuns(_ first: PatternToken, _ rest: PatternSymbols, _ text: UTF8Text) -> Bool {
        let tokens = [first] + Array(rest)
        if tokens == [.anyRun] { return true }
        var automaton = WildcardAutomaton(tokens)
        return automaton.accepts(text)
    }
}
