extension AuthorizationRequest {
    /// Checks a resource by itself, as ``validate()`` does within a request (A4).
    ///
    /// - Throws: ``RequestError`` for a resource that is empty, too long or holds control characters.
    package static func validate(resource: UTF8Text) throws(RequestError) {
        try check(resource, .resource)
        if resource.isEmpty { throw RequestError(.empty, in: .resource) }
    }

    /// Checks a stated owner by itself, as ``validate()`` does within a request (A4).
    ///
    /// - Throws: ``RequestError``.
    package static func validate(owner: AccountID) throws(RequestError) {
        try check(owner: owner, of: "*")
    }

    /// Checks facts by themselves, as ``validate()`` does within a request (A4).
    ///
    /// - Throws: ``RequestError``.
    package static func validate(context: RequestContext) throws(RequestError) { try context.validate() }
}
