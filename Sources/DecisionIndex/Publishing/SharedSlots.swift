extension PublishingHub {
    /// Pins one of the shared slots: in the steady state, one compare-exchange.
    @inline(__always)
    func claimShared() -> SlotReference {
        let start = stripeOfThisThread()
        if let slot = shared.first(from: start, where: { pinShared($0.slot) }) { return slot }
        return claimSharedAfterGrowing(start)
    }

    /// For more reads at once than there are slots.
    @inline(never)
    private func claimSharedAfterGrowing(_ start: Int) -> SlotReference {
        while true {
            shared.grow()
            if let slot = shared.first(from: start, where: { pinShared($0.slot) }) { return slot }
        }
    }
}

/// A slot number that is mostly the same for one thread and mostly another for another.
///
/// It is made from the place of the thread's stack, which costs no call and no thread-local storage. Only speed
/// depends on it.
@inline(__always)
private func stripeOfThisThread() -> Int {
    var here: UInt8 = 0
    // INVARIANT: the address is only turned into a number, never read or written.
    let address = unsafe withUnsafeMutablePointer(to: &here) { UInt64(UInt(bitPattern: $0)) }
    // The upper bits of the product are the well mixed ones.
    let mixed = ((address &>> 16) &* 0x9E37_79B9_7F4A_7C15) &>> 56
    return Int(truncatingIfNeeded: mixed) & (SlotTable.chunkSize - 1)
}
