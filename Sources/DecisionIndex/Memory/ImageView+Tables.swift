extension ImageView {
    /// The record of a key in a hash table, or what has taken its place since; every hit is confirmed by its
    /// bytes (I5).
    ///
    /// - Parameter name: where the name of the record at an offset stands.
    @inline(__always)
    func find(
        _ key: ByteView,
        _ slots: ListRef,
        _ changes: ListRef,
        _ name: (ImageView, UInt32) -> StringRef
    ) -> UInt32? {
        guard slots.count > 0 else { return nil }
        let hash = key.hash(seed: header.seed)
        let tag = UInt32(truncatingIfNeeded: hash >> 32)
        if changes.count > 0, let changed = change(of: key, hash, changes, name) {
            return changed & ImageChanges.removed == 0 ? changed : nil
        }
        let mask = slots.count &- 1
        var index = UInt32(truncatingIfNeeded: hash) & mask
        while true {
            let slot = self[Slot.self, slots, Int(index)]
            if slot.offset == 0 { return nil }
            if slot.tag == tag, bytes(name(self, slot.offset)).equals(key) { return slot.offset }
            index = (index &+ 1) & mask
        }
    }

    /// What the changes say of a key; nil where they do not speak of it.
    @inline(never)
    private func change(
        of key: ByteView,
        _ hash: UInt64,
        _ changes: ListRef,
        _ name: (ImageView, UInt32) -> StringRef
    ) -> UInt32? {
        let tag = UInt32(truncatingIfNeeded: hash >> 32)
        let mask = changes.count &- 1
        var index = UInt32(truncatingIfNeeded: hash) & mask
        while true {
            let slot = self[change: Slot.self, changes, Int(index)]
            if slot.offset == 0 { return nil }
            let record = slot.offset & ~ImageChanges.removed
            if slot.tag == tag, bytes(name(self, record)).equals(key) { return slot.offset }
            index = (index &+ 1) & mask
        }
    }
}
