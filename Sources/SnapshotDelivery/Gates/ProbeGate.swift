public import Portcullis

/// Refuses what does not decide certain requests as it must, such as that an administrator still gets in.
public struct ProbeGate: UpdateGate {
    private let probes: RecordedRequests
    private let now: @Sendable () -> Instant

    /// What people call it.
    public var name: String { "probes" }

    /// A gate for requests whose `expect` says how each must be decided.
    ///
    /// - Parameter now: the time of requests that do not set their own.
    /// - Returns: nil if a request expects nothing.
    public init?(_ probes: RecordedRequests, at now: @escaping @Sendable () -> Instant) {
        guard probes.entries.allSatisfy({ $0.document.expect != nil }) else { return nil }
        self.probes = probes
        self.now = now
    }

    /// Decides all probes.
    public func judge(_ proposal: Proposal) throws(GateRefusal) -> [String] {
        let outcomes = probes.decide(by: proposal.candidate.image, at: now())
        var faults: [String] = []
        for (entry, outcome) in zip(probes.entries, outcomes) {
            guard let expected = entry.document.expect, expected != UTF8Text(outcome.name) else { continue }
            faults.append("\n  \(entry.label): \(outcome.name), not \(expected)")
        }
        guard faults.isEmpty else {
            throw GateRefusal("\(faults.count) of \(probes.count) probes fail:\(faults.joined())")
        }
        return ["\(probes.count) probes passed"]
    }
}
