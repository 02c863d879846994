public import Vocabulary

/// The answer to a request, in sixteen bytes.
///
///      0          1        2              4               8                    16
///      ┌─────────┬────────┬──────────────┬───────────────┬────────────────────┐
///      │ outcome │ layer  │ statement    │ policy        │ snapshot revision  │
///      └─────────┴────────┴──────────────┴───────────────┴────────────────────┘
@frozen public struct Decision: Sendable, Hashable {
    @usableFromInline let outcomeCode: UInt8
    @usableFromInline let layerCode: UInt8
    @usableFromInline let statementCode: UInt16
    @usableFromInline let policyCode: UInt32
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

    /// The decision as numbers, for borders that hand them on; see ``init(_:revision:)``.
    @inlinable package var codes: Codes {
        Codes(outcome: outcomeCode, layer: layerCode, statement: statementCode, policy: policyCode)
    }

    /// A decision of these numbers; nil where no decision has such.
    package init?(_ codes: Codes, revision: UInt64) {
        guard Outcome(rawValue: codes.outcome) != nil,
            codes.layer == Self.noLayer || PolicyLayer(rawValue: codes.layer) != nil
        else { return nil }
        (outcomeCode, layerCode) = (codes.outcome, codes.layer)
        (statementCode, policyCode) = (codes.statement, codes.policy)
        self.revision = revision
    }

    /// The first eight bytes of a decision: 0xFF for no layer, 0xFFFF for no statement.
    @frozen @usableFromInline package struct Codes {
        @usableFromInline package let outcome: UInt8
        @usableFromInline package let layer: UInt8
        @usableFromInline package let statement: UInt16
        @usableFromInline package let policy: UInt32

        @inlinable package init(outcome: UInt8, layer: UInt8, statement: UInt16, policy: UInt32) {
            (self.outcome, self.layer) = (outcome, layer)
            (self.statement, self.policy) = (statement, policy)
        }
    }

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
