/// What the facts of a temporary credential must keep, as a request's context must (A2, A4).
package enum CredentialRules {
    /// Checks what a credential carries.
    ///
    /// - Throws: ``RequestError``; the request is then denied with reason `error` (A4).
    package static func check(
        sessionName: UTF8Text?,
        tags: [UTF8Text: UTF8Text],
        sourceIdentity: UTF8Text?,
        federatedProvider: UTF8Text?
    ) throws(RequestError) {
        if let sessionName, !sessionName.isSessionName {
            throw RequestError(.malformedPrincipal, in: .principal)
        }
        var keys: Set<UTF8Text> = []
        var byteCount = 0
        for (key, value) in tags {
            let contextKey = UTF8Text("aws:PrincipalTag/\(key)")
            guard !key.isEmpty else { throw RequestError(.empty, in: .context, key: contextKey) }
            guard keys.insert(key.asciiLowercased).inserted else {
                throw RequestError(.duplicateKey, in: .context, key: contextKey)
            }
            try check(key, contextKey)
            try check(value, contextKey)
            byteCount += key.count + value.count + 2 * Limits.contextTextOverhead
            if byteCount > Limits.contextBytesMax { throw RequestError(.tooLong, in: .context) }
        }
        if let sourceIdentity { try check(sourceIdentity, "aws:SourceIdentity") }
        if let federatedProvider { try check(federatedProvider, "aws:FederatedProvider") }
    }

    private static func check(_ text: UTF8Text, _ key: UTF8Text) throws(RequestError) {
        if text.count > Limits.requestStringBytesMax { throw RequestError(.tooLong, in: .context, key: key) }
        if text.containsControlCharacter { throw RequestError(.controlCharacter, in: .context, key: key) }
    }
}

extension UTF8Text {
    /// Whether the text can be the last part of a session ARN, where a separator would forge another name.
    package var isSessionName: Bool {
        !isEmpty && count <= Limits.sessionNameBytesMax && !containsControlCharacter
            && !bytes.contains(UInt8(ascii: "/")) && !bytes.contains(UInt8(ascii: ":"))
    }
}
