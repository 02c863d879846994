import CXXHash

/// The resources of a batch as one block of memory.
///
///     ┌───────────────────────────┬───────┐
///     │ entries, 20 bytes each    │ names │
///     └───────────────────────────┴───────┘
@safe final class ResourceMemory: @unchecked Sendable {
    private let base: UnsafeMutableRawPointer
    private let count: Int

    init(_ layout: ResourceLayout) {
        count = layout.entries.count
        let tableBytes = count * MemoryLayout<ResourceEntry>.stride
        // INVARIANT: the block has room for the table and the names; it is written here, read only afterwards,
        // and freed in deinit.
        unsafe base = .allocate(byteCount: max(1, tableBytes + layout.bytes.count), alignment: 64)
        unsafe layout.entries.withUnsafeBytes { unsafe Self.copy($0, to: base) }
        unsafe layout.bytes.withUnsafeBytes { unsafe Self.copy($0, to: base + tableBytes) }
    }

    private static func copy(_ bytes: UnsafeRawBufferPointer, to place: UnsafeMutableRawPointer) {
        // INVARIANT: the caller has counted these bytes into the block.
        if let start = bytes.baseAddress { unsafe place.copyMemory(from: start, byteCount: bytes.count) }
    }

    deinit { unsafe base.deallocate() }

    /// The resources for reading.
    ///
    /// The view must not outlive this object.
    var view: ResourceListView { unsafe ResourceListView(base: UnsafeRawPointer(base), count: count) }
}

/// The resources of a batch while they are decided.
@safe struct ResourceListView: @unchecked Sendable {
    private let base: UnsafeRawPointer
    let count: Int

    /// - INVARIANT: `base` is the block of a ``ResourceMemory`` of `count` entries that outlives the view.
    fileprivate init(base: UnsafeRawPointer, count: Int) {
        unsafe self.base = base
        self.count = count
    }

    /// The entry at a position.
    @inline(__always) subscript(index: Int) -> ResourceEntry {
        assert(index >= 0 && index < count)
        // INVARIANT: callers stay below `count`, and the table holds as many entries.
        return unsafe base.load(
            fromByteOffset: index * MemoryLayout<ResourceEntry>.stride,
            as: ResourceEntry.self
        )
    }

    /// The bytes of a string of an entry.
    @inline(__always) func view(_ string: StringRef) -> ByteView {
        let table = count * MemoryLayout<ResourceEntry>.stride
        // INVARIANT: references of a batch were made from the bytes that follow its table.
        return unsafe ByteView(
            start: (base + table + Int(string.offset)).assumingMemoryBound(to: UInt8.self),
            count: Int(string.count)
        )
    }
}
