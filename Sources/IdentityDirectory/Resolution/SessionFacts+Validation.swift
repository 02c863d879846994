import Vocabulary

extension SessionFacts {
    /// Checks what the request's own validation checks of its context (A2, A4).
    func validate() throws(RequestError) {
        try CredentialRules.check(
            sessionName: name,
            tags: tags,
            sourceIdentity: sourceIdentity,
            federatedProvider: federatedProvider
        )
    }
}
