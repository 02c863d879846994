public import Portcullis

/// Decides recorded requests by what is in force and by what is to be, and refuses too many changed decisions.
///
/// Every changed decision is listed, in the refusal or in the report. The first activation passes.
public struct ReplayGate: UpdateGate {
    private let requests: RecordedRequests
    private let now: @Sendable () -> Instant
    /// How many requests may be allowed that were not; nil for any number.
    public var newlyAllowedMax: Int?
    /// How many requests may be denied that were not; nil for any number.
    public var newlyDeniedMax: Int?

    /// What people call it.
    public var name: String { "replay" }

    /// A gate that allows no changed decision, unless told otherwise.
    ///
    /// - Parameter now: the time of requests that do not set their own.
    public init(
        _ requests: RecordedRequests,
        newlyAllowedMax: Int? = 0,
        newlyDeniedMax: Int? = 0,
        at now: @escaping @Sendable () -> Instant
    ) {
        self.requests = requests
        self.newlyAllowedMax = newlyAllowedMax
        self.newlyDeniedMax = newlyDeniedMax
        self.now = now
    }

    /// Decides all requests twice.
    public func judge(_ proposal: Proposal) throws(GateRefusal) -> [String] {
        guard let current = proposal.current else { return [] }
        let time = now()
        let before = requests.decide(by: current.image, at: time)
        let after = requests.decide(by: proposal.candidate.image, at: time)
        var (changes, allowedCount, deniedCount) = ([String](), 0, 0)
        for ((entry, old), new) in zip(zip(requests.entries, before), after) where old != new {
            changes.append("\(entry.label): \(old.name) → \(new.name)")
            if new.isAllowed { allowedCount += 1 }
            if old.isAllowed { deniedCount += 1 }
        }
        let summary = "\(changes.count) of \(requests.count) decisions change"
        let list = changes.map { "\n  \($0)" }.joined()
        if let newlyAllowedMax, allowedCount > newlyAllowedMax {
            throw GateRefusal(
                "\(allowedCount) requests would be allowed, \(newlyAllowedMax) may be; \(summary):\(list)"
            )
        }
        if let newlyDeniedMax, deniedCount > newlyDeniedMax {
            throw GateRefusal(
                "\(deniedCount) requests would be denied, \(newlyDeniedMax) may be; \(summary):\(list)"
            )
        }
        return [summary] + changes
    }
}
