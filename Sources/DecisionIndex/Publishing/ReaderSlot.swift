import Synchronization

/// One reader's place: what the writer reads to learn which contents may still be in use.
///
/// It fills 128 bytes, two cache lines, since processors fetch lines in pairs: a reader's stores then disturb no
/// other reader.
struct ReaderSlot: ~Copyable {
    /// What may be in use through the slot.
    let pinned = Atomic<Pin>(.idle)

    /// Whether a registered reader owns the slot; nobody owns those of the convenience path.
    let isOwned = Atomic<Bool>(false)

    private let padding = InlineArray<14, UInt64>(repeating: 0)

    /// Takes a free slot for a registered reader, and says whether it was free.
    func claim() -> Bool {
        guard !isOwned.load(ordering: .relaxed) else { return false }
        return isOwned.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing)
            .exchanged
    }

    /// Gives the slot back: nothing is being read through it, so it is idle as the next owner needs it.
    func giveBack() {
        assert(pinned.load(ordering: .relaxed) == .idle, "a reader was destroyed during a read")
        isOwned.store(false, ordering: .releasing)
    }
}
