public import Vocabulary

/// Decides requests in process, on every thread, while snapshots are replaced underneath.
///
/// The engine is safe to use from anywhere. A thread that asks much makes an ``AuthorizationReader``, which is
/// faster still.
public final class AuthorizationEngine: Sendable {
    let cell: SnapshotCell<Snapshot>
    private let pool = Guarded<[Workplace]>([])
    let ledger: CountLedger?
    /// What a control plane keeps so that it can change the image in force; writers hold it while they publish.
    private let origin = Guarded<(any Sendable)?>(nil)

    /// An engine that decides by an image, as revision 1.
    ///
    /// - Parameter countsDecisions: whether its readers count what decides, for ``decisionCounts(includingUnused:)``.
    ///   Each reader then has 8 bytes for each statement of each snapshot in use.
    public init(_ image: VerifiedImage, countsDecisions: Bool = false) {
        let ledger = countsDecisions ? CountLedger() : nil
        let counters = ledger?.makeCounters(image)
        self.ledger = ledger
        cell = SnapshotCell { revision in
            Snapshot(image, revision: revision, counters: counters, ledger: ledger)
        }
    }

    /// The revision that a check begun now is decided by, or a newer one.
    public var revision: UInt64 { cell.revision }

    /// How many replaced snapshots are kept because a check may still be using them.
    public var retiredSnapshotCount: Int { cell.retiredCount }

    /// Publishes an image and returns its revision.
    ///
    /// Checks begun afterwards are decided by it or a newer one.
    ///
    /// Nobody waits: checks under way finish on the snapshot they began with.
    @discardableResult
    public func replace(with image: VerifiedImage) -> UInt64 {
        origin.withLock { origin in
            origin = nil
            return publish(image)
        }
    }

    private func publish(_ image: VerifiedImage) -> UInt64 {
        let counters = ledger?.makeCounters(image)
        return cell.publish { revision in
            Snapshot(image, revision: revision, counters: counters, ledger: ledger)
        }
    }

    /// An engine that decides by an image, and keeps what it was made from.
    package convenience init(
        _ image: VerifiedImage,
        from origin: some Sendable,
        countsDecisions: Bool = false
    ) {
        self.init(image, countsDecisions: countsDecisions)
        self.origin.withLock { $0 = origin }
    }

    /// Publishes an image, and keeps what it was made from.
    package func replace(with image: VerifiedImage, from new: some Sendable) -> UInt64 {
        origin.withLock { origin in
            origin = new
            return publish(image)
        }
    }

    /// Changes what the image in force was made from, and publishes the image of that.
    ///
    /// Nil where the engine does not know it. Other writers wait meanwhile; readers do not.
    package func update<Origin: Sendable, Failure: Error>(
        _: Origin.Type,
        _ change: (inout Origin) throws(Failure) -> VerifiedImage
    ) throws(Failure) -> UInt64? {
        try origin.withLock { origin throws(Failure) in
            guard var known = origin as? Origin else { return nil }
            // Held once only, so that a change does not copy it.
            origin = nil
            defer { origin = known }
            return publish(try change(&known))
        }
    }

    /// Frees replaced snapshots that no check uses any more; returns how many are still in use.
    ///
    /// Publishing does this, too; call it to be rid of the last one without publishing.
    @discardableResult
    public func reclaim() -> Int { cell.reclaim() }

    /// A reader for one thread.
    ///
    /// - Parameter countsDecisions: whether what decides its checks is counted, where the engine counts.
    public func makeReader(countsDecisions: Bool = true) -> AuthorizationReader {
        let counter = ReaderCounter(countsDecisions ? ledger : nil)
        // So that its first check finds its counts.
        cell.withSnapshot { snapshot in counter.change(to: snapshot) }
        return AuthorizationReader(cell.makeReader(), counter)
    }

    /// Decides a request, on any thread and in any task.
    public func authorize(_ request: CompactRequest) -> Decision {
        let place = takeWorkplace()
        defer { giveBack(place) }
        return cell.withSnapshot { snapshot in
            let decision = snapshot.decide(request, place.scratch.view)
            place.counter.count(decision, by: snapshot)
            return decision
        }
    }

    /// What a check of a convenience call works with, until it is given back.
    @inline(__always)
    func takeWorkplace() -> Workplace { pool.withLock { $0.popLast() } ?? Workplace(ledger) }

    @inline(__always)
    func giveBack(_ place: Workplace) { pool.withLock { $0.append(place) } }

    /// The name of the policy that decided, as long as the deciding revision is the current one.
    ///
    /// Nil for a session policy, which came with the request and is none of the snapshot's.
    public func policyName(of decision: Decision) -> UTF8Text? {
        guard decision.layer != .session else { return nil }
        return cell.withSnapshot { snapshot in
            snapshot.revision == decision.revision ? snapshot.image.policyName(of: decision) : nil
        }
    }
}

/// What a check of a convenience call works with, by one thread at a time.
final class Workplace: Sendable {
    let scratch = Scratch()
    let counter: ReaderCounter

    init(_ ledger: CountLedger?) { counter = ReaderCounter(ledger) }
}

/// One thread's way to decide requests: no lock, no allocation, no atomic read-modify-write, no reference
/// counting (see `Documentation/publishing.md`).
public struct AuthorizationReader: ~Copyable {
    let reader: SnapshotReader<Snapshot>
    private let scratch = Scratch()
    let memory: ScratchView
    let counter: ReaderCounter

    init(_ reader: consuming SnapshotReader<Snapshot>, _ counter: consuming ReaderCounter) {
        self.reader = reader
        self.counter = counter
        memory = scratch.view
    }

    /// Decides a request by the current snapshot.
    ///
    /// - Complexity: bounded by the policies attached to the caller and the resource, whatever the request holds.
    public mutating func authorize(_ request: borrowing CompactRequest) -> Decision {
        reader.withSnapshot { snapshot in
            let decision = snapshot.decide(request, memory)
            counter.count(decision, by: snapshot)
            return decision
        }
    }

    /// Decides one of many requests by the current snapshot.
    ///
    /// Handing over a request out of an array counts references to it in the caller's loop; this does not.
    ///
    /// - Precondition: `index` is one of the span's.
    public mutating func authorize(_ requests: Span<CompactRequest>, at index: Int) -> Decision {
        reader.withSnapshot { snapshot in
            let decision = snapshot.decide(requests, at: index, memory)
            counter.count(decision, by: snapshot)
            return decision
        }
    }
}

extension Snapshot {
    @inline(__always)
    fileprivate func decide(_ request: borrowing CompactRequest, _ memory: ScratchView) -> Decision {
        var decision = Evaluator.decide(request, view, memory)
        decision.revision = revision
        return decision
    }

    @inline(__always)
    fileprivate func decide(_ requests: Span<CompactRequest>, at index: Int, _ memory: ScratchView)
        -> Decision
    {
        let request = requests[index].view
        // Whoever goes through an array asks for the next one soon.
        if index &+ 2 < requests.count { requests[index &+ 2].view.prefetch(lines: 10) }
        var decision = Evaluator.decide(request, requests[index].sessionView, view, memory)
        decision.revision = revision
        return decision
    }
}
