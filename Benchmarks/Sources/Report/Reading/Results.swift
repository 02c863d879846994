/// The results of one run of the benchmarks, as their file holds them.
package struct Results: Decodable, Sendable {
    /// The only layout that is read.
    static let knownFormat = 1

    package let format: Int
    package let commit: String
    package let isDirty: Bool
    package let date: String
    package let mode: String
    package let machine: Machine
    package let results: [Measurement]
    package let peers: [Peer]?
}

/// Where results were measured.
package struct Machine: Decodable, Sendable {
    package let processor: String
    package let logicalCores: Int
    package let memoryBytes: Double
    /// Sizes in bytes by name, such as `L1d`.
    package let caches: [String: Double]
    package let kernel: String
    package let system: String
    package let swift: String
    package let transparentHugePages: String
    package let hypervisor: String
    package let loadAverage: [Double]
    /// Nanoseconds that reading the clock takes.
    package let clockCost: Double
}

/// A cost over rounds, a distribution of latencies, or the reason why there is neither.
package struct Measurement: Decodable, Sendable {
    package let group: String
    package let name: String
    package let workload: String?
    package let parameters: [String: Parameter]
    package let unit: String?
    package let median: Double?
    package let minimum: Double?
    package let maximum: Double?
    package let rounds: Int?
    /// What no check can do without, in the same unit.
    package let floor: Double?
    package let ratioToFloor: Double?
    package let count: Double?
    package let percentiles: [String: Double]?
    /// Pairs of a bucket's upper bound and how many latencies are in it.
    package let buckets: [[Double]]?
    package let skipped: String?

    /// A number among the parameters.
    func number(_ name: String) -> Double? {
        if case .number(let number)? = parameters[name] { number } else { nil }
    }
}

/// A circumstance of a measurement.
package enum Parameter: Decodable, Hashable, Sendable, CustomStringConvertible {
    case number(Double)
    case word(String)

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else {
            self = .word(try container.decode(String.self))
        }
    }

    package var description: String {
        switch self {
        case .number(let number): Quantity.grouped(number)
        case .word(let word): word
        }
    }
}

/// Another engine, or this one, on the requests that all were asked.
package struct Peer: Decodable, Sendable {
    package let name: String
    package let workload: String
    package let mode: String
    package let checksPerSecond: Double?
    package let medianNanoseconds: Double?
    /// A call through the same binding that has nothing to decide.
    package let bindingNanoseconds: Double?
    /// What the engine itself says that deciding took, where it says so.
    package let engineNanoseconds: Double?
    package let agreed: Int
    package let asked: Int
    package let notExpressible: String?
}

/// Instructions per check, by name, as `Benchmarks/Baselines/instructions.json` holds them.
package struct InstructionCounts: Decodable, Sendable {
    package struct Count: Decodable, Sendable {
        package let instructionsPerCheck: Double
        package let threshold: Double
    }

    package let format: Int
    package let toolchain: String
    package let counts: [String: Count]
}
