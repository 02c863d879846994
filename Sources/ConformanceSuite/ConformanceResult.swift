/// What became of one vector.
public struct ConformanceResult: Sendable {
    /// The vector's name.
    public let id: String
    /// Whether it passed.
    public let verdict: Verdict

    /// The three ways a vector can end.
    public enum Verdict: Sendable, Hashable {
        /// The answer is the one wanted.
        case passed
        /// It is not; what was wanted and what came.
        case failed(String)
        /// The vector does not concern this evaluator; why.
        case skipped(String)
    }
}

/// The sums of a run, and what failed.
public struct ConformanceReport: Sendable {
    /// How many vectors passed.
    public private(set) var passedCount = 0
    /// How many were skipped, by reason.
    public private(set) var skipped: [String: Int] = [:]
    /// The vectors that failed, with what was wanted and what came.
    public private(set) var failures: [(id: String, message: String)] = []

    /// A report of nothing.
    public init() {}

    /// Counts a result.
    public mutating func add(_ result: ConformanceResult) {
        switch result.verdict {
        case .passed: passedCount += 1
        case .failed(let message): failures.append((result.id, message))
        case .skipped(let reason): skipped[reason, default: 0] += 1
        }
    }

    /// `N passed, N failed, N skipped`.
    public var summary: String {
        "\(passedCount) passed, \(failures.count) failed, \(skipped.values.reduce(0, +)) skipped"
    }
}
