public import Vocabulary

/// How often each outcome, layer and statement has decided, over all readers and snapshots of an engine.
///
/// A statement that decides nothing for long grants or forbids nothing that anybody asks for.
public struct DecisionCounts: Sendable {
    /// A statement, named so that a replacement does not change it.
    ///
    /// Policies of one name, such as inline policies of several users, are counted together.
    public struct Statement: Sendable, Hashable {
        /// The name of its policy.
        public let policy: UTF8Text
        /// Its position in the policy, from 0.
        public let index: Int

        /// Names a statement.
        public init(policy: UTF8Text, index: Int) {
            self.policy = policy
            self.index = index
        }
    }

    private struct Kind: Hashable {
        let outcome: Outcome
        let layer: PolicyLayer?
    }

    /// What each statement has allowed or explicitly denied.
    public private(set) var statements: [Statement: UInt64] = [:]
    /// What other statements have decided: those of a snapshot beyond its first 1,048,576, and of the past beyond
    /// as many names.
    public private(set) var ofOtherStatements: UInt64 = 0
    private var totals: [Kind: UInt64] = [:]

    /// Names that are kept of snapshots that are gone.
    static let statementsMax = StatementNumbering.statementsMax

    /// The number of decisions.
    public var total: UInt64 { totals.values.reduce(0, &+) }

    /// How many decisions had an outcome by a layer; nil stands for the layer of errors.
    ///
    /// What session policies decide is counted here alone, since they come with requests.
    public func count(_ outcome: Outcome, by layer: PolicyLayer?) -> UInt64 {
        totals[Kind(outcome: outcome, layer: layer)] ?? 0
    }

    /// How many decisions had an outcome.
    public func count(_ outcome: Outcome) -> UInt64 {
        totals.reduce(0) { $1.key.outcome == outcome ? $0 &+ $1.value : $0 }
    }

    // MARK: Merging

    mutating func addTotals(of block: CounterBlock) {
        for outcome in [Outcome.allow, .implicitDeny, .explicitDeny, .error] {
            for layer in PolicyLayer.allCases.map({ $0 as PolicyLayer? }) + [nil] {
                let count = block.count(outcome, by: layer)
                if count > 0 { totals[Kind(outcome: outcome, layer: layer), default: 0] &+= count }
            }
        }
        ofOtherStatements &+= block.ofOtherStatements
    }

    mutating func add(_ count: UInt64, to statement: Statement) {
        if statements[statement] == nil, statements.count >= Self.statementsMax {
            ofOtherStatements &+= count
        } else {
            statements[statement, default: 0] &+= count
        }
    }
}
