public import Portcullis
import Synchronization

/// Lets a proposal decide live traffic beside what is in force, and refuses it where they differ too often.
///
/// What is in force answers.
///
/// It sees the checks of the readers that it makes (``makeReader(of:)``), and only while a trial is on; otherwise such a
/// reader does one atomic load more than a plain one.
public final class ShadowGate: UpdateGate {
    /// One proposal on trial.
    final class Trial: Sendable {
        let engine: AuthorizationEngine
        let checks = Atomic<UInt64>(0)
        let newlyAllowed = Atomic<UInt64>(0)
        let newlyDenied = Atomic<UInt64>(0)

        init(_ image: VerifiedImage) { engine = AuthorizationEngine(image) }

        func count(_ answer: Decision, _ proposed: Decision) {
            if proposed.isAllowed, !answer.isAllowed { newlyAllowed.add(1, ordering: .relaxed) }
            if answer.isAllowed, !proposed.isAllowed { newlyDenied.add(1, ordering: .relaxed) }
            checks.add(1, ordering: .releasing)
        }
    }

    /// What a trial has come to so far.
    public struct Tally: Sendable, Hashable {
        /// Checks that both decided.
        public let checks: UInt64
        /// Checks that only the proposal allows.
        public let newlyAllowed: UInt64
        /// Checks that only what is in force allows.
        public let newlyDenied: UInt64
    }

    private let checksMin: UInt64
    private let duration: Duration
    private let newlyAllowedMax: UInt64
    private let newlyDeniedMax: UInt64
    private let trial = Mutex<Trial?>(nil)
    /// Odd while a trial is on; readers look at nothing else.
    let phase = Atomic<UInt64>(0)

    /// What people call it.
    public var name: String { "shadow" }

    /// - Parameters:
    ///   - duration: how long a trial takes; the source waits for as long.
    ///   - checksMin: how many checks a trial must have seen.
    ///   - newlyAllowedMax: how many of them may be allowed by the proposal alone.
    ///   - newlyDeniedMax: how many may be denied by it alone.
    public init(
        for duration: Duration,
        checksMin: UInt64 = 1,
        newlyAllowedMax: UInt64 = 0,
        newlyDeniedMax: UInt64 = 0
    ) {
        self.duration = duration
        self.checksMin = checksMin
        self.newlyAllowedMax = newlyAllowedMax
        self.newlyDeniedMax = newlyDeniedMax
    }

    /// How the trial stands; nil while there is none.
    public var tally: Tally? { current.map { Tally($0) } }

    var current: Trial? { trial.withLock { $0 } }

    /// A reader for one thread, whose checks are seen by trials.
    public func makeReader(of engine: AuthorizationEngine) -> ShadowedReader {
        ShadowedReader(engine.makeReader(), self)
    }

    /// Tries a proposal for as long as the gate was told.
    public func judge(_ proposal: Proposal) async throws(GateRefusal) -> [String] {
        guard proposal.current != nil else { return [] }
        let trial = Trial(proposal.candidate.image)
        begin(trial)
        try? await Task.sleep(for: duration)
        end()
        let tally = Tally(trial)
        let text =
            "\(tally.checks) checks, \(tally.newlyAllowed) newly allowed, \(tally.newlyDenied) newly denied"
        guard tally.checks >= checksMin else { throw GateRefusal("\(text); \(checksMin) checks are needed") }
        guard tally.newlyAllowed <= newlyAllowedMax, tally.newlyDenied <= newlyDeniedMax else {
            throw GateRefusal("\(text); \(newlyAllowedMax) and \(newlyDeniedMax) may be")
        }
        return [text]
    }

    private func begin(_ new: Trial) {
        trial.withLock { trial in
            trial = new
            phase.add(1, ordering: .releasing)
        }
    }

    private func end() {
        trial.withLock { trial in
            trial = nil
            phase.add(1, ordering: .releasing)
        }
    }
}

extension ShadowGate.Tally {
    init(_ trial: ShadowGate.Trial) {
        checks = trial.checks.load(ordering: .acquiring)
        newlyAllowed = trial.newlyAllowed.load(ordering: .relaxed)
        newlyDenied = trial.newlyDenied.load(ordering: .relaxed)
    }
}
