public import Portcullis

/// Keeps an engine at what a source holds: fetches, verifies, compiles aside, asks the gates, swaps, keeps the last
/// good content on disk, and says how it stands.
///
///     let follower = try SnapshotFollower(following: FileSource(path: "policies"), FollowerSettings(trust: .unsigned))
///     let task = Task { await follower.run() }
///     let decision = follower.engine.authorize(request)
///
/// Until the first activation, and where the settings say so when the source is silent for too long, the engine denies
/// everything. Checks go to the engine directly and are not slower than without a follower. Nobody else may publish to
/// the engine.
public final class SnapshotFollower: Sendable {
    private let source: any SnapshotSource
    let settings: FollowerSettings
    let parts: FollowerParts
    private let pipeline: UpdatePipeline

    /// A follower that does nothing until it runs, except that its engine decides by what an earlier run kept.
    ///
    /// - Throws: ``CompileError`` if not even an image that denies everything can be made.
    public init(
        following source: any SnapshotSource,
        _ settings: FollowerSettings
    ) throws(CompileError) {
        self.source = source
        self.settings = settings
        parts = try FollowerParts(source, settings)
        pipeline = UpdatePipeline(source, settings, parts)
        restore()
    }

    /// What decides.
    public var engine: AuthorizationEngine { parts.enforcement.engine }

