public import Portcullis

/// One thread's way to write decisions down: no lock, no allocation, no waiting.
public struct DecisionRecorder: ~Copyable {
    private let ring: DecisionRing
    private let threshold: UInt32
    private let keepsDenies: Bool
    private var random: UInt64

    init(_ ring: DecisionRing, _ sampling: DecisionSampling) {
        self.ring = ring
        random = UInt64.random(in: 1 ... .max)
        let (interval, keepsDenies): (UInt32, Bool) =
            switch sampling {
            case .complete: (1, true)
            case .oneIn(let interval): (interval, false)
            case .deniesAndOneIn(let interval): (interval, true)
            }
        self.keepsDenies = keepsDenies
        // One of none is none.
        threshold = interval == 0 ? 0 : .max / interval
    }

    deinit { ring.end() }

    /// Writes a decision down, if it is among those that are recorded; where the writer is behind, it is dropped and
    /// counted.
    public mutating func record(_ decision: Decision, _ request: borrowing CompactRequest) {
        append(decision, request)
    }

    /// Writes the decision on a prepared request down, as it stands now.
    public mutating func record(_ decision: Decision, _ request: borrowing PreparedRequest) {
        append(decision, request)
    }

    private mutating func append<Request: RecordableRequest>(
        _ decision: Decision,
        _ request: borrowing Request
    ) {
        guard keepsDenies && !decision.isAllowed || isChosen() else { return }
        ring.append(decision, request)
    }

    /// A step of Marsaglia's xorshift: the choice needs to be fair, not secret.
    private mutating func isChosen() -> Bool {
        guard threshold != .max else { return true }
        random ^= random << 13
        random ^= random >> 7
        random ^= random << 17
        return UInt32(truncatingIfNeeded: random >> 32) < threshold
    }
}

/// A reader whose decisions are written down.
public struct RecordingReader: ~Copyable {
    private var reader: AuthorizationReader
    private var recorder: DecisionRecorder

    /// Joins a reader and a recorder, both of one thread.
    public init(_ reader: consuming AuthorizationReader, _ recorder: consuming DecisionRecorder) {
        self.reader = reader
        self.recorder = recorder
    }

    /// Decides a request by the current snapshot, as ``AuthorizationReader`` does, and writes it down.
    public mutating func authorize(_ request: borrowing CompactRequest) -> Decision {
        let decision = reader.authorize(request)
        recorder.record(decision, request)
        return decision
    }

    /// Decides a prepared request, and writes it down.
    public mutating func authorize(_ request: borrowing PreparedRequest) -> Decision {
        let decision = reader.authorize(request)
        recorder.record(decision, request)
        return decision
    }

    /// Decides many requests by one snapshot, and writes them down.
    ///
    /// - Precondition: there are as many decisions as requests; they are overwritten.
    public mutating func authorize(
        _ requests: Span<CompactRequest>,
        into decisions: inout MutableSpan<Decision>
    ) {
        reader.authorize(requests, into: &decisions)
        for index in requests.indices { recorder.record(decisions[index], requests[index]) }
    }
}
