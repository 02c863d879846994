/// One reader's way to count: plain loads and stores into a block of its own.
///
/// The block changes with the snapshot. The publisher has made it, unless the reader came later.
@safe struct ReaderCounter: ~Copyable, @unchecked Sendable {
    @safe private struct State {
        let ledger: CountLedger
        let number: Int
        /// The ``Snapshot/identity`` of the snapshot that the rest belongs to; 0 for none.
        var countedIn: UInt64 = 0
        var block: CounterBlock?
        var numbering: StatementNumbering?
    }

    /// Nil where nothing is counted.
    ///
    /// INVARIANT: made in init, destroyed in deinit, and used by one thread at a time, as the reader is.
    private let state: UnsafeMutablePointer<State>?

    /// Counts into a ledger, or nothing.
    init(_ ledger: CountLedger?) {
        guard let ledger else {
            unsafe state = nil
            return
        }
        let place = UnsafeMutablePointer<State>.allocate(capacity: 1)
        unsafe place.initialize(to: State(ledger: ledger, number: ledger.takeNumber()))
        unsafe state = place
    }

    deinit {
        guard let state = unsafe state else { return }
        unsafe state.pointee.ledger.giveBack(state.pointee.number)
        unsafe state.deinitialize(count: 1)
        unsafe state.deallocate()
    }

    var isOn: Bool { unsafe state != nil }

    /// Counts a decision made by a snapshot that stays until this returns.
    @inline(__always)
    borrowing func count(_ decision: Decision, by snapshot: borrowing Snapshot) {
        guard let state = unsafe state else { return }
        if unsafe state.pointee.countedIn != snapshot.identity { change(to: snapshot) }
        // INVARIANT: block and numbering belong to the snapshot, which the caller keeps.
        if let block = unsafe state.pointee.block, let numbering = unsafe state.pointee.numbering {
            block.count(decision, numbering)
        }
    }

    /// Turns to the block on a snapshot.
    @inline(never)
    borrowing func change(to snapshot: borrowing Snapshot) {
        guard let state = unsafe state else { return }
        unsafe state.pointee.countedIn = snapshot.identity
        unsafe state.pointee.block = snapshot.counters?.block(ofReader: state.pointee.number)
        unsafe state.pointee.numbering = snapshot.counters?.numbering
    }
}
