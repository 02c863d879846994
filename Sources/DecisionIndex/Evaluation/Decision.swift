public import Vocabulary

/// The answer to a request, in sixteen bytes.
///
///      0          1        2              4               8                    16
///      ┌─────────┬────────┬──────────────┬───────────────┬────────────────────┐
///      │ outcome │ layer  │ statement    │ policy        │ snapshot revision  │
///      └─────────┴────────┴──────────────┴───────────────┴────────────────────┘
@frozen public struct Decision: Sendable, Hashable {
    let outcomeCode: UInt8
    let layerCode: UInt8
    private let statementCode: UInt16
    private let policyCode: UInt32
    /// The snapshot that decided (A4, I4).
    public internal(set) var revision: UInt64

    private static let noLayer: UInt8 = 0xFF
    private static let noStatement: UInt16 = 0xFFFF

    init(_ outcome: Outcome, _ layer: PolicyLayer?, policy: UInt32 = .max, statement: Int? = nil) {
        outcomeCode = outcome.rawValue
        layerCode = layer?.rawValue ?? Self.noLayer
        policyCode = policy
        statementCode = statement.map { UInt16(truncatingIfNeeded: $0) } ?? Self.noStatement
        revision = 0
    }

    static func denied(by layer: PolicyLayer) -> Decision { Decision(.implicitDeny, layer) }

    /// A request that could not be evaluated (A4).
    static let failed = Decision(.error, nil)

    /// The answer to a request that cannot even be laid out (A4).
    public static let malformedRequest = Decision.failed

    /// Allow, or which kind of deny.
    public var outcome: Outcome { Outcome(rawValue: outcomeCode) ?? .error }

    /// Whether the answer is allow.
    @inlinable public var isAllowed: Bool { outcome.isAllowed }

    /// The layer that allowed or stopped the request; nil after an error.
    public var layer: PolicyLayer? { PolicyLayer(rawValue: layerCode) }

    /// The policy that granted or forbade, by its position in the snapshot; nil for an implicit deny.
    public var policy: PolicyID? { statementCode == Self.noStatement ? nil : PolicyID(rawValue: policyCode) }

    /// Policy and statement, unless there is none or it is of a session policy, which is none of the snapshot's.
    @inline(__always) var countedStatement: (policy: UInt32, statement: Int)? {
        guard statementCode != Self.noStatement, layerCode != PolicyLayer.session.rawValue else { return nil }
        return (policyCode, Int(statementCode))
    }

    /// The statement's position in that policy, from 0.
    public var statement: Int? { statementCode == Self.noStatement ? nil : Int(statementCode) }
}

/// The position of a policy in a snapshot.
public struct PolicyID: Sendable, Hashable {
    /// Counted from 0.
    public let rawValue: UInt32

    init(rawValue: UInt32) { self.rawValue = rawValue }
}
