import Synchronization

/// A place in a `SlotTable`, valid as long as the table is.
@safe struct SlotReference {
    fileprivate let address: UnsafeMutablePointer<ReaderSlot>

    /// The slot itself.
    var slot: ReaderSlot {
        @inline(__always) unsafeAddress {
            // INVARIANT: slots are never moved, and freed only with their table, which outlives every reference.
            unsafe UnsafePointer(address)
        }
    }
}

/// A growing set of slots in chunks, which stay where they are until the table goes.
///
/// INVARIANT: `newest` starts a list of chunks that only grows, at its front, until `deinit`; every chunk was
/// written whole before the compare-exchange that put it there.
@safe struct SlotTable: ~Copyable, @unchecked Sendable {
    /// How many slots a chunk has: a power of two.
    static let chunkSize = 64

    @safe private struct Chunk {
        let slots: UnsafeMutablePointer<ReaderSlot>
        let older: UnsafeMutablePointer<Chunk>?
    }

    private let newest = unsafe Atomic<UnsafeMutablePointer<Chunk>?>(nil)

    /// A table with its first chunk.
    init() {
        grow()
    }

    deinit {
        var next = unsafe newest.load(ordering: .acquiring)
        while let chunk = unsafe next {
            // INVARIANT: the table is being destroyed, so no reference to a slot is left.
            unsafe next = chunk.pointee.older
            unsafe chunk.pointee.slots.deinitialize(count: Self.chunkSize)
            unsafe UnsafeMutableRawPointer(chunk.pointee.slots).deallocate()
            unsafe chunk.deinitialize(count: 1)
            unsafe chunk.deallocate()
        }
    }

    /// Calls `body` with each slot, from the given position within each chunk on, until it returns true.
    @inline(__always)
    func first(from start: Int = 0, where body: (SlotReference) -> Bool) -> SlotReference? {
        // INVARIANT: the acquiring load makes the chunks it leads to visible, and every index is below `chunkSize`.
        var next = unsafe newest.load(ordering: .acquiring)
        while let chunk = unsafe next {
            for offset in 0..<Self.chunkSize {
                let index = (start &+ offset) & (Self.chunkSize &- 1)
                let slot = unsafe SlotReference(address: chunk.pointee.slots + index)
                if body(slot) { return slot }
            }
            unsafe next = chunk.pointee.older
        }
        return nil
    }

    /// Adds a chunk of idle slots.
    @inline(never)
    func grow() {
        let stride = MemoryLayout<ReaderSlot>.stride
        assert(stride == 128, "a slot fills two cache lines")
        // INVARIANT: the memory holds `chunkSize` slots, is aligned to one, and each is initialised before the
        // chunk is shown to others.
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: Self.chunkSize * stride,
            alignment: stride
        )
        let slots = unsafe memory.bindMemory(to: ReaderSlot.self, capacity: Self.chunkSize)
        for index in 0..<Self.chunkSize {
            unsafe (slots + index).initialize(to: ReaderSlot())
        }
        let chunk = UnsafeMutablePointer<Chunk>.allocate(capacity: 1)
        var older = unsafe newest.load(ordering: .relaxed)
        unsafe chunk.initialize(to: Chunk(slots: slots, older: older))
        while true {
            let result = unsafe newest.compareExchange(
                expected: older,
                desired: chunk,
                ordering: .acquiringAndReleasing
            )
            if unsafe result.exchanged { return }
            unsafe older = result.original
            unsafe chunk.pointee = Chunk(slots: slots, older: older)
        }
    }
}
