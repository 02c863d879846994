import Glibc
import Synchronization
import Vocabulary

/// One reader's counts on one snapshot: written by that reader alone, read by whoever merges.
///
///     ┌─────────────────────────┬──────────────────┬────────────────────┐
///     │ 64 by outcome and layer │ other statements │ one each statement │
///     └─────────────────────────┴──────────────────┴────────────────────┘
///
/// INVARIANT: `cells` holds `prefix + statementCount` cells until ``SnapshotCounters`` frees the block, which is
/// when nobody reads by its snapshot any more.
@safe struct CounterBlock: @unchecked Sendable {
    private let cells: UnsafeMutablePointer<Atomic<UInt64>>
    let statementCount: Int

    private static let prefix = 65
    private static let otherStatements = 64

    /// A block of zeros; nil where there is no memory for it.
    init?(statementCount: Int) {
        let count = Self.prefix + statementCount
        // INVARIANT: calloc's zeros are cells that hold 0; pages that no count falls into stay untouched.
        guard let memory = unsafe calloc(count, MemoryLayout<Atomic<UInt64>>.stride) else { return nil }
        unsafe cells = memory.bindMemory(to: Atomic<UInt64>.self, capacity: count)
        self.statementCount = statementCount
    }

    func free() { unsafe Glibc.free(cells) }

    // MARK: The reader's side

    /// Adds one to a cell without an atomic read-modify-write, since nobody else writes.
    @inline(__always)
    private func increment(_ index: Int) {
        let value = unsafe cells[index].load(ordering: .relaxed)
        unsafe cells[index].store(value &+ 1, ordering: .relaxed)
    }

    @inline(__always)
    func count(_ decision: Decision, _ numbering: StatementNumbering) {
        increment(Self.cell(decision.outcomeCode, decision.layerCode))
        guard let place = decision.countedStatement else { return }
        guard let number = numbering.number(policy: place.policy, statement: place.statement) else {
            return increment(Self.otherStatements)
        }
        increment(Self.prefix &+ number)
    }

    // MARK: The merging side

    private static func cell(_ outcome: UInt8, _ layer: UInt8) -> Int {
        Int(outcome & 3) << 4 | Int(layer & 15)
    }

    func count(_ outcome: Outcome, by layer: PolicyLayer?) -> UInt64 {
        unsafe cells[Self.cell(outcome.rawValue, layer?.rawValue ?? 15)].load(ordering: .relaxed)
    }

    var ofOtherStatements: UInt64 { unsafe cells[Self.otherStatements].load(ordering: .relaxed) }

    func count(statement number: Int) -> UInt64 {
        precondition(number >= 0 && number < statementCount)
        return unsafe cells[Self.prefix + number].load(ordering: .relaxed)
    }
}
