import CPortcullis
import Portcullis

extension portcullis_decision {
    /// The answer where nothing was decided.
    static let undecided = portcullis_decision(Decision.malformedRequest)

    /// A decision in the header's numbers: one above those of the engine, so that zeroed memory allows nothing.
    @inline(__always)
    init(_ decision: Decision) {
        let codes = decision.codes
        let hasStatement = codes.statement != .max
        self.init(
            size: UInt32(MemoryLayout<portcullis_decision>.size),
            outcome: Int32((codes.outcome &+ 1) & 3),
            layer: Int32(codes.layer &+ 1),
            statement: hasStatement ? Int32(codes.statement) : -1,
            policy: hasStatement ? Int64(codes.policy) : -1,
            revision: decision.revision
        )
    }

    /// The engine's decision; nil where no decision has such numbers.
    var decision: Decision? {
        guard 0...3 ~= outcome, 0...255 ~= layer, -1..<Int32(UInt16.max) ~= statement,
            -1...Int64(UInt32.max) ~= policy
        else { return nil }
        let codes = Decision.Codes(
            outcome: (UInt8(outcome) &- 1) & 3,
            layer: UInt8(layer) &- 1,
            statement: UInt16(truncatingIfNeeded: statement),
            policy: UInt32(truncatingIfNeeded: policy)
        )
        return Decision(codes, revision: revision)
    }
}
