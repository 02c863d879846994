import Foundation
import Portcullis

/// What a follower consists of, apart from its source; each part may be used from anywhere.
struct FollowerParts: Sendable {
    let enforcement: Enforcement
    let board: StatusBoard
    let freshness: Freshness
    let keeper: Keeper
    let response: StalenessResponse
    private let clockTolerance: Int64

    init(_ source: any SnapshotSource, _ settings: FollowerSettings) throws(CompileError) {
        enforcement = try Enforcement(countsDecisions: settings.countsDecisions)
        board = StatusBoard(source: source.name, settings)
        freshness = Freshness(limit: settings.stalenessLimit, clock: settings.clock)
        keeper = Keeper(settings.keepingFolder.map { LastGoodStore(folder: $0) }, settings.clock)
        response = settings.stalenessResponse
        clockTolerance = if case .signed(let rules) = settings.trust { rules.clockTolerance } else { 0 }
    }

    /// Something else is in force, or the same has been signed again: from now on its expiry counts, with the
    /// tolerance for wrong clocks.
    func noteContent(_ candidate: Candidate) {
        freshness.noteContent(
            created: candidate.created,
            expires: candidate.expires.map { $0 + clockTolerance }
        )
    }

    /// Why nothing may be decided by what is in force now, where the settings say so.
    private var reasonToClose: ClosureReason? { response == .denyEverything ? freshness.fault : nil }

    /// Puts in force what was before, unless it has expired: then everything is denied.
    func rollBack() -> Enforcement.Return? {
        enforcement.rollBack { candidate in
            noteContent(candidate)
            return reasonToClose
        }
    }

    /// Closes what is stale, opens what is fresh again, and tells.
    func checkFreshness() {
        switch response {
        case .denyEverything:
            if let fault = enforcement.close(for: { reasonToClose }) {
                board.note(.closed(fault)) { status, _ in status.counters.closures += 1 }
            } else if enforcement.closure ?? .noSnapshot != .noSnapshot,
                enforcement.reopen(unless: { reasonToClose })
            {
                board.note(.recovered) { _, _ in }
            }
        case .continueAndReport:
            let fault = freshness.fault
            guard enforcement.closure == nil else { return }
            let known = board.current.staleness
            guard known != fault else { return }
            board.note(fault.map { .stale($0) } ?? .recovered) { status, _ in status.staleness = fault }
        }
    }

    /// How things stand now.
    var status: FollowerStatus {
        var status = board.current
        status.engineRevision = enforcement.engine.revision
        status.keepingFailure = keeper.failure?.description
        if let closure = enforcement.closure {
            status.state = .closed(closure)
        } else if let fault = status.staleness {
            status.state = .enforcingStale(fault)
        } else {
            status.state = status.isKept ? .enforcingKept : .enforcing
        }
        return status
    }
}

extension FollowerStatus {
    mutating func describe(_ candidate: Candidate) {
        storeRevision = candidate.revision
        created = candidate.created.map { Date(timeIntervalSince1970: Double($0)) }
        expires = candidate.expires.map { Date(timeIntervalSince1970: Double($0)) }
    }
}

extension ActivationReport {
    init(
        _ candidate: Candidate,
        _ engineRevision: UInt64,
        _ difference: PolicySetDifference?,
        _ remarks: [String]
    ) {
        storeRevision = candidate.revision
        self.engineRevision = engineRevision
        counts = candidate.image.counts
        self.difference = difference
        self.remarks = remarks
    }
}
