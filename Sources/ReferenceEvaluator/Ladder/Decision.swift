public import Vocabulary

/// The answer to a request, with what decided it (H1).
public struct Decision: Sendable, Hashable {
    /// A statement, by the policy it is in.
    public struct StatementReference: Sendable, Hashable {
        /// The policy's name or ARN.
        public let policy: UTF8Text
        /// The statement's position in its policy, from 0.
        public let index: Int
        /// The statement's `Sid`.
        public let sid: UTF8Text?
    }

    /// Allow, or which kind of deny.
    public let outcome: Outcome
    /// The layer that allowed or stopped the request; nil after an error.
    public let layer: PolicyLayer?
    /// The statement that granted or forbade; nil for an implicit deny.
    public let statement: StatementReference?
    /// Why the request could not be evaluated.
    public let error: RequestError?

    static func failed(_ error: RequestError) -> Decision {
        Decision(outcome: .error, layer: nil, statement: nil, error: error)
    }

    static func denied(by layer: PolicyLayer) -> Decision {
        Decision(outcome: .implicitDeny, layer: layer, statement: nil, error: nil)
    }

    static func allowed(by layer: PolicyLayer, _ statement: StatementReference?) -> Decision {
        Decision(outcome: .allow, layer: layer, statement: statement, error: nil)
    }
}
