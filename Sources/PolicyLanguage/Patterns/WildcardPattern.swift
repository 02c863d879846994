public import Vocabulary

/// A pattern of literal bytes, `?` and `*`, that a whole text must match.
public struct WildcardPattern: Sendable, Hashable {
    let tokens: [PatternToken]

    init(_ tokens: [PatternToken]) { self.tokens = tokens }

    /// Reads every `*` and `?` of `text` as a wildcard that matches anything, `/` and `:` included.
    public init(_ text: UTF8Text) { tokens = text.bytes.map(Self.token) }

    /// As ``init(_:)``, with the letters `A`–`Z` of the pattern folded; match it against folded text (D1).
    public init(asciiLowercasing text: UTF8Text) { tokens = text.bytes.map { Self.token($0.asciiLowercased) } }

    /// A pattern without wildcards: `*` and `?` stand for themselves (E12, E23).
    public init(literal text: UTF8Text) { tokens = text.bytes.map(PatternToken.literal) }

    private static func token(_ byte: UInt8) -> PatternToken {
        switch byte {
        case UInt8(ascii: "*"): .anyRun
        case UInt8(ascii: "?"): .anyScalar
        default: .literal(byte)
        }
    }

    /// How many `*` and `?` there are.
    public var wildcardCount: Int { tokens.reduce(0) { $1.isWildcard ? $0 + 1 : $0 } }

    /// Whether the whole of `text`, which must be UTF-8, matches.
    ///
    /// Cost is O(text × pattern / 64), whatever the two contain: 2 KiB against 2 KiB stays under 100 µs (D9).
    public func matches(_ text: UTF8Text) -> Bool {
        let prefix = tokens.prefix { !$0.isWildcard }
        guard text.count >= prefix.count,
            zip(prefix, text.bytes).allSatisfy({ $0.literalByte == $1 })
        else { return false }
        if prefix.count == tokens.count { return text.count == prefix.count }
        if tokens.count == prefix.count + 1, tokens.last == .anyRun { return true }
        var automaton = WildcardAutomaton(tokens[prefix.count...])
        return automaton.accepts(text.dropFirst(prefix.count))
    }
}
