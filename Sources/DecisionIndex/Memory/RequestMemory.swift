/// A request as one block of memory: its head, its tables, its bytes.
///
///     ┌──────┬─────────────────┬───────────────┬──────────────┬───────┐
///     │ head │ context entries │ value strings │ session tags │ bytes │
///     └──────┴─────────────────┴───────────────┴──────────────┴───────┘
@safe final class RequestMemory: @unchecked Sendable {
    fileprivate let base: UnsafeMutableRawPointer

    init(_ layout: RequestLayout) {
        var head = layout.head
        var end = UInt32(MemoryLayout<RequestHead>.stride)
        func place<Item>(_ items: [Item]) -> ListRef {
            defer { end += UInt32(items.count * MemoryLayout<Item>.stride) }
            return ListRef(offset: end, count: UInt32(items.count))
        }
        head.entries = place(layout.entries)
        head.values = place(layout.values)
        head.tags = place(layout.tags)
        head.bytesOffset = place(layout.bytes).offset
        // INVARIANT: the block has room for every part that `place` counted; it is written here, read only
        // afterwards, and freed in deinit.
        unsafe base = .allocate(byteCount: Int(end), alignment: 16)
        unsafe base.storeBytes(of: head, as: RequestHead.self)
        unsafe layout.entries.withUnsafeBytes { unsafe Self.copy($0, to: base + Int(head.entries.offset)) }
        unsafe layout.values.withUnsafeBytes { unsafe Self.copy($0, to: base + Int(head.values.offset)) }
        unsafe layout.tags.withUnsafeBytes { unsafe Self.copy($0, to: base + Int(head.tags.offset)) }
        unsafe layout.bytes.withUnsafeBytes { unsafe Self.copy($0, to: base + Int(head.bytesOffset)) }
    }

    private static func copy(_ bytes: UnsafeRawBufferPointer, to place: UnsafeMutableRawPointer) {
        // INVARIANT: the caller has counted these bytes into the block.
        if let start = bytes.baseAddress { unsafe place.copyMemory(from: start, byteCount: bytes.count) }
    }

    deinit { unsafe base.deallocate() }

    /// The request for reading.
    ///
    /// The view must not outlive this object.
    var view: RequestView { unsafe RequestView(base: UnsafeRawPointer(base)) }
}
