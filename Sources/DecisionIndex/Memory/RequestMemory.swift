/// A request as one block of memory, what every check reads first.
///
///     ┌──────┬───────┬─────────┬─────────────────┬───────────────┬──────────────┐
///     │ head │ bytes │ details │ context entries │ value strings │ session tags │
///     └──────┴───────┴─────────┴─────────────────┴───────────────┴──────────────┘
@safe final class RequestMemory: @unchecked Sendable {
    fileprivate let base: UnsafeMutableRawPointer
    /// The size of the block.
    let byteCount: Int

    init(_ layout: RequestLayout) {
        var (head, details) = (layout.head, layout.details)
        let bytesOffset = MemoryLayout<RequestHead>.stride
        head.detailsOffset = UInt32((bytesOffset + layout.bytes.count + 7) & ~7)
        var end = head.detailsOffset + UInt32(MemoryLayout<RequestDetails>.stride)
        func place<Item>(_ items: [Item]) -> ListRef {
            defer { end += UInt32(items.count * MemoryLayout<Item>.stride) }
            return ListRef(offset: end, count: UInt32(items.count))
        }
        details.entries = place(layout.entries)
        details.values = place(layout.values)
        details.tags = place(layout.tags)
        // INVARIANT: the block has room for every part that was counted; it is written here, read only
        // afterwards, and freed in deinit.
        byteCount = Int(end)
        unsafe base = .allocate(byteCount: byteCount, alignment: 64)
        unsafe base.storeBytes(of: head, as: RequestHead.self)
        unsafe base.storeBytes(of: details, toByteOffset: Int(head.detailsOffset), as: RequestDetails.self)
        unsafe layout.bytes.withUnsafeBytes { unsafe Self.copy($0, to: base + bytesOffset) }
        unsafe layout.entries.withUnsafeBytes { unsafe Self.copy($0, to: base + Int(details.entries.offset)) }
        unsafe layout.values.withUnsafeBytes { unsafe Self.copy($0, to: base + Int(details.values.offset)) }
        unsafe layout.tags.withUnsafeBytes { unsafe Self.copy($0, to: base + Int(details.tags.offset)) }
    }

    private static func copy(_ bytes: UnsafeRawBufferPointer, to place: UnsafeMutableRawPointer) {
        // INVARIANT: the caller has counted these bytes into the block.
        if let start = bytes.baseAddress { unsafe place.copyMemory(from: start, byteCount: bytes.count) }
    }

    /// A copy of a block that ``copy(to:)`` has written.
    init(copying bytes: UnsafeRawBufferPointer) {
        byteCount = bytes.count
        // INVARIANT: the block has room for all the bytes, and is freed in deinit.
        unsafe base = .allocate(byteCount: max(1, byteCount), alignment: 64)
        unsafe Self.copy(bytes, to: base)
    }

    /// Copies the block, of which no part says where it stands; false where it does not fit.
    ///
    /// Allocates nothing.
    @inline(__always) func copy(to place: UnsafeMutableRawBufferPointer) -> Bool {
        guard byteCount <= place.count, let start = place.baseAddress else { return false }
        // INVARIANT: the block has so many bytes, and so has the place.
        unsafe start.copyMemory(from: base, byteCount: byteCount)
        return true
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

    /// What conditions and credentials ask for, read and changed where it stands.
    var details: RequestDetails {
        @inline(__always) unsafeAddress {
            // INVARIANT: the details stand in the block where its head says, aligned to eight.
            unsafe UnsafePointer(detailsAddress)
        }
        @inline(__always) unsafeMutableAddress {
            // INVARIANT: as above, and nobody but the owner looks at them.
            unsafe detailsAddress
        }
    }

    @inline(__always)
    private var detailsAddress: UnsafeMutablePointer<RequestDetails> {
        // INVARIANT: the head says where in the block the details stand.
        unsafe (base + Int(head.detailsOffset)).assumingMemoryBound(to: RequestDetails.self)
    }

    /// Lets a value stand elsewhere.
    func setValue(_ index: Int, _ string: StringRef) {
        precondition(index >= 0 && index < Int(details.values.count))
        let offset = Int(details.values.offset) + index * MemoryLayout<StringRef>.stride
        // INVARIANT: the precondition keeps the index inside the list, which lies in the block.
        unsafe base.storeBytes(of: string, toByteOffset: offset, as: StringRef.self)
    }

    /// Writes a text into room that the layout reserved; answers where it stands, or nil where it does not fit.
    func write(_ text: ByteView, into room: StringRef) -> StringRef? {
        guard text.count <= Int(room.count) else { return nil }
        // INVARIANT: the room lies in the block, and the text, which fits, comes from other memory.
        unsafe text.copy(to: base + Int(room.offset))
        return StringRef(offset: room.offset, count: UInt32(text.count))
    }
}
