public import Vocabulary

// A text that is lent as `UTF8Span` costs no reference counting, unlike one that is kept as `UTF8Text`.
extension PreparedRequest {
    // MARK: Resource

    /// Asks about another resource from now on.
    ///
    /// Nothing is allocated while the name has at most 256 bytes, or twice those of the first.
    ///
    /// - Parameters:
    ///   - resource: an ARN, or `*` for an action that has no resource (D6).
    ///   - account: the account that owns it, where the caller knows it and the ARN does not say.
    /// - Throws: ``RequestError`` for a text that no request may hold (A4); the resource before stays.
    public func setResource(_ resource: UTF8Text, account: AccountID? = nil) throws(RequestError) {
        try resource.withView { (view) throws(RequestError) in try setResource(view, account) }
    }

    /// Asks about another resource from now on; see ``setResource(_:account:)-(UTF8Text,_)``.
    public func setResource(_ resource: borrowing UTF8Span, account: AccountID? = nil) throws(RequestError) {
        try resource.withView { (view) throws(RequestError) in try setResource(view, account) }
    }

    private func setResource(_ resource: ByteView, _ account: AccountID?) throws(RequestError) {
        growIfWanted()
        try Self.check(resource, .resource)
        if resource.isEmpty { throw RequestError(.empty, in: .resource) }
        let isSet: Bool
        if let account {
            isSet = try account.text.withView { (account) throws(RequestError) in
                try Self.check(owner: account, of: resource)
                return place.state.setResource(resource, account: account)
            }
        } else {
            isSet = place.state.setResource(resource, account: nil)
        }
        if isSet { return }
        var request = current
        request.resource = resource.text
        request.resourceAccount = account
        layOut(request)
    }

    /// As a request is checked: an owner that is named has twelve digits, and does not contradict the ARN (G1).
    private static func check(owner: ByteView, of resource: ByteView) throws(RequestError) {
        guard owner.isAccountID else { throw RequestError(.malformedAccount, in: .resource) }
        guard let colons = ARNColons(resource), resource[colons.account].isAccountID else { return }
        if !resource[colons.account].equals(owner) {
            throw RequestError(.contradictoryAccount, in: .resource)
        }
    }

    // MARK: Time

    /// Asks at another time from now on (E26).
    public func setTime(_ now: Instant) {
        place.state.memory.details.now = RequestDetails.Time(
            seconds: now.seconds,
            nanoseconds: now.nanoseconds
        )
    }

    /// Says from now on that the multi-factor authentication of the caller's credential was so many seconds ago; of
    /// no effect on a caller of whom that was not known before.
    ///
    /// Nothing is allocated. Where the number is another, the next check looks the caller up again.
    public func setMultiFactorAuthAge(_ seconds: Int64) {
        guard let age = credential?.multiFactorAuthAgeSeconds, age != seconds else { return }
        credential?.multiFactorAuthAgeSeconds = seconds
        place.state.setMultiFactorAuthAge(seconds)
    }

    // MARK: Context

    /// Gives a key of the context a single value (A3), whatever the case of the key's letters (A2).
    ///
    /// Nothing is allocated while the key had a single value and this one has at most 64 bytes, or twice those of
    /// the first.
    ///
    /// - Throws: ``RequestError`` for a text that no request may hold (A4); the value before stays.
    public func setValue(_ value: UTF8Text, forKey key: UTF8Text) throws(RequestError) {
        try value.withView { (value) throws(RequestError) in
            try key.withView { (key) throws(RequestError) in try setValue(value, key) }
        }
    }

    /// Gives a key of the context a single value; see ``setValue(_:forKey:)-(UTF8Text,_)``.
    public func setValue(
        _ value: borrowing UTF8Span,
        forKey key: borrowing UTF8Span
    ) throws(RequestError) {
        let key = key.span
        try value.withView { (value) throws(RequestError) in
            try ByteView.lend(key) { (key) throws(RequestError) in try setValue(value, key) }
        }
    }

    private func setValue(_ value: ByteView, _ key: ByteView) throws(RequestError) {
        growIfWanted()
        try Self.check(value, .context, key)
        if !place.state.setValue(value, forKey: key) { try setContext(key.text, .single(value.text)) }
    }

    /// Gives a key of the context a list of values (A3), whatever the case of the key's letters (A2).
    ///
    /// Nothing is allocated while the key had as many values and each has at most 64 bytes, or twice those of the
    /// first.
    ///
    /// - Throws: ``RequestError`` for a text that no request may hold (A4); the values before stay.
    public func setValues(_ values: [UTF8Text], forKey key: UTF8Text) throws(RequestError) {
        growIfWanted()
        try key.withView { (key) throws(RequestError) in
            for value in values {
                try value.withView { (value) throws(RequestError) in try Self.check(value, .context, key) }
            }
            if !place.state.setValues(values, forKey: key) { try setContext(key.text, .multi(values)) }
        }
    }

    /// Takes a key out of the context, whatever the case of its letters (A2).
    ///
    /// This lays the request out anew, with its other values.
    public func removeValue(forKey key: UTF8Text) {
        var request = current
        guard request.context[key] != nil else { return }
        request.context[key] = nil
        layOut(request)
    }

    private static func check(
        _ text: ByteView,
        _ part: RequestError.Part,
        _ key: ByteView? = nil
    ) throws(RequestError) {
        if text.count > Limits.requestStringBytesMax {
            throw RequestError(.tooLong, in: part, key: key?.text)
        }
        if text.containsControlCharacter {
            throw RequestError(.controlCharacter, in: part, key: key?.text)
        }
    }
}

extension UTF8Span {
    /// Lends the bytes to code that looks at them in place.
    @inline(__always)
    fileprivate borrowing func withView<Result, Failure: Error>(
        _ body: (ByteView) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try ByteView.lend(span, body)
    }
}
