public import Vocabulary

/// The answer to a request, with what decided it (H1).
public struct ReferenceDecision: Sendable, Hashable {
    /// A statement, by the policy it is in.
    public struct StatementReference: Sendable, Hashable {
        /// The policy's name or ARN.
        public let policy: UTF8Text
        /// The statement's position in its policy, from 0.
        public let index: Int
        /// The statement's `Sid`.
        public let sid: UTF8Text?

        /// Names a statement.
        package init(policy: UTF8Text, index: Int, sid: UTF8Text?) {
            self.policy = policy
            self.index = index
            self.sid = sid
        }
    }

    /// Allow, or which kind of deny.
    public let outcome: Outcome
    /// The layer that allowed or stopped the request; nil after an error.
    public let layer: PolicyLayer?
    /// The statement that granted or forbade; nil for an implicit deny.
    public let statement: StatementReference?
    /// Why the request could not be evaluated.
    public let error: RequestError?

    /// Takes the parts of a decision.
    package init(outcome: Outcome, layer: PolicyLayer?, statement: StatementReference?, error: RequestError?)
    {
        self.outcome = outcome
        self.layer = layer
        self.statement = statement
        self.error = error
    }

    static func failed(_ error: RequestError) -> ReferenceDecision {
        ReferenceDecision(outcome: .error, layer: nil, statement: nil, error: error)
    }

    static func denied(by layer: PolicyLayer) -> ReferenceDecision {
        ReferenceDecision(outcome: .implicitDeny, layer: layer, statement: nil, error: nil)
    }

    static func allowed(by layer: PolicyLayer, _ statement: StatementReference?) -> ReferenceDecision {
        ReferenceDecision(outcome: .allow, layer: layer, statement: statement, error: nil)
    }
}
