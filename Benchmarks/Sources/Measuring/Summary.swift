/// The median of several rounds, and the best and worst of them.
public struct Summary: Sendable, Hashable {
    /// The value in the middle; of an even number the upper of two.
    public let median: Double
    /// The smallest value.
    public let minimum: Double
    /// The largest value.
    public let maximum: Double
    /// How many values there were.
    public let rounds: Int

    /// Summarizes values, one of each round.
    ///
    /// - Precondition: there is one at least.
    public init(_ values: [Double]) {
        precondition(!values.isEmpty, "a summary is of something")
        let sorted = values.sorted()
        median = sorted[sorted.count / 2]
        minimum = sorted[0]
        maximum = sorted[sorted.count - 1]
        rounds = sorted.count
    }
}

/// Lets measurements take turns, round after round, so that whatever disturbs the machine disturbs all alike.
///
/// - Parameters:
///   - rounds: how many count; one more runs first to warm up.
///   - measurements: each does its work once and answers what it cost.
/// - Returns: for each measurement its values in the order of the rounds.
public func interleaved(rounds: Int, _ measurements: [() throws -> Double]) throws -> [[Double]] {
    var values = [[Double]](repeating: [], count: measurements.count)
    for round in 0...rounds {
        for (index, measure) in measurements.enumerated() {
            let value = try measure()
            if round > 0 { values[index].append(value) }
        }
    }
    return values
}
