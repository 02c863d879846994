import CXXHash
import Glibc
import Synchronization

/// The memory of an image: an immutable, position-independent run of bytes.
///
/// An image that is to be extended has room behind its bytes. What is appended there no earlier image refers to,
/// so that checks on those never meet a byte that changes.
@safe final class ImageMemory: @unchecked Sendable {
    private enum Origin {
        case allocated, mapped
    }

    private let base: UnsafeMutableRawPointer
    private let capacity: Int
    private let origin: Origin
    /// The bytes of the image as it was built or read.
    let byteCount: Int
    /// Where the next bytes go.
    private let end: Atomic<Int>

    /// Copies bytes into memory aligned for every record.
    init(_ bytes: [UInt8]) {
        byteCount = bytes.count
        capacity = bytes.count
        end = Atomic(bytes.count)
        origin = .allocated
        // INVARIANT: allocated here for all the bytes, written once, read only afterwards, freed in deinit.
        unsafe base = Self.allocate(bytes.count)
        unsafe Self.copy(bytes, to: base)
    }

    /// Copies bytes into memory with room behind them, which costs nothing until it is written.
    ///
    /// Nil where the system grants no such memory.
    init?(_ bytes: [UInt8], room: Int) {
        let (protection, flags) = (PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE)
        let mapping = unsafe mmap(nil, bytes.count + room, protection, flags, -1, 0)
        guard let memory = unsafe mapping, unsafe memory != MAP_FAILED else { return nil }
        // INVARIANT: mapped here for the bytes and the room, unmapped in deinit.
        unsafe base = memory
        byteCount = bytes.count
        capacity = bytes.count + room
        end = Atomic(bytes.count)
        origin = .mapped
        unsafe Self.copy(bytes, to: base)
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
        capacity = byteCount
        end = Atomic(byteCount)
        origin = .allocated
    }

    /// Memory mapped from a file.
    ///
    /// - INVARIANT: `base` is the beginning of a mapping of `byteCount` bytes that nobody else unmaps.
    init(mapping base: UnsafeMutableRawPointer, byteCount: Int) {
        unsafe self.base = base
        self.byteCount = byteCount
        capacity = byteCount
        end = Atomic(byteCount)
        origin = .mapped
    }

    private static func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
        .allocate(byteCount: max(byteCount, 1), alignment: 64)
    }

    private static func copy(_ bytes: [UInt8], to place: UnsafeMutableRawPointer) {
        // INVARIANT: whoever calls has room for all the bytes at `place`.
        unsafe bytes.withUnsafeBytes {
            unsafe place.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(place), byteCount: $0.count)
        }
    }

    /// What freed images are overwritten with in debug builds: no count, place or kind of an image.
    static let poison: UInt8 = 0xDB

    deinit {
        // INVARIANT: the memory is freed once, the way it was made, and nobody reads it any more.
        switch origin {
        case .allocated:
            #if DEBUG
            // A reader that is not done yet finds nonsense, not the old answers.
            let count = end.load(ordering: .relaxed)
            unsafe base.initializeMemory(as: UInt8.self, repeating: Self.poison, count: count)
            #endif
            unsafe base.deallocate()
        case .mapped: unsafe munmap(base, capacity)
        }
    }

    /// Writes bytes into the room behind all that were written before.
    ///
    /// False when the room does not suffice, or somebody else has written there. No image refers to the bytes until
    /// one is published that does.
    func append(_ bytes: [UInt8], at offset: Int) -> Bool {
        guard offset >= byteCount, offset + bytes.count <= capacity else { return false }
        let claim = end.compareExchange(
            expected: offset,
            desired: offset + bytes.count,
            ordering: .sequentiallyConsistent
        )
        guard claim.exchanged else { return false }
        // INVARIANT: the guards keep the bytes inside the room, and give each place to one writer.
        unsafe Self.copy(bytes, to: base + offset)
        return true
    }

    /// The bytes for reading.
    ///
    /// The view must not outlive this object.
    var view: ImageView {
        unsafe ImageView(base: UnsafeRawPointer(base), roots: UnsafeRawPointer(base), byteCount: byteCount)
    }

    /// The bytes for reading, as an extended image sees them.
    ///
    /// The view must outlive neither this object nor the roots.
    func view(_ roots: ImageRoots) -> ImageView {
        unsafe ImageView(base: UnsafeRawPointer(base), roots: roots.base, byteCount: roots.byteCount)
    }
}

/// An image that has been built here or verified, and may therefore be read.
public struct VerifiedImage: Sendable {
    let memory: ImageMemory
    /// The header of an extended image; nil where the memory begins with it.
    let roots: ImageRoots?

    init(trusting memory: ImageMemory, _ roots: ImageRoots? = nil) {
        self.memory = memory
        self.roots = roots
    }

    /// The size in bytes.
    public var byteCount: Int { roots?.byteCount ?? memory.byteCount }

    /// The image for reading.
    ///
    /// The view must not outlive this value.
    var view: ImageView { roots.map { memory.view($0) } ?? memory.view }
}

/// Session policies, compiled for the sessions that carry them (F6).
public struct SessionPolicies: Sendable {
    let image: VerifiedImage
    let list: ListRef

    /// For reading as long as whoever asks keeps these.
    var view: SessionPolicyView { SessionPolicyView(image: image.view, list: list) }
}

/// Session policies for reading, so that a check counts no reference to them.
struct SessionPolicyView: Sendable {
    let image: ImageView
    let list: ListRef
}
