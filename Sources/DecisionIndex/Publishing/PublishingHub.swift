import Synchronization

/// What readers and writers share: the current content, its revision, and the readers' slots.
@safe struct PublishingHub: ~Copyable {
    /// The current content, which the hub owns one strong reference to.
    let current: Atomic<UnsafeRawPointer>
    /// The revision of the current content or, for an instant during a swap, of the one before it.
    let revision: Atomic<UInt64>
    /// Whether readers have to fence.
    let readersFence: Bool
    /// The slots of registered readers.
    let registered = SlotTable()
    /// The slots of the convenience path.
    let shared = SlotTable()
}

/// A hub in memory of its own, away from the counters that reference counting writes to.
///
/// INVARIANT: the cell makes the hub in its `init` and destroys it in its `deinit`; readers hold the cell.
@safe struct HubReference: @unchecked Sendable {
    private let address: UnsafeMutablePointer<PublishingHub>

    /// A new hub that owns a reference to `content`, whose revision is 1.
    init(content: AnyObject, readersFence: Bool) {
        let alignment = MemoryLayout<ReaderSlot>.stride
        let size = (MemoryLayout<PublishingHub>.stride + alignment - 1) / alignment * alignment
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: alignment)
        unsafe address = memory.bindMemory(to: PublishingHub.self, capacity: 1)
        unsafe address.initialize(
            to: PublishingHub(
                current: Atomic(UnsafeRawPointer(Unmanaged.passRetained(content).toOpaque())),
                revision: Atomic(1),
                readersFence: readersFence
            )
        )
    }

    /// Frees the hub and lets go of the current content.
    func destroy() {
        // INVARIANT: nobody reads any more, and `current` holds the reference that `init` or `swap` retained.
        let last = unsafe Unmanaged<AnyObject>.fromOpaque(address.pointee.current.load(ordering: .acquiring))
        unsafe address.deinitialize(count: 1)
        unsafe UnsafeMutableRawPointer(address).deallocate()
        unsafe last.release()
    }

    /// The hub itself.
    var hub: PublishingHub {
        @inline(__always) unsafeAddress { unsafe UnsafePointer(address) }
    }

    /// Makes `content` the current one, with the given revision, and hands back the one before; for writers.
    ///
    /// The order matters: a reader that sees the new revision must also see the new content.
    func swap(_ content: AnyObject, revision: UInt64) -> AnyObject {
        let new = unsafe UnsafeRawPointer(Unmanaged.passRetained(content).toOpaque())
        let old = unsafe hub.current.exchange(new, ordering: .sequentiallyConsistent)
        hub.revision.store(revision, ordering: .sequentiallyConsistent)
        // INVARIANT: `old` holds the reference that `init` or an earlier `swap` retained; it is taken once.
        return unsafe Unmanaged<AnyObject>.fromOpaque(old).takeRetainedValue()
    }

    /// Lends the current content to `body` without counting references.
    ///
    /// INVARIANT: the caller has pinned the slot and unpins it after this returns, so writers keep the content's
    /// reference until then; `Content` is the type that every `swap` of this hub was given.
    @inline(__always)
    func lend<Content: AnyObject, Result, Failure: Error>(
        through slot: borrowing ReaderSlot,
        within outer: Pin,
        _ body: (borrowing Content) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let pointer = unsafe hub.current.load(ordering: .acquiring)
        hub.narrow(slot, to: UInt(bitPattern: pointer), within: outer)
        // The standard library's closure has no typed errors, so the error comes out as a value.
        let outcome = unsafe Unmanaged<Content>.fromOpaque(pointer)._withUnsafeGuaranteedRef {
            content -> Swift.Result<Result, Failure> in
            do throws(Failure) {
                return .success(try body(content))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }
}

extension PublishingHub {
    /// Begins a read through the caller's own slot and returns what `unpin` needs to end it.
    ///
    /// A read within a read pins everything, since one word cannot say two contents.
    @inline(__always)
    func pin(_ slot: borrowing ReaderSlot) -> Pin {
        let outer = slot.pinned.load(ordering: .relaxed)
        let now = Pin.since(revision.load(ordering: .acquiring))
        slot.pinned.store(outer == .idle ? now : .everything, ordering: .releasing)
        keepPinBeforeRead()
        if readersFence { fencePinBeforeRead() }
        return outer
    }

    /// Lets writers release all but the content that the read got, however long it lasts.
    @inline(__always)
    func narrow(_ slot: borrowing ReaderSlot, to address: UInt, within outer: Pin) {
        slot.pinned.store(outer == .idle ? .only(address) : .everything, ordering: .releasing)
    }

    /// Ends a read: everything read through the slot is done before others see it end.
    @inline(__always)
    func unpin(_ slot: borrowing ReaderSlot, outer: Pin) {
        slot.pinned.store(outer, ordering: .releasing)
    }

    /// Begins a read through a slot that other threads use too, if the slot is idle.
    @inline(__always)
    func pinShared(_ slot: borrowing ReaderSlot) -> Bool {
        guard slot.pinned.load(ordering: .relaxed) == .idle else { return false }
        let claim = slot.pinned.compareExchange(
            expected: .idle,
            desired: .since(revision.load(ordering: .acquiring)),
            ordering: .sequentiallyConsistent
        )
        guard claim.exchanged else { return false }
        keepPinBeforeRead()
        if readersFence { fencePinBeforeRead() }
        return true
    }

    /// What the reads under way may be using; for writers, after their barrier.
    func pins() -> Pins {
        var pins = Pins()
        func look(_ slot: SlotReference) -> Bool {
            pins.add(slot.slot.pinned.load(ordering: .acquiring))
            return false
        }
        _ = registered.first(where: look)
        _ = shared.first(where: look)
        return pins
    }
}
