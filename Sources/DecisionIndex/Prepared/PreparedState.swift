import Vocabulary

/// What a prepared request is and has found, in memory of its own.
///
/// What was found is tagged with the snapshot it was found in; while the tag is that of the snapshot that the
/// reader has pinned, every view in `check` is of living memory, and otherwise none is looked at.
struct PreparedState {
    /// The request, laid out.
    var memory: RequestMemory
    /// Where its changing parts may stand.
    var rooms: PreparedRooms
    let session: SessionPolicies?
    var room: PreparedRoom
    /// Whether the request names the owner of the resource, instead of the resource's ARN.
    var isAccountStated = false
    /// More candidates than there was room for, which the next change of the request makes.
    var wantedCandidates = 0

    /// The ``Snapshot/identity`` of the snapshot that everything below was found in; 0 for none.
    var foundIn: UInt64 = 0
    /// A check with its caller resolved and, while `isTargetFound`, its target.
    var check: Check?
    var finding = Finding.nothing
    /// The layers that the caller alone decides on, and where the texts made for them end.
    var callerLayers = LayerLists()
    var factEnd = 0
    /// How many of the caller's candidates are guardrails, which come first, and how many there are in all.
    var guardrailCount = 0
    var ownCount = 0
    /// Whether the target is that of the resource as it stands now.
    var isTargetFound = false
    /// The layers whose candidates stand in the room; nil for none.
    var collectedLayers: LayerLists?

    init(_ memory: RequestMemory, _ rooms: PreparedRooms, _ session: SessionPolicies?, _ room: PreparedRoom) {
        self.memory = memory
        self.rooms = rooms
        self.session = session
        self.room = room
    }

    /// What a snapshot holds for the request.
    enum Finding {
        case nothing
        /// The caller is not one that the snapshot knows: every check is an error (A4).
        case unknownCaller
        case candidates
        /// More candidates than there is room for: each check is made from the start.
        case tooMany
    }
}

extension PreparedState {
    /// Decides by a snapshot that stays until this returns.
    @inline(__always)
    mutating func decide(_ snapshot: borrowing Snapshot, _ scratch: ScratchView) -> Decision {
        if foundIn != snapshot.identity { find(in: snapshot, scratch) }
        if !isTargetFound { findTarget(scratch) }
        guard finding == .candidates else { return decideWithoutRoom(snapshot.view, scratch) }
        check?.scratch = room.withCandidates(scratch)
        check?.factEnd = factEnd
        check?.made = MadeTexts()
        var decision = check?.decideAmongCandidates() ?? .failed
        decision.revision = snapshot.revision
        return decision
    }

    @inline(never)
    private func decideWithoutRoom(_ image: ImageView, _ scratch: ScratchView) -> Decision {
        guard finding == .tooMany else { return .failed }
        var check = newCheck(image, scratch)
        guard check.resolveCaller() else { return .failed }
        check.resolveTarget()
        return check.decide()
    }

    private func newCheck(_ image: ImageView, _ scratch: ScratchView) -> Check {
        var check = Check(image, memory.view, scratch)
        if let session {
            check.sessionImage = session.image.memory.view
            check.layers.apply(.session, session.list)
        }
        return check
    }

    // MARK: Between checks

    /// Takes another block.
    mutating func replace(_ memory: RequestMemory, _ rooms: PreparedRooms) {
        self.memory = memory
        self.rooms = rooms
        foundIn = 0
    }

    /// Makes room for twice as many candidates as a check wanted.
    mutating func grow() {
        room = room.copy(candidateCount: 2 * wantedCandidates)
        wantedCandidates = 0
        foundIn = 0
    }

    // MARK: Once a snapshot

    /// Resolves the caller, and collects the candidates of the layers that depend on nothing else.
    @inline(never)
    private mutating func find(in snapshot: borrowing Snapshot, _ scratch: ScratchView) {
        foundIn = snapshot.identity
        isTargetFound = true
        // What stands here belongs to another snapshot, which may be gone.
        check = nil
        collectedLayers = nil
        var check = newCheck(snapshot.view, scratch)
        guard check.resolveCaller() else {
            finding = .unknownCaller
            return
        }
        if check.factEnd > 0 {
            // The session's ARN, made in working memory that the next check overwrites.
            guard let name = room.keep(check.caller.name) else {
                finding = .tooMany
                return
            }
            check.caller.name = name
        }
        (factEnd, callerLayers) = (check.factEnd, check.layers)
        check.resolveTarget()
        check.collectLevels(check.layers.serviceControl, .serviceControl)
        guardrailCount = check.candidateCount
        check.collect(check.layers.identity, .identity, 0, check.actionKey, check.image)
        check.collect(check.layers.boundary, .boundary, 0, check.actionKey, check.image)
        if let image = check.sessionImage { check.collectSession(image) }
        ownCount = check.candidateCount
        guard ownCount <= room.candidateCount else {
            (finding, wantedCandidates) = (.tooMany, ownCount)
            return
        }
        room.keepOwn(ownCount, from: scratch)
        self.check = check
        (finding, isTargetFound) = (.candidates, false)
    }

    // MARK: Once a resource

    /// Resolves the resource, and the candidates of the layers that depend on it.
    @inline(never)
    private mutating func findTarget(_ scratch: ScratchView) {
        isTargetFound = true
        guard var check, finding != .unknownCaller else { return }
        check.scratch = scratch
        check.resource = memory.view.view(memory.head.resource)
        check.target = TargetFacts()
        check.layers = callerLayers
        check.resolveTarget()
        if let collectedLayers, collectedLayers == check.layers {
            self.check = check
            return
        }
        check.candidateCount = 0
        room.appendOwn(0..<guardrailCount, to: &check)
        check.collectLevels(check.layers.resourceControl, .resourceControl)
        check.collect(check.layers.endpoint, .endpoint, 0, check.actionKey, check.image)
        check.collect(check.layers.resource, .resource, 0, check.actionKey, check.image)
        room.appendOwn(guardrailCount..<ownCount, to: &check)
        guard check.candidateCount <= room.candidateCount else {
            (finding, wantedCandidates, collectedLayers) = (.tooMany, check.candidateCount, nil)
            self.check = check
            return
        }
        room.keepAll(of: check)
        collectedLayers = check.layers
        finding = .candidates
        self.check = check
    }
}

/// The state in memory of its own: a class's stored properties would be guarded by dynamic checks of exclusive
/// access in every check.
///
/// INVARIANT: a ``PreparedRequest`` alone holds the place, and belongs to one thread at a time.
@safe final class PreparedPlace {
    private let address: UnsafeMutablePointer<PreparedState>

    init(_ state: consuming PreparedState) {
        unsafe address = .allocate(capacity: 1)
        unsafe address.initialize(to: state)
    }

    deinit {
        unsafe address.deinitialize(count: 1)
        unsafe address.deallocate()
    }

    /// The state, read and changed where it stands.
    var state: PreparedState {
        @inline(__always) unsafeAddress { unsafe UnsafePointer(address) }
        @inline(__always) unsafeMutableAddress { unsafe address }
    }
}
