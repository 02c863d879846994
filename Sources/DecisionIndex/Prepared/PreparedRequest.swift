public import Vocabulary

/// A request of which caller, credential and action stay, and the rest changes from check to check.
///
/// The first check by a snapshot looks up the caller, and the statements of its policies that concern the action;
/// later checks reuse them, after comparing one number. After a replacement the first check looks again, into
/// memory that the request already has. The decisions are those that ``CompactRequest`` gets.
///
/// A prepared request belongs to one thread at a time, as a reader does. It may be asked through any reader, also
/// of another engine.
///
///     let read = try PreparedRequest(request, credential: credential, at: now)
///     try read.setResource("arn:aws:s3:::training-data/set-1/part-0.parquet")
///     try read.setValue("10.0.0.7", forKey: "aws:SourceIp")
///     read.setTime(now)
///     let decision = reader.authorize(read)
public final class PreparedRequest {
    private let principal: RequestPrincipal
    private let action: UTF8Text
    private let credential: CallerCredential?
    private let isContextComplete: Bool
    private let place: PreparedPlace

    /// Checks a request, lays it out and leaves room for other resources and values.
    ///
    /// - Parameters:
    ///   - request: the first question; the keys of its context are those whose values change without cost.
    ///   - credential: what the caller's temporary credential carries; nil for a long-term one.
    ///   - now: the time of the first check (E26).
    ///   - isContextComplete: whether the context holds every fact, so that the engine fills in none.
    /// - Throws: ``RequestError``; the request is then denied with reason `error` (A4).
    public init(
        _ request: AuthorizationRequest,
        credential: CallerCredential? = nil,
        at now: Instant,
        isContextComplete: Bool = false
    ) throws(RequestError) {
        try request.validate()
        try credential?.validate()
        principal = request.principal
        action = request.action
        self.credential = credential
        self.isContextComplete = isContextComplete
        var layout = RequestLayout(request, credential, at: now, isContextComplete: isContextComplete)
        let rooms = PreparedRooms(&layout)
        // The session's ARN is made of the role's name, without its path, and the session's.
        let nameBytes = 64 + Int(layout.head.principal.count) + Int(layout.head.sessionName.count)
        let room = PreparedRoom(nameBytes: nameBytes, candidateCount: Self.candidateCount)
        place = PreparedPlace(PreparedState(RequestMemory(layout), rooms, credential?.policies, room))
        place.state.isAccountStated = request.resourceAccount != nil
    }

    deinit { place.destroy() }

    /// Room for candidates: of a caller's policies few concern one action.
    private static let candidateCount = 32

    /// Decides by a snapshot that stays until this returns.
    @inline(__always)
    func decide(_ snapshot: borrowing Snapshot, _ scratch: ScratchView) -> Decision {
        place.state.decide(snapshot, scratch)
    }

    // MARK: Changing parts

    /// Asks about another resource from now on.
    ///
    /// Nothing is allocated while the name has at most 256 bytes, or twice those of the first.
    ///
    /// - Parameters:
    ///   - resource: an ARN, or `*` for an action that has no resource (D6).
    ///   - account: the account that owns it, where the caller knows it and the ARN does not say.
    /// - Throws: ``RequestError`` for a text that no request may hold (A4); the resource before stays.
    public func setResource(_ resource: UTF8Text, account: AccountID? = nil) throws(RequestError) {
        growIfWanted()
        let isSet = try resource.withView { (view) throws(RequestError) in
            try Self.check(view, .resource)
            if view.isEmpty { throw RequestError(.empty, in: .resource) }
            guard let account else { return place.state.setResource(view, account: nil) }
            return try account.text.withView { (account) throws(RequestError) in
                try Self.check(account, .resource)
                return place.state.setResource(view, account: account)
            }
        }
        if isSet {
            place.state.isAccountStated = account != nil
        } else {
            var request = current
            request.resource = resource
            request.resourceAccount = account
            layOut(request)
        }
    }

    /// Asks at another time from now on (E26).
    public func setTime(_ now: Instant) {
        (place.state.memory.head.now.seconds, place.state.memory.head.now.nanoseconds) = (
            now.seconds, now.nanoseconds
        )
    }

    /// Gives a key of the context a single value (A3), whatever the case of the key's letters (A2).
    ///
    /// Nothing is allocated while the key had a single value and this one has at most 64 bytes, or twice those of
    /// the first.
    ///
    /// - Throws: ``RequestError`` for a text that no request may hold (A4); the value before stays.
    public func setValue(_ value: UTF8Text, forKey key: UTF8Text) throws(RequestError) {
        growIfWanted()
        let isSet = try value.withView { (value) throws(RequestError) in
            try Self.check(value, .context, key)
            return key.withView { key in place.state.setValue(value, forKey: key) }
        }
        if !isSet { try setContext(key, .single(value)) }
    }

    /// Gives a key of the context a list of values (A3), whatever the case of the key's letters (A2).
    ///
    /// Nothing is allocated while the key had as many values and each has at most 64 bytes, or twice those of the
    /// first.
    ///
    /// - Throws: ``RequestError`` for a text that no request may hold (A4); the values before stay.
    public func setValues(_ values: [UTF8Text], forKey key: UTF8Text) throws(RequestError) {
        growIfWanted()
        for value in values {
            try value.withView { (value) throws(RequestError) in try Self.check(value, .context, key) }
        }
        let isSet = key.withView { key in place.state.setValues(values, forKey: key) }
        if !isSet { try setContext(key, .multi(values)) }
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
        _ key: UTF8Text? = nil
    ) throws(RequestError) {
        if text.count > Limits.requestStringBytesMax { throw RequestError(.tooLong, in: part, key: key) }
        if text.containsControlCharacter { throw RequestError(.controlCharacter, in: part, key: key) }
    }

    // MARK: Laying out anew

    /// The request as it stands now.
    private var current: AuthorizationRequest {
        let view = place.state.memory.view
        var context = RequestContext()
        for index in view.head.entries.indices {
            let entry = view.entry(at: index)
            let first = Int(entry.firstValue)
            let values = (first..<(first + Int(entry.valueCount))).map { view.value($0).text }
            context[view.view(entry.key).text] = entry.isMulti == 1 ? .multi(values) : .single(values[0])
        }
        var request = AuthorizationRequest(
            principal: principal,
            action: action,
            resource: view.view(view.head.resource).text,
            context: context
        )
        if place.state.isAccountStated {
            request.resourceAccount = AccountID(unchecked: view.view(view.head.statedAccount).text)
        }
        return request
    }

    private func setContext(_ key: UTF8Text, _ value: ContextValue) throws(RequestError) {
        var request = current
        request.context[key] = value
        try request.validate()
        layOut(request)
    }

    /// Lays a valid request out in a new block with new room; the next check looks everything up.
    private func layOut(_ request: AuthorizationRequest) {
        let head = place.state.memory.head
        let now = Instant(seconds: head.now.seconds, nanoseconds: head.now.nanoseconds) ?? .distantPast
        var layout = RequestLayout(request, credential, at: now, isContextComplete: isContextComplete)
        let rooms = PreparedRooms(&layout)
        place.state.replace(RequestMemory(layout), rooms)
        place.state.isAccountStated = request.resourceAccount != nil
    }

    /// Makes room for more candidates, after a check that found too many.
    private func growIfWanted() {
        if place.state.wantedCandidates > 0 { place.state.grow() }
    }
}
