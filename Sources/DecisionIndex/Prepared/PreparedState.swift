import Vocabulary

/// What a prepared request is and has found, in memory of its own.
///
/// What was found is tagged with the snapshot it was found in; while the tag is that of the snapshot that the
/// reader has pinned, every view in the room's check is of living memory, and otherwise none is looked at.
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
    /// What the check in the room rests on.
    var finding = Finding.nothing
    /// The layers that the caller alone decides on, and where the texts made for them end.
    var callerLayers = LayerLists()
    var factEnd = 0
    /// How many of the caller's candidates are guardrails, which come first, and how many there are in all.
    var guardrailCount = 0
    var ownCount = 0
    /// Whether the target is that of the resource as it stands now.
    var isTargetFound = false
    /// Whether the candidates in the room are those of the check's layers.
    var areCandidatesKept = false

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
        /// More candidates than there is room for, of the caller or with those of the target: each check is made
        /// from the start.
        case tooMany, tooManyOfTarget
    }
}

extension PreparedState {
    /// Decides by a snapshot that stays until this returns.
    @inline(__always)
    mutating func decide(_ snapshot: borrowing Snapshot, _ scratch: ScratchView) -> Decision {
        if foundIn != snapshot.identity { find(in: snapshot, scratch) }
        if !isTargetFound { findTarget(scratch) }
        var decision: Decision
        if finding == .candidates {
            room.begin(scratch, factEnd: factEnd)
            decision = room.check.decideAmongCandidates()
        } else {
            decision = decideWithoutRoom(snapshot.view, scratch)
        }
        decision.revision = snapshot.revision
        return decision
    }

    @inline(never)
    private func decideWithoutRoom(_ image: ImageView, _ scratch: ScratchView) -> Decision {
        if finding == .unknownCaller { return .failed }
        var check = newCheck(image, scratch)
        guard check.resolveCaller() else { return .failed }
        check.resolveTarget()
        return check.decide()
    }

    private func newCheck(_ image: ImageView, _ scratch: ScratchView) -> Check {
        var check = Check(image, memory.view, scratch)
        if let session { check.takeSessionPolicies(session.view) }
        return check
    }

    // MARK: Between checks

    /// Takes another block.
    mutating func replace(_ memory: RequestMemory, _ rooms: PreparedRooms) {
        self.memory = memory
        self.rooms = rooms
        foundIn = 0
    }

    /// Changes a fact of the caller, by which statements may have been dropped.
    mutating func setMultiFactorAuthAge(_ seconds: Int64) {
        memory.details.multiFactorAuthAge = seconds
        foundIn = 0
    }

    /// Makes room for twice as many candidates as a check wanted.
    mutating func grow() {
        room = room.copy(candidateCount: 2 * wantedCandidates)
        wantedCandidates = 0
        foundIn = 0
    }

    /// Notes that there was too little room, unless no room would be enough.
    private mutating func want(_ candidates: Int) {
        if candidates <= Scratch.candidatesMax { wantedCandidates = candidates }
    }

    // MARK: Once a snapshot

    /// Resolves the caller, and collects the candidates of the layers that depend on nothing else.
    @inline(never)
    private mutating func find(in snapshot: borrowing Snapshot, _ scratch: ScratchView) {
        foundIn = snapshot.identity
        isTargetFound = true
        areCandidatesKept = false
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
        check.dropWhatNeverApplies(from: 0)
        guardrailCount = check.candidateCount
        check.collect(check.layers.identity, .identity, 0, check.actionKey, check.image)
        check.collect(check.layers.boundary, .boundary, 0, check.actionKey, check.image)
        if let image = check.sessionImage { check.collectSession(image) }
        check.dropWhatNeverApplies(from: guardrailCount)
        ownCount = check.candidateCount
        guard ownCount <= room.candidateCount else {
            finding = .tooMany
            want(ownCount)
            return
        }
        room.keepOwn(ownCount, from: scratch)
        room.check = check
        (finding, isTargetFound) = (.candidates, false)
    }

    // MARK: Once a resource

    /// Resolves the resource, and collects the candidates of the layers that depend on it.
    @inline(never)
    private mutating func findTarget(_ scratch: ScratchView) {
        isTargetFound = true
        guard finding == .candidates || finding == .tooManyOfTarget else { return }
        let before = room.check.layers.target
        room.check.resource = memory.view.view(memory.head.resource)
        room.check.target = TargetFacts()
        room.check.layers = callerLayers
        room.check.resolveTarget()
        if areCandidatesKept, room.check.layers.target == before { return }
        room.check.scratch = scratch
        room.check.candidateCount = 0
        room.appendOwn(0..<guardrailCount)
        room.check.collectTarget()
        room.appendOwn(guardrailCount..<ownCount)
        areCandidatesKept = room.keepAll()
        finding = areCandidatesKept ? .candidates : .tooManyOfTarget
        if !areCandidatesKept { want(room.check.candidateCount) }
    }
}

extension Check {
    /// Collects the candidates of the layers that the caller alone does not decide on.
    fileprivate mutating func collectTarget() {
        guard layers.hasMoreThanIdentity else { return }
        collectLevels(layers.resourceControl, .resourceControl)
        collect(layers.endpoint, .endpoint, 0, actionKey, image)
        collect(layers.resource, .resource, 0, actionKey, image)
    }
}

/// The layers that the caller alone does not decide on.
private struct TargetLayers: Equatable {
    var applying: UInt8
    var resourceControl: ListRef
    var endpoint: ListRef
    var resource: ListRef
}

extension LayerLists {
    fileprivate var target: TargetLayers {
        TargetLayers(
            applying: applying,
            resourceControl: resourceControl,
            endpoint: endpoint,
            resource: resource
        )
    }
}

/// The state in memory of its own: a class's stored properties would be guarded by dynamic checks of exclusive
/// access in every check.
@safe struct PreparedPlace {
    private let address: UnsafeMutablePointer<PreparedState>

    /// - INVARIANT: the ``PreparedRequest`` that makes the place destroys it, and alone uses it, one thread at a
    ///   time.
    init(_ state: consuming PreparedState) {
        unsafe address = .allocate(capacity: 1)
        unsafe address.initialize(to: state)
    }

    func destroy() {
        unsafe address.deinitialize(count: 1)
        unsafe address.deallocate()
    }

    /// The state, read and changed where it stands.
    var state: PreparedState {
        @inline(__always) unsafeAddress { unsafe UnsafePointer(address) }
        @inline(__always) nonmutating unsafeMutableAddress { unsafe address }
    }
}
