public import Portcullis
import Synchronization

/// One thread's way to decide requests, which lets a ``ShadowGate`` see them while it tries a proposal.
public struct ShadowedReader: ~Copyable {
    private var reader: AuthorizationReader
    private let gate: ShadowGate
    private var trial: ShadowGate.Trial?
    private var proposed: AuthorizationReader?
    private var phase: UInt64 = 0

    init(_ reader: consuming AuthorizationReader, _ gate: ShadowGate) {
        self.reader = reader
        self.gate = gate
    }

    /// Decides a request by the current snapshot, and by the one on trial, if there is one, for counting.
    public mutating func authorize(_ request: borrowing CompactRequest) -> Decision {
        let decision = reader.authorize(request)
        let now = gate.phase.load(ordering: .acquiring)
        if now != phase { follow(now) }
        if let trial, let answer = proposed?.authorize(request) { trial.count(decision, answer) }
        return decision
    }

    private mutating func follow(_ now: UInt64) {
        phase = now
        trial = now.isMultiple(of: 2) ? nil : gate.current
        proposed = trial?.engine.makeReader()
    }
}
