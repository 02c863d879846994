import Portcullis

/// Something that a snapshot must pass before it is put in force.
///
/// Gates are asked in order, with the snapshot compiled and verified; the first one that refuses ends it. While
/// they work, what was in force stays in force, and the source waits.
public protocol UpdateGate: Sendable {
    /// What people call it.
    var name: String { get }

    /// Judges what is to be put in force.
    ///
    /// - Returns: remarks for the report, one a line.
    /// - Throws: ``GateRefusal``.
    func judge(_ proposal: Proposal) async throws(GateRefusal) -> [String]
}

/// Why a gate refuses.
public struct GateRefusal: Error, Sendable, Hashable {
    /// What is wrong, for people; may have several lines.
    public let reason: String

    /// A refusal with its reason.
    public init(_ reason: String) { self.reason = reason }
}

/// What is to be put in force, beside what is.
public struct Proposal: Sendable {
    /// What is in force; nil before the first activation.
    public let current: Candidate?
    /// What is to be.
    public let candidate: Candidate
    /// What distinguishes them, where both are known as policies.
    public let difference: PolicySetDifference?

    /// A proposal.
    public init(current: Candidate?, candidate: Candidate) {
        self.current = current
        self.candidate = candidate
        guard let new = candidate.directory, current == nil || current?.directory != nil else {
            difference = nil
            return
        }
        difference = PolicySetDifference(from: current?.directory ?? Directory(), to: new)
    }
}
