/// The value of one context key.
///
/// Single and multi are properties of the key, not of the count (A3).
public enum ContextValue: Sendable, Hashable {
    /// A key that holds one value.
    case single(UTF8Text)
    /// A key that holds a list, which may be empty.
    case multi([UTF8Text])

    /// The values in order.
    public var values: [UTF8Text] {
        switch self {
        case .single(let value): [value]
        case .multi(let values): values
        }
    }
}

/// The facts of a request by key.
///
/// Key names ignore ASCII case; values keep it (A2).
public struct RequestContext: Sendable, Hashable {
    private var valuesByFoldedKey: [UTF8Text: ContextValue] = [:]

    /// No facts.
    public init() {}

    /// Takes the pairs in order.
    ///
    /// - Throws: ``RequestError`` when two keys differ only in case (A2).
    public init(_ pairs: [(key: UTF8Text, value: ContextValue)]) throws(RequestError) {
        for (key, value) in pairs {
            guard valuesByFoldedKey.updateValue(value, forKey: key.asciiLowercased) == nil else {
                throw RequestError(.duplicateKey, in: .context, key: key)
            }
        }
    }

    /// The number of keys.
    public var count: Int { valuesByFoldedKey.count }

    /// The pairs, in no particular order; keys are folded.
    public var pairs: [(key: UTF8Text, value: ContextValue)] { valuesByFoldedKey.map { ($0.key, $0.value) } }

    /// The value of a key, whatever the case of its letters.
    public subscript(key: UTF8Text) -> ContextValue? {
        get { valuesByFoldedKey[key.asciiLowercased] }
        set { valuesByFoldedKey[key.asciiLowercased] = newValue }
    }

    /// The value of a key that is already lower-case.
    public subscript(folded key: UTF8Text) -> ContextValue? { valuesByFoldedKey[key] }

    /// Removes every key that the predicate accepts; it is given folded names.
    public mutating func removeAll(where isRemoved: (UTF8Text) -> Bool) {
        valuesByFoldedKey = valuesByFoldedKey.filter { !isRemoved($0.key) }
    }

    /// Takes every key of `facts`, which win over what is there (E27).
    public mutating func override(with facts: RequestContext) {
        valuesByFoldedKey.merge(facts.valuesByFoldedKey) { _, fact in fact }
    }

    func validate() throws(RequestError) {
        guard count <= Limits.contextKeysMax else { throw RequestError(.tooManyKeys, in: .context) }
        var byteCount = 0
        for (key, value) in valuesByFoldedKey {
            guard !key.isEmpty else { throw RequestError(.empty, in: .context) }
            // A list would name no endpoint, and so pass by the policy of each (F11).
            if case .multi = value, key.equals("aws:sourcevpce") {
                throw RequestError(.notSingleValued, in: .context, key: key)
            }
            for text in [key] + value.values {
                if text.count > Limits.requestStringBytesMax {
                    throw RequestError(.tooLong, in: .context, key: key)
                }
                if text.containsControlCharacter {
                    throw RequestError(.controlCharacter, in: .context, key: key)
                }
                byteCount += text.count + Limits.contextTextOverhead
            }
            if byteCount > Limits.contextBytesMax { throw RequestError(.tooLong, in: .context) }
        }
    }
}
