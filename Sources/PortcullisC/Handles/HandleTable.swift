import CPortcullis
import Synchronization

/// Where the readers and requests of all threads stand: found by index without a lock, and never moved or freed, so that
/// a handle of something destroyed is only ever compared.
///
///      slot, 32 bytes
///      ┌──────────────┬────────────────────┬────────────────────┬──────────────┐
///      │ handle, or 0 │ owner: its thread  │ address of content │ generation   │
///      └──────────────┴────────────────────┴────────────────────┴──────────────┘
///
/// - INVARIANT: the content of a slot is touched only by the thread that the slot names as owner, or by the one that has
///   just taken the handle out of it; zeroed memory is a free slot; `handle_memory` has room for every index.
enum HandleTable {
    /// One place.
    @safe private struct Slot: ~Copyable {
        let handle = Atomic<UInt64>(0)
        let owner = Atomic<UInt>(0)
        var content: UnsafeMutableRawPointer?
        /// Touched under the lock of ``places`` only.
        var generation: UInt64
    }

    private struct Places {
        /// How many slots were ever used.
        var count = 0
        var free: [Int] = []
    }

    private static let places = Mutex(Places())

    @inline(__always)
    private static func place(_ index: Int) -> UnsafeMutablePointer<Slot> {
        unsafe handle_memory_start().assumingMemoryBound(to: Slot.self) + index
    }

    // MARK: Finding

    /// The content behind a handle, for the thread that owns it; nil where ``failure(_:_:_:)`` says why.
    @inline(__always)
    static func content<Content: ~Copyable>(
        _ handle: Handle,
        _ kind: Handle.Kind,
        as _: Content.Type
    ) -> UnsafeMutablePointer<Content>? {
        guard handle.isOf(kind) else { return nil }
        let slot = unsafe place(handle.index)
        guard unsafe slot.pointee.handle.load(ordering: .acquiring) == handle.word,
            unsafe slot.pointee.owner.load(ordering: .relaxed) == calling_thread()
        else { return nil }
        // INVARIANT: slots of a kind are made with content of one type, as the kind says.
        return unsafe slot.pointee.content?.assumingMemoryBound(to: Content.self)
    }

    /// Why there is no content for the calling thread.
    @inline(never)
    static func failure(_ handle: Handle, _ kind: Handle.Kind, _ name: StaticString) -> Failure {
        if handle.word == 0 { return .isNull(name) }
        let invalid = Failure(.invalidHandle, "`\(name)` is no handle of its kind")
        guard handle.isOf(kind) else { return invalid }
        let slot = unsafe place(handle.index)
        if unsafe slot.pointee.handle.load(ordering: .acquiring) == handle.word {
            return Failure(.wrongThread, "`\(name)` belongs to another thread")
        }
        let last = places.withLock { _ in unsafe slot.pointee.generation }
        guard handle.generation > 0, handle.generation <= last else { return invalid }
        return Failure(.closed, "`\(name)` was destroyed")
    }

    // MARK: Making and destroying

    /// Takes content in, for the calling thread.
    ///
    /// - Throws: ``Failure`` where there is no place; the content is then the caller's still.
    static func insert(_ content: UnsafeMutableRawPointer, _ kind: Handle.Kind) throws(Failure) -> Handle {
        // So that the end of the thread is noticed.
        _ = ThreadRecord.current
        let handle = places.withLock { places -> Handle? in
            let index = places.free.popLast() ?? places.count
            guard index < Handle.indexMax else { return nil }
            places.count = max(places.count, index + 1)
            unsafe place(index).pointee.generation += 1
            return Handle(kind, index: index, generation: unsafe place(index).pointee.generation)
        }
        guard let handle else { throw Failure(.tooMany, "there are \(Handle.indexMax) handles already") }
        let slot = unsafe place(handle.index)
        unsafe slot.pointee.content = unsafe content
        unsafe slot.pointee.owner.store(calling_thread(), ordering: .relaxed)
        unsafe slot.pointee.handle.store(handle.word, ordering: .releasing)
        return handle
    }

    /// Takes content out, for its owner or, when that thread has ended, for any.
    static func remove<Content: ~Copyable>(
        _ handle: Handle,
        _ kind: Handle.Kind,
        _ name: StaticString,
        as _: Content.Type
    ) throws(Failure) -> UnsafeMutablePointer<Content> {
        guard handle.isOf(kind) else { throw failure(handle, kind, name) }
        let slot = unsafe place(handle.index)
        let owner = unsafe slot.pointee.owner.load(ordering: .acquiring)
        guard owner == 0 || owner == calling_thread(),
            unsafe slot.pointee.handle.compareExchange(
                expected: handle.word,
                desired: 0,
                ordering: .acquiringAndReleasing
            ).exchanged, let content = unsafe slot.pointee.content
        else { throw failure(handle, kind, name) }
        unsafe slot.pointee.content = nil
        places.withLock { $0.free.append(handle.index) }
        return unsafe content.assumingMemoryBound(to: Content.self)
    }

    /// Gives free what the calling thread owns, since it ends.
    static func orphanAll() {
        let thread = calling_thread()
        for index in 0..<places.withLock({ $0.count }) {
            // What others take meanwhile stays theirs.
            _ = unsafe place(index).pointee.owner.compareExchange(
                expected: thread,
                desired: 0,
                ordering: .acquiringAndReleasing
            )
        }
    }
}
