import Synchronization

/// Holds the current content, which readers use without waiting while writers replace it.
///
/// A replaced content is let go once no read that could see it is under way. `Documentation/publishing.md` has the
/// protocol and why it is right.
package final class SnapshotCell<Content: AnyObject & Sendable>: Sendable {
    private let reference: HubReference
    private let writers = Guarded(RetireList())

    /// Who pays for the order between readers and writers; fixed for the cell's life.
    package let ordering: ReaderOrdering

    /// A cell whose first content is `content`, at revision 1.
    ///
    /// Where the kernel serves no barriers, readers fence whatever `ordering` says.
    package init(_ content: Content, ordering: ReaderOrdering = .best) {
        let ordering = ordering == .barrierByWriter ? ReaderOrdering.best : ordering
        self.ordering = ordering
        reference = HubReference(content: content, readersFence: ordering == .fenceByReader)
    }

    /// A cell whose first content is made by `make`, which is told its revision.
    package convenience init<Failure: Error>(
        ordering: ReaderOrdering = .best,
        _ make: (_ revision: UInt64) throws(Failure) -> Content
    ) throws(Failure) {
        self.init(try make(1), ordering: ordering)
    }

    deinit {
        reference.destroy()
    }

    /// The revision of the current content.
    package var revision: UInt64 { reference.hub.revision.load(ordering: .acquiring) }

    /// How many replaced contents are kept because a read may still use them.
    package var retiredCount: Int { writers.withLock { $0.count } }

    /// Makes `content` the current one and returns its revision.
    ///
    /// It waits for other writers, never for readers.
    @discardableResult
    package func publish(_ content: Content) -> UInt64 {
        publish { _ in content }
    }

    /// Makes a content that knows its own revision, and makes it the current one.
    ///
    /// Other writers wait while `make` runs, so it should only wrap what was built before. It may read from this
    /// cell, but not publish to it. If it throws, nothing has changed.
    @discardableResult
    package func publish<Failure: Error>(
        _ make: (_ revision: UInt64) throws(Failure) -> Content
    ) throws(Failure) -> UInt64 {
        let (revision, unused) = try writers.withLock { retired throws(Failure) in
            let last = reference.hub.revision.load(ordering: .relaxed)
            let content = try make(last + 1)
            retired.append(swap(content, revision: last + 1), revision: last)
            return (last + 1, retired.takeUnused(in: reference.hub, ordering: ordering))
        }
        // What is no longer used is destroyed here, outside the lock.
        _ = consume unused
        return revision
    }

    /// Lets go of the replaced contents that no reader can see any more, and returns how many are left.
    ///
    /// `publish` does the same. Call this when the last publication found a reader at work and none follows soon.
    @discardableResult
    package func reclaim() -> Int {
        let (left, unused) = writers.withLock { retired in
            let unused = retired.takeUnused(in: reference.hub, ordering: ordering)
            return (retired.count, unused)
        }
        _ = consume unused
        return left
    }

    private func swap(_ content: Content, revision: UInt64) -> Content {
        // INVARIANT: only contents of this type were ever given to the hub.
        unsafe unsafeDowncast(reference.swap(content, revision: revision), to: Content.self)
    }
}

extension SnapshotCell {
    /// Registers a reader, the fastest way to read: one for each thread that reads much.
    package func makeReader() -> SnapshotReader<Content> {
        SnapshotReader(cell: self, reference: reference)
    }

    /// Calls `body` with the current content, on any thread and in any task.
    ///
    /// A `SnapshotReader` is faster: this claims one of the shared slots with an atomic compare-exchange. `body` may
    /// read and publish again. The content stays valid until `body` returns; to keep it longer, copy the reference.
    @inline(__always)
    package func withSnapshot<Result, Failure: Error>(
        _ body: (borrowing Content) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let claimed = reference.hub.claimShared()
        defer { reference.hub.unpin(claimed.slot, outer: .idle) }
        return try reference.lend(through: claimed.slot, within: .idle, body)
    }
}
