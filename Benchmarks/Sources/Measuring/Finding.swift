/// One line of the results: a cost over rounds, a distribution of latencies, or why there is none.
public struct Finding: Codable, Sendable {
    /// A number or a word.
    public enum Parameter: Sendable, Hashable {
        /// A quantity.
        case number(Double)
        /// A name.
        case word(String)
    }

    /// What it belongs to, such as `throughput`.
    public var group: String
    /// What was measured.
    public var name: String
    /// The workload, where it is one of W1 to W5 or a folder.
    public var workload: String?
    /// Under which circumstances, by name.
    public var parameters: [String: Parameter]
    /// `ns`, `ms`, `bytes` or `checks/s`.
    public var unit: String?
    /// The median of the rounds.
    public var median: Double?
    /// The least of the rounds.
    public var minimum: Double?
    /// The most of the rounds.
    public var maximum: Double?
    /// How many rounds there were.
    public var rounds: Int?
    /// The floor in the same unit, the median of the same rounds.
    public var floor: Double?
    /// How many times the floor's time it takes: the median of the rounds' ratios.
    public var ratioToFloor: Double?
    /// How many latencies there are.
    public var count: UInt64?
    /// Latencies by percentile: `p50`, `p90`, `p99`, `p99.9`, `p99.99`, `max`.
    public var percentiles: [String: UInt64]?
    /// All latencies: pairs of a bucket's upper bound and how many there are in it.
    public var buckets: [[UInt64]]?
    /// Why nothing was measured.
    public var skipped: String?

    private init(_ group: String, _ name: String, _ workload: String?, _ parameters: [String: Parameter]) {
        (self.group, self.name, self.workload, self.parameters) = (group, name, workload, parameters)
    }

    /// A cost over rounds.
    public init(
        _ group: String,
        _ name: String,
        workload: String? = nil,
        parameters: [String: Parameter] = [:],
        unit: String,
        _ summary: Summary
    ) {
        self.init(group, name, workload, parameters)
        self.unit = unit
        (median, minimum, maximum, rounds) =
            (summary.median, summary.minimum, summary.maximum, summary.rounds)
    }

    /// A distribution of latencies in nanoseconds.
    public init(
        _ group: String,
        _ name: String,
        workload: String? = nil,
        parameters: [String: Parameter] = [:],
        _ histogram: LatencyHistogram
    ) {
        self.init(group, name, workload, parameters)
        unit = "ns"
        count = histogram.count
        var values = ["max": histogram.maximum]
        for (name, percent) in Self.percents { values[name] = histogram.percentile(percent) }
        percentiles = values
        buckets = histogram.buckets.map { [$0.upperBound, $0.count] }
    }

    /// Something left out, and why.
    public init(
        _ group: String,
        _ name: String,
        workload: String? = nil,
        parameters: [String: Parameter] = [:],
        skipped reason: String
    ) {
        self.init(group, name, workload, parameters)
        skipped = reason
    }

    /// The percentiles that are reported, in ascending order.
    public static let percents: [(name: String, percent: Double)] = [
        ("p50", 50), ("p90", 90), ("p99", 99), ("p99.9", 99.9), ("p99.99", 99.99),
    ]

    /// The same beside the floor's costs in the same rounds.
    ///
    /// - Parameter isRate: whether values are checks a time rather than time a check.
    public func beside(floor: [Double], values: [Double], isRate: Bool = false) -> Finding {
        var result = self
        result.floor = Summary(floor).median
        result.ratioToFloor = Summary(zip(values, floor).map { isRate ? $1 / $0 : $0 / $1 }).median
        return result
    }
}

extension Finding.Parameter: Codable, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    /// A quantity.
    public init(integerLiteral value: Int) { self = .number(Double(value)) }

    /// A name.
    public init(stringLiteral value: String) { self = .word(value) }

    /// Reads a number or a string.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else {
            self = .word(try container.decode(String.self))
        }
    }

    /// Writes a number or a string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .number(let number): try container.encode(number)
        case .word(let word): try container.encode(word)
        }
    }
}

extension Finding.Parameter: CustomStringConvertible {
    /// The number, without a point where it is whole, or the word.
    public var description: String {
        switch self {
        case .number(let number): Int(exactly: number).map(String.init) ?? String(number)
        case .word(let word): word
        }
    }
}
