import CXXHash

/// A request while it is decided: its head and where its bytes and tables stand.
@safe struct RequestView: @unchecked Sendable {
    private let base: UnsafeRawPointer

    /// - INVARIANT: `base` is the block of a ``RequestMemory`` that outlives the view.
    @inline(__always) init(base: UnsafeRawPointer) { unsafe self.base = base }

    /// The fixed parts, read where they stand.
    var head: RequestHead {
        @inline(__always) unsafeAddress {
            // INVARIANT: the block begins with its head.
            unsafe base.assumingMemoryBound(to: RequestHead.self)
        }
    }

    /// What only conditions and credentials ask for, read where it stands.
    var details: RequestDetails {
        @inline(__always) unsafeAddress {
            // INVARIANT: the details stand in the block where its head says, aligned to eight.
            unsafe (base + Int(head.detailsOffset)).assumingMemoryBound(to: RequestDetails.self)
        }
    }

    /// Asks for the first cache lines.
    @inline(__always) func prefetch(lines: Int) {
        for line in 0..<lines {
            // INVARIANT: a prefetch reads nothing, wherever it points.
            unsafe portcullis_prefetch(base + line * 64)
        }
    }

    @inline(__always) func view(_ string: StringRef) -> ByteView {
        // INVARIANT: references of a request were made from the bytes of its block.
        unsafe ByteView(
            start: (base + Int(string.offset)).assumingMemoryBound(to: UInt8.self),
            count: Int(string.count)
        )
    }

    @inline(__always) private func load<Record: BitwiseCopyable>(
        _: Record.Type,
        _ list: ListRef,
        _ index: Int
    ) -> Record {
        assert(index >= 0 && index < Int(list.count))
        // INVARIANT: lists of a request lie in its block, and callers stay below their counts.
        return unsafe base.load(
            fromByteOffset: Int(list.offset) + index * MemoryLayout<Record>.stride,
            as: Record.self
        )
    }

    /// The context entry at a position.
    func entry(at index: Int) -> ContextEntry { load(ContextEntry.self, details.entries, index) }

    /// The context entry of a key, whatever the case of its letters (A2).
    func entry(ignoringCase key: ByteView) -> ContextEntry? {
        for index in details.entries.indices {
            let entry = load(ContextEntry.self, details.entries, index)
            if view(entry.key).equalsIgnoringASCIICase(key) { return entry }
        }
        return nil
    }

    /// The session tag at a position.
    func tag(at index: Int) -> TagRecord { load(TagRecord.self, details.tags, index) }

    func valueReference(_ index: Int) -> StringRef { load(StringRef.self, details.values, index) }

    /// The context entry of a key in lower case.
    func entry(_ key: ByteView) -> ContextEntry? {
        for index in details.entries.indices {
            let entry = load(ContextEntry.self, details.entries, index)
            if view(entry.key).equals(key) { return entry }
        }
        return nil
    }

    /// The context entry of a key record: of a tag under its whole name.
    func entry(image record: KeyRecord, _ name: ByteView) -> ContextEntry? {
        switch FactKind(rawValue: record.fact) {
        case .principalTag: entry(prefix: "aws:principaltag/", name)
        case .resourceTag: entry(prefix: "aws:resourcetag/", name)
        default: entry(name)
        }
    }

    /// The context entry of a resource tag.
    func entry(resourceTag name: ByteView) -> ContextEntry? { entry(prefix: "aws:resourcetag/", name) }

    private func entry(prefix: StaticString, _ name: ByteView) -> ContextEntry? {
        // INVARIANT: a literal's bytes live as long as the program.
        let prefix = unsafe ByteView(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount)
        for index in details.entries.indices {
            let entry = load(ContextEntry.self, details.entries, index)
            let key = view(entry.key)
            if key.count == prefix.count + name.count, key.begins(with: prefix),
                key.dropFirst(prefix.count).equals(name)
            {
                return entry
            }
        }
        return nil
    }

    func value(_ index: Int) -> ByteView {
        view(load(StringRef.self, details.values, index))
    }

    /// The session tag of a key in lower case.
    func tag(_ key: ByteView) -> ByteView? {
        for index in details.tags.indices {
            let tag = load(TagRecord.self, details.tags, index)
            if view(tag.key).equals(key) { return view(tag.value) }
        }
        return nil
    }
}
