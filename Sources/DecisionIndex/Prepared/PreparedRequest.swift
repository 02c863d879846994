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
    var credential: CallerCredential?
    private let isContextComplete: Bool
    let place: PreparedPlace

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
        let nameBytes = 64 + Int(layout.head.principal.count) + Int(layout.details.sessionName.count)
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

    // MARK: Laying out anew

    /// The request as it stands now.
    package var current: AuthorizationRequest {
        let view = place.state.memory.view
        var context = RequestContext()
        for index in view.details.entries.indices {
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

    func setContext(_ key: UTF8Text, _ value: ContextValue) throws(RequestError) {
        var request = current
        request.context[key] = value
        try request.validate()
        layOut(request)
    }

    /// Lays a valid request out in a new block with new room; the next check looks everything up.
    func layOut(_ request: AuthorizationRequest) {
        let time = place.state.memory.details.now
        let now = Instant(seconds: time.seconds, nanoseconds: time.nanoseconds) ?? .distantPast
        var layout = RequestLayout(request, credential, at: now, isContextComplete: isContextComplete)
        let rooms = PreparedRooms(&layout)
        place.state.replace(RequestMemory(layout), rooms)
        place.state.isAccountStated = request.resourceAccount != nil
    }

    /// Makes room for more candidates, after a check that found too many.
    func growIfWanted() {
        if place.state.wantedCandidates > 0 { place.state.grow() }
    }
}