    /// Follows the source until the task is cancelled.
    ///
    /// It is called once. A source that ends is silent from then on.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.watchFreshness() }
            while !Task.isCancelled, let event = await source.next() { await pipeline.handle(event) }
            await group.waitForAll()
        }
    }

    /// Closes what has gone stale or expired, and opens what is fresh again, until the task is cancelled; ``run()`` does
    /// this, too.
    package func watchFreshness() async {
        let interval = min(settings.stalenessLimit.map { $0 / 10 } ?? .seconds(1), .seconds(1))
        while !Task.isCancelled {
            parts.checkFreshness()
            try? await Task.sleep(for: max(interval, .milliseconds(10)))
        }
    }

    /// One event, as ``run()`` handles it; answers why an update was refused.
    @discardableResult
    package func handle(_ event: SourceEvent) async -> DeliveryError? { await pipeline.handle(event) }

    /// What ``run()`` does from time to time.
    package func checkFreshness() { parts.checkFreshness() }

    /// The policies in force, also while everything is denied; nil where there are none, and for a compiled snapshot,
    /// which names its policies only.
    public var directory: Directory? { parts.enforcement.standing.current?.directory }

    // MARK: Status and rollback

    /// How the follower stands.
    public var status: FollowerStatus { parts.status }

    /// Puts in force what was before the last activation, at once; what is being fetched or judged does not delay it.
    ///
    /// What was rolled back does not come again: of signed content until a higher revision is published, of other
    /// content until the source holds something else.
    ///
    /// - Returns: false where there is nothing to go back to: after the start, and after a rollback.
    @discardableResult
    public func rollBack() -> Bool {
        guard let gone = parts.rollBack() else { return false }
        let proposal = Proposal(current: gone.abandoned, candidate: gone.candidate)
        let report = ActivationReport(gone.candidate, gone.engineRevision, proposal.difference, [])
        parts.board.note(.rolledBack(report)) { status, now in
            status.counters.rollbacks += 1
            status.lastActivation = now
            status.describe(gone.candidate)
        }
        if let reason = gone.closed {
            parts.board.note(.closed(reason)) { status, _ in status.counters.closures += 1 }
        }
        if let failure = parts.keeper.keep(parts.enforcement) {
            parts.board.note(.keepingFailed(failure.description)) { status, _ in
                status.counters.keepingFailures += 1
            }
        }
        parts.checkFreshness()
        return true
    }

    // MARK: Revisions

    /// What a decision of the engine was made by; nil after some thousand later activations.
    ///
    /// - Complexity: O(log n) under a lock; call it where decisions are written down, not for each check.
    public func provenance(of decision: Decision) -> Provenance? {
        parts.enforcement.revisions[decision.revision]
    }

    /// The revision of the store by which a check begun now is decided, or a newer one; nil while everything is denied.
    public var storeRevision: StoreRevision? { parts.enforcement.storeRevision }

    /// Decides a request by a revision of the store that is not older than `revision`: at once if it is in force,
    /// else when it comes in time, else with a deny.
    ///
    /// Whoever changed policies or what they protect, and knows the store's revision from then, asks so, and is not
    /// answered by what was before.
    public func authorize(
        _ request: CompactRequest,
        atLeast revision: StoreRevision,
        waitingAtMost duration: Duration = .zero
    ) async -> RevisionedDecision {
        if let answer = answer(request, atLeast: revision) { return answer }
        if duration > .zero {
            await parts.enforcement.wait(for: revision, atMost: duration)
            if let answer = answer(request, atLeast: revision) { return answer }
        }
        parts.board.note { status, _ in status.counters.unmetRevisions += 1 }
        let unmet = UnmetRevision(wanted: revision, present: storeRevision)
        return RevisionedDecision(decision: .malformedRequest, storeRevision: nil, unmet: unmet)
    }

    private func answer(_ request: CompactRequest, atLeast revision: StoreRevision) -> RevisionedDecision? {
        let decision = engine.authorize(request)
        guard let found = provenance(of: decision)?.storeRevision, found >= revision else { return nil }
        return RevisionedDecision(decision: decision, storeRevision: found, unmet: nil)
    }

    // MARK: What an earlier run kept

    private func restore() {
        guard let folder = settings.keepingFolder else { return }
        let store = LastGoodStore(folder: folder)
        store.tidy()
        // What was accepted counts even where the content itself cannot be used any more.
        if let record = store.currentRecord, (record.kind == .bundle) == settings.trust.isSigned {
            parts.enforcement.remember(record.history, rolledBack: record.rolledBack)
        }
        do throws(FileFailure) {
            guard let kept = try store.read(settings.compiler) else { return }
            let candidate = try candidate(of: kept)
            let standing = parts.enforcement.standing
            _ = parts.enforcement.activate(candidate, standing.history, turn: standing.turn) {
                parts.noteContent(candidate)
            }
            parts.enforcement.remember(kept.history, rolledBack: kept.rolledBack)
            parts.keeper.noteKept(parts.enforcement)
            parts.board.note { status, _ in
                status.isKept = true
                status.highestRevision = kept.history.revision
                status.describe(candidate)
            }
            parts.checkFreshness()
        } catch {
            parts.keeper.noteFailure(error)
            parts.board.note(.keepingFailed(error.description)) { status, _ in
                status.counters.keepingFailures += 1
            }
        }
    }

    /// Signed content is verified again; that it may have expired is a matter of freshness.
    private func candidate(of kept: KeptContent) throws(FileFailure) -> Candidate {
        switch (kept.material, settings.trust) {
        case (.snapshot(let image), .unsigned):
            return Candidate(image: image, directory: nil, revision: kept.revision, keepsake: .image)
        case (.bundle(let bytes, let pointer), .signed(let rules)):
            do throws(DeliveryError) {
                let bundle = try VerifiedBundle(verifying: bytes, by: rules.keys)
                guard bundle.record.claim.channel == rules.channel else {
                    throw DeliveryError(.channel, "kept for channel `\(bundle.record.claim.channel)`")
                }
                var signed: (bytes: [UInt8], record: SignedRecord)?
                if let pointer {
                    let record = try SignedRecord(verifying: pointer[...], by: rules.keys)
                    guard record.claim.subject == .bundle, record.claim.digest == bundle.digest,
                        record.claim.channel == rules.channel
                    else { throw DeliveryError(.signature, "the kept pointer names another bundle") }
                    signed = (pointer, record)
                }
                return try CandidateLoader(settings: settings).candidate(bundle, bytes, pointer: signed)
            } catch {
                throw FileFailure("what was kept is not used: \(error)")
            }
        case (.snapshot, .signed): throw FileFailure("what was kept is not used: it is not signed")
        case (.bundle, .unsigned): throw FileFailure("what was kept is not used: no key is configured")
        }
    }
}
