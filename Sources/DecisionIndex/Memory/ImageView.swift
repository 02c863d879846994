import CXXHash

/// The bytes of a snapshot image, read as records.
///
/// Every offset that a verified image holds has been shown to lie inside it with the whole record, so reads
/// are not checked again; in debug builds they are.
///
/// Its bytes belong to an ``ImageMemory``, which whoever keeps a view keeps, too.
@safe struct ImageView: @unchecked Sendable {
    private let base: UnsafeRawPointer
    /// Where the header stands: at the base, or for an extended image in ``ImageRoots``.
    private let roots: UnsafeRawPointer
    let byteCount: Int

    /// - INVARIANT: `byteCount` bytes at `base`, aligned to 16, stay readable and unchanged while the view is used;
    ///   so does the header at `roots`, with the tables that it names there.
    @inline(__always) init(base: UnsafeRawPointer, roots: UnsafeRawPointer, byteCount: Int) {
        unsafe self.base = base
        unsafe self.roots = roots
        self.byteCount = byteCount
    }

    /// The record at an offset.
    @inline(__always) func load<Record: BitwiseCopyable>(_: Record.Type, at offset: UInt32) -> Record {
        assert(Int(offset) + MemoryLayout<Record>.size <= byteCount)
        // INVARIANT: the verifier has shown offset + size ≤ byteCount and the alignment of every stored offset.
        return unsafe base.load(fromByteOffset: Int(offset), as: Record.self)
    }

    /// The record at an offset, of which only the fields that are asked for are read.
    subscript<Record: BitwiseCopyable>(_: Record.Type, at offset: UInt32) -> Record {
        @inline(__always) unsafeAddress {
            assert(Int(offset) + MemoryLayout<Record>.size <= byteCount)
            // INVARIANT: the verifier has shown offset + size ≤ byteCount and the alignment of every stored offset.
            return unsafe (base + Int(offset)).assumingMemoryBound(to: Record.self)
        }
    }

    /// The record at a position of a list, of which only the fields that are asked for are read.
    subscript<Record: BitwiseCopyable>(_: Record.Type, _ list: ListRef, _ index: Int) -> Record {
        @inline(__always) unsafeAddress {
            assert(index >= 0 && index < Int(list.count))
            let offset = Int(list.offset) + index * MemoryLayout<Record>.stride
            // INVARIANT: the verifier has shown that every list lies inside the image, aligned.
            return unsafe (base + offset).assumingMemoryBound(to: Record.self)
        }
    }

    /// The record at a position of a list.
    @inline(__always) func load<Record: BitwiseCopyable>(_: Record.Type, _ list: ListRef, _ index: Int)
        -> Record
    {
        assert(index >= 0 && index < Int(list.count))
        return load(Record.self, at: list.offset + UInt32(index * MemoryLayout<Record>.stride))
    }

    /// The bytes of a string.
    @inline(__always) func bytes(_ string: StringRef) -> ByteView {
        assert(Int(string.offset) + Int(string.count) <= byteCount)
        // INVARIANT: the verifier has shown offset + count ≤ byteCount.
        return unsafe ByteView(
            start: (base + Int(string.offset)).assumingMemoryBound(to: UInt8.self),
            count: Int(string.count)
        )
    }

    /// Whether this is the same image.
    @inline(__always) func isSame(as other: ImageView) -> Bool { unsafe base == other.base }

    /// Asks for the cache lines from an offset on, so that they arrive while other work goes on.
    @inline(__always) func prefetch(_ offset: UInt32, lines: Int) {
        for line in 0..<lines {
            // INVARIANT: a prefetch reads nothing, wherever it points.
            unsafe portcullis_prefetch(base + Int(offset) + line * 64)
        }
    }

    /// The header, read where it stands.
    var header: ImageHeader {
        @inline(__always) unsafeAddress {
            // INVARIANT: `roots` is where the header stands.
            unsafe roots.assumingMemoryBound(to: ImageHeader.self)
        }
    }

    /// What has been changed since the image was built, read where it stands.
    var changes: ImageChanges {
        @inline(__always) unsafeAddress {
            // INVARIANT: every header is followed by its changes, which are zeros in a file.
            unsafe (roots + ImageChanges.offset).assumingMemoryBound(to: ImageChanges.self)
        }
    }

    /// The record at a position of one of the lists of changes, which stand with the header.
    subscript<Record: BitwiseCopyable>(change _: Record.Type, _ list: ListRef, _ index: Int) -> Record {
        @inline(__always) unsafeAddress {
            assert(index >= 0 && index < Int(list.count))
            let offset = Int(list.offset) + index * MemoryLayout<Record>.stride
            // INVARIANT: the lists of ``ImageChanges`` were laid out by ``ImageRoots`` in its own block.
            return unsafe (roots + offset).assumingMemoryBound(to: Record.self)
        }
    }
}

/// Where a string stands in the image.
struct StringRef: BitwiseCopyable, Hashable, Sendable {
    var offset: UInt32 = 0
    var count: UInt32 = 0
}

/// Where a list of records stands in the image.
struct ListRef: BitwiseCopyable, Hashable, Sendable {
    var offset: UInt32 = 0
    var count: UInt32 = 0

    var isEmpty: Bool { count == 0 }
    var indices: Range<Int> { 0..<Int(count) }
}
