import Vocabulary

extension SessionFacts {
    /// Checks what the request's own validation checks of its context (A2, A4).
    func validate() throws(RequestError) {
        if let name, !name.isSessionName { throw RequestError(.malformedPrincipal, in: .principal) }
        var keys: Set<UTF8Text> = []
        for (key, value) in tags {
            let contextKey = UTF8Text("\(EngineOwnedKey.principalTagPrefix)\(key)")
            guard keys.insert(key.asciiLowercased).inserted else {
                throw RequestError(.duplicateKey, in: .context, key: contextKey)
            }
            guard !key.isEmpty else { throw RequestError(.empty, in: .context, key: contextKey) }
            try Self.check(key, contextKey)
            try Self.check(value, contextKey)
        }
        for (text, key) in [
            (sourceIdentity, EngineOwnedKey.sourceIdentity), (federatedProvider, .federatedProvider),
        ] {
            if let text { try Self.check(text, UTF8Text(key.rawValue)) }
        }
    }

    private static func check(_ text: UTF8Text, _ key: UTF8Text) throws(RequestError) {
        if text.count > Limits.requestStringBytesMax { throw RequestError(.tooLong, in: .context, key: key) }
        if text.containsControlCharacter { throw RequestError(.controlCharacter, in: .context, key: key) }
    }
}

extension UTF8Text {
    /// Whether the text can be the last part of a session ARN, where a separator would forge another name.
    fileprivate var isSessionName: Bool {
        !isEmpty && count <= Limits.requestStringBytesMax && !containsControlCharacter
            && !bytes.contains(UInt8(ascii: "/")) && !bytes.contains(UInt8(ascii: ":"))
    }
}
