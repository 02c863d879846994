import PolicySimulation

/// An answer of AWS's query protocol other than success.
struct QueryFault: Error, Sendable {
    /// The status.
    let status: Int
    /// The name of the fault, by which clients tell it.
    let code: String
    /// One sentence for people.
    let message: String

    init(_ status: Int, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    /// A parameter that breaks a rule of its type.
    static func validation(_ message: String) -> QueryFault { QueryFault(400, "ValidationError", message) }

    /// A parameter that makes no sense.
    static func invalidInput(_ message: String) -> QueryFault { QueryFault(400, "InvalidInput", message) }

    init(_ fault: SimulationFault) {
        switch fault.kind {
        case .invalidInput: self.init(400, "InvalidInput", fault.description)
        case .noSuchEntity: self.init(404, "NoSuchEntity", fault.description)
        case .policyEvaluation: self.init(500, "PolicyEvaluation", fault.description)
        }
    }
}
