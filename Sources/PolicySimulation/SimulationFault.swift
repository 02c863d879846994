/// Why something cannot be simulated.
public struct SimulationFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of fault.
    public enum Kind: Sendable, Hashable {
        /// An input makes no sense.
        case invalidInput
        /// Nobody has the name that an input gives.
        case noSuchEntity
        /// The policies cannot be evaluated for this request.
        case policyEvaluation
    }

    /// Which kind.
    public let kind: Kind
    /// One sentence for people.
    public let description: String

    /// A fault.
    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    static func invalid(_ description: String) -> SimulationFault {
        SimulationFault(.invalidInput, description)
    }
}
