/// The contents that readers may still be using although they have been replaced.
struct RetireList: Sendable {
    private struct Retired: Sendable {
        let content: any AnyObject & Sendable
        /// The revision under which readers saw it.
        let revision: UInt64
    }

    /// Oldest first.
    private var retired: [Retired] = []
    /// Contents of later revisions were not yet covered by a barrier.
    private var coveredRevision: UInt64 = 0

    /// How many contents wait for their readers.
    var count: Int { retired.count }

    /// Takes a replaced content.
    mutating func append(_ content: any AnyObject & Sendable, revision: UInt64) {
        retired.append(Retired(content: content, revision: revision))
    }

    /// Removes the contents that no reader can see any more; the caller lets go of them, outside its lock.
    ///
    /// Should the kernel stop serving barriers, contents are kept rather than freed too early.
    mutating func takeUnused(
        in hub: borrowing PublishingHub,
        ordering: ReaderOrdering
    ) -> [any AnyObject & Sendable] {
        guard let newest = retired.last?.revision else { return [] }
        if newest > coveredRevision, ordering.runWriterBarrier() { coveredRevision = newest }
        let pins = hub.pins()
        var unused: [any AnyObject & Sendable] = []
        retired.removeAll { item in
            guard item.revision <= coveredRevision, !pins.cover(item.content, revision: item.revision) else {
                return false
            }
            unused.append(item.content)
            return true
        }
        return unused
    }
}
