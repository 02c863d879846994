/// What `*` and `?` mean in a text.
package enum WildcardSyntax: Sendable, Hashable {
    /// They stand for themselves, as in `StringEquals`.
    case literal
    /// They match anything.
    case anywhere
    /// They stay inside parts 1–5 of an ARN, except a `*` that ends its part (D4).
    case arnParts
    /// They stay inside parts 1–5 of an ARN (D4 `.segmented`).
    case strictARNParts

    var isARN: Bool { self == .arnParts || self == .strictARNParts }
}
