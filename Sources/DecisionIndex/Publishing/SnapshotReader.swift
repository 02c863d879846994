/// One thread's way to read a `SnapshotCell`: no lock, no atomic read-modify-write, no allocation, no reference
/// counting, and a bounded number of steps.
///
/// An idle reader keeps no content alive, only the cell. Destroying it gives its slot to the next reader.
package struct SnapshotReader<Content: AnyObject & Sendable>: ~Copyable {
    private let cell: SnapshotCell<Content>
    private let reference: HubReference
    private let place: SlotReference

    /// Registers a reader with a slot of its own.
    init(cell: SnapshotCell<Content>, reference: HubReference) {
        self.cell = cell
        self.reference = reference
        place = reference.hub.claimRegistered()
    }

    deinit {
        place.slot.giveBack()
    }

    /// Calls `body` with the current content, which stays valid until `body` returns.
    ///
    /// `body` may read through this reader again and may publish. To keep the content longer, copy the reference.
    @inline(__always)
    package borrowing func withSnapshot<Result, Failure: Error>(
        _ body: (borrowing Content) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let outer = reference.hub.pin(place.slot)
        defer { reference.hub.unpin(place.slot, outer: outer) }
        return try reference.lend(through: place.slot, within: outer, body)
    }
}

extension PublishingHub {
    /// A slot for a new reader: one that was given back, or one of a new chunk.
    fileprivate func claimRegistered() -> SlotReference {
        while true {
            if let slot = registered.first(where: { $0.slot.claim() }) { return slot }
            registered.grow()
        }
    }
}
