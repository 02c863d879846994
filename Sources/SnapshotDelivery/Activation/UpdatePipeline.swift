import Portcullis

/// Takes what a source says, one event after the other: loads it aside, has it judged, puts it in force.
actor UpdatePipeline {
    private let source: any SnapshotSource
    private let settings: FollowerSettings
    private let loader: CandidateLoader
    private let parts: FollowerParts

    /// An update that may be accepted later.
    private var pending: SnapshotUpdate?
    private var patience = RetryPatience()
    private var lastRejection: (code: DeliveryError.Code, revision: StoreRevision?)?
    /// What changes are applied to, and the ticket of what they were made for.
    private var base: (compiled: CompiledDirectory, turn: UInt64)?
    /// The ticket under which the last update of the source was put in force; nil where it was not.
    private var followedTurn: UInt64?
    /// The ticket of the newest update of the source that was put in force.
    private var acceptedTurn: UInt64?

    init(_ source: any SnapshotSource, _ settings: FollowerSettings, _ parts: FollowerParts) {
        self.source = source
        self.settings = settings
        self.parts = parts
        loader = CandidateLoader(settings: settings)
    }

    /// Takes an event; answers why its update was refused.
    @discardableResult
    func handle(_ event: SourceEvent) async -> DeliveryError? {
        var refusal: DeliveryError?
        switch event {
        case .failure(let failure):
            parts.board.note(.sourceFailed(failure)) { status, _ in
                status.counters.sourceFailures += 1
                status.sourceFailure = failure.description
            }
        case .contact:
            parts.board.note { status, _ in
                status.counters.contacts += 1
                status.sourceFailure = nil
            }
            if let pending {
                if patience.isOver() { await attempt(pending) }
            } else if lastRejection?.code.provesContact ?? true {
                noteContact()
            }
        case .update(let update):
            parts.board.note { status, _ in
                status.counters.updates += 1
                status.sourceFailure = nil
            }
            lastRejection = nil
            patience = RetryPatience()
            refusal = await attempt(update)
        }
        parts.checkFreshness()
        keep()
        return refusal
    }

    private func noteContact() {
        parts.freshness.noteContact()
        parts.board.note { $0.lastContact = $1 }
    }

    private func keep() {
        guard let failure = parts.keeper.keep(parts.enforcement) else { return }
        parts.board.note(.keepingFailed(failure.description)) { status, _ in
            status.counters.keepingFailures += 1
        }
    }

    // MARK: One update

    @discardableResult
    private func attempt(_ update: SnapshotUpdate) async -> DeliveryError? {
        pending = nil
        do throws(DeliveryError) {
            if case .changes(let changes) = update.content {
                try await activate(changes, update)
            } else {
                try await activate(update)
            }
            lastRejection = nil
            if !update.isLapse { noteContact() }
            source.settle(update, isInForce: true)
            return nil
        } catch {
            reject(error, update)
            return error
        }
    }

    private func reject(_ error: DeliveryError, _ update: SnapshotUpdate) {
        if error.isTransient { pending = update }
        if error.code.costsBundle { patience.lengthen() }
        followedTurn = nil
        if !update.isLapse, error.code.provesContact { noteContact() }
        source.settle(update, isInForce: false)
        let isRepeated = lastRejection.map { $0 == (error.code, update.revision) } ?? false
        lastRejection = (error.code, update.revision)
        parts.board.note(error, of: update.revision, isRepeated: isRepeated)
    }

    private func activate(_ update: SnapshotUpdate) async throws(DeliveryError) {
        let standing = parts.enforcement.standing
        if update.isLapse, standing.turn != acceptedTurn {
            throw DeliveryError(.changes, "what a part of has ended is not in force")
        }
        let outcome = try await loader.load(
            update,
            onto: standing,
            counted: StoreRevision((standing.history.revision?.rawValue ?? 0) + 1)
        )
        switch outcome {
        case .same(let history, let pointer, let validity):
            renew(history, pointer, validity)
        case .candidate(let candidate, let history):
            base = nil
            try await judgeAndPublish(candidate, history, isLapse: update.isLapse)
        }
    }

    private func renew(
        _ history: AcceptanceHistory,
        _ pointer: [UInt8]?,
        _ validity: (created: Int64, expires: Int64)
    ) {
        let renewed = parts.enforcement.renew(history.digest, history, validity, pointer: pointer) {
            parts.noteContent($0)
        }
        parts.board.note { status, _ in
            status.counters.repetitions += 1
            status.isKept = false
            if let renewed { status.describe(renewed) }
        }
    }

    // MARK: Changes

    private func activate(_ changes: [DirectoryChange], _ update: SnapshotUpdate)
        async throws(DeliveryError)
    {
        let standing = parts.enforcement.standing
        guard case .unsigned = settings.trust else {
            throw DeliveryError(.signature, "changes are not signed, and a key is configured")
        }
        guard let directory = standing.current?.directory, followedTurn == standing.turn else {
            source.startOver()
            throw DeliveryError(.changes, "what they change is not in force; everything is asked for again")
        }
        do throws(DeliveryError) {
            var compiled = try takeBase(directory, standing.turn)
            try Self.apply(changes, to: &compiled)
            let revision =
                update.revision ?? StoreRevision((standing.history.revision?.rawValue ?? 0) + 1)
            let candidate = Candidate(
                image: compiled.image,
                directory: compiled.directory,
                revision: revision,
                keepsake: .changes(settings.compiler)
            )
            let turn = try await judgeAndPublish(
                candidate,
                AcceptanceHistory(revision: revision),
                isLapse: update.isLapse
            )
            base = (compiled, turn)
        } catch {
            source.startOver()
            throw error
        }
    }

    /// The compiled directory that is in force; given away, so that changing it copies nothing.
    private func takeBase(_ directory: Directory, _ turn: UInt64) throws(DeliveryError) -> CompiledDirectory {
        defer { base = nil }
        if let base, base.turn == turn { return base.compiled }
        do throws(CompileError) { return try CompiledDirectory(directory, settings.compiler) } catch {
            throw DeliveryError(.compile, error.description)
        }
    }

    private static func apply(
        _ changes: [DirectoryChange],
        to compiled: inout CompiledDirectory
    ) throws(DeliveryError) {
        do throws(ChangeFailure) { try compiled.apply(changes) } catch {
            switch error {
            case .change(let error): throw DeliveryError(.changes, error.description)
            case .compile(let error): throw DeliveryError(.compile, error.description)
            }
        }
    }

    // MARK: Judging

    /// Gates may take long; when something else has come in force meanwhile, they are asked again.
    private static let turnsMax = 4

    @discardableResult
    private func judgeAndPublish(
        _ candidate: Candidate,
        _ history: AcceptanceHistory,
        isLapse: Bool
    ) async throws(DeliveryError) -> UInt64 {
        for _ in 0..<Self.turnsMax {
            let standing = parts.enforcement.standing
            let proposal = Proposal(current: standing.current, candidate: candidate)
            let remarks = isLapse ? [] : try await judge(proposal)
            let revision = parts.enforcement.activate(
                candidate,
                history,
                turn: standing.turn,
                opens: !isLapse
            ) {
                if !isLapse { parts.freshness.noteContact() }
                parts.noteContent(candidate)
            }
            guard let revision else { continue }
            followedTurn = standing.turn + 1
            acceptedTurn = followedTurn
            let report = ActivationReport(candidate, revision, proposal.difference, remarks)
            parts.board.note(.activated(report)) { status, now in
                status.counters.activations += 1
                status.lastActivation = now
                status.isKept = false
                status.highestRevision = history.revision
                status.describe(candidate)
            }
            return standing.turn + 1
        }
        throw DeliveryError(.gate, "what is in force changes faster than the gates can judge")
    }

    private func judge(_ proposal: Proposal) async throws(DeliveryError) -> [String] {
        var remarks: [String] = []
        for gate in settings.gates {
            do throws(GateRefusal) {
                remarks += try await gate.judge(proposal).map { "\(gate.name): \($0)" }
            } catch {
                throw DeliveryError(.gate, "\(gate.name): \(error.reason)")
            }
        }
        return remarks
    }
}

extension DeliveryError.Code {
    /// Whether finding it out may have cost the fetch of a whole bundle, or the try of one.
    fileprivate var costsBundle: Bool { self == .fetch || self == .digest }

    /// Whether an update that was refused for this reason did come from the source as it should: its author is at
    /// fault, not its way.
    fileprivate var provesContact: Bool {
        switch self {
        case .snapshot, .policies, .compile, .changes, .gate, .rolledBack: true
        case .signature, .channel, .rollback, .expired, .notYetValid, .digest, .fetch, .size: false
        }
    }
}
