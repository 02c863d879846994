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

/// What the only owner of a block changes between checks (see ``PreparedRequest``).
extension RequestMemory {
    /// The head, read and changed where it stands.
    var head: RequestHead {
        @inline(__always) unsafeAddress {
            // INVARIANT: the block begins with its head.
            unsafe UnsafePointer(base.assumingMemoryBound(to: RequestHead.self))
        }
        @inline(__always) unsafeMutableAddress {
            // INVARIANT: the block begins with its head, and nobody but the owner looks at it.
            unsafe base.assumingMemoryBound(to: RequestHead.self)
        }
    }

    /// Lets a value stand elsewhere.
    func setValue(_ index: Int, _ string: StringRef) {
        precondition(index >= 0 && index < Int(head.values.count))
        let offset = Int(head.values.offset) + index * MemoryLayout<StringRef>.stride
        // INVARIANT: the precondition keeps the index inside the list, which lies in the block.
        unsafe base.storeBytes(of: string, toByteOffset: offset, as: StringRef.self)
    }

    /// Writes a text into room that the layout reserved; answers where it stands, or nil where it does not fit.
    func write(_ text: ByteView, into room: StringRef) -> StringRef? {
        guard text.count <= Int(room.count) else { return nil }
        // INVARIANT: the room lies in the block, and the text, which fits, comes from other memory.
        unsafe text.copy(to: base + Int(head.bytesOffset) + Int(room.offset))
        return StringRef(offset: room.offset, count: UInt32(text.count))
    }
}
