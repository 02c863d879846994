import CXXHash
import Glibc

/// The memory of an image: an immutable, position-independent run of bytes.
@safe final class ImageMemory: @unchecked Sendable {
    private let base: UnsafeMutableRawPointer
    let byteCount: Int
    private let isMapped: Bool

    /// Copies bytes into memory aligned for every record.
    init(_ bytes: [UInt8]) {
        byteCount = bytes.count
        isMapped = false
        // INVARIANT: allocated here for all the bytes, written once, read only afterwards, freed in deinit.
        unsafe base = Self.allocate(bytes.count)
        unsafe bytes.withUnsafeBytes {
            unsafe base.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(base), byteCount: $0.count)
        }
    }

    /// Memory that is filled once, from a file.
    init<Failure: Error>(
        byteCount: Int,
        _ fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        // INVARIANT: allocated here for all the bytes, all of which are written before anything is read; nobody
        // keeps the buffer, and the memory is freed in deinit, or here when filling fails.
        let memory = unsafe Self.allocate(byteCount)
        do throws(Failure) {
            try unsafe fill(UnsafeMutableRawBufferPointer(start: memory, count: byteCount))
        } catch {
            unsafe memory.deallocate()
            throw error
        }
        unsafe base = memory
        self.byteCount = byteCount
        isMapped = false
    }

    /// Memory mapped from a file.
    ///
    /// - INVARIANT: `base` is the beginning of a mapping of `byteCount` bytes that nobody else unmaps.
    init(mapping base: UnsafeMutableRawPointer, byteCount: Int) {
        unsafe self.base = base
        self.byteCount = byteCount
        isMapped = true
    }

    private static func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
        .allocate(byteCount: max(byteCount, 1), alignment: 64)
    }

    deinit {
        // INVARIANT: the memory is freed once, the way it was made.
        if isMapped {
            unsafe munmap(base, byteCount)
        } else {
            unsafe base.deallocate()
        }
    }

    /// The bytes for reading.
    ///
    /// The view must not outlive this object.
    var view: ImageView { unsafe ImageView(base: UnsafeRawPointer(base), byteCount: byteCount) }
}

/// An image that has been built here or verified, and may therefore be read.
public struct VerifiedImage: Sendable {
    let memory: ImageMemory

    init(trusting memory: ImageMemory) { self.memory = memory }

    /// The size in bytes.
    public var byteCount: Int { memory.byteCount }
}

/// Session policies, compiled for the sessions that carry them (F6).
public struct SessionPolicies: Sendable {
    let image: VerifiedImage
    let list: ListRef
}
