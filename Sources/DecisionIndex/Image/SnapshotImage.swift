import CXXHash

/// The memory of an image: an immutable, position-independent run of bytes.
@safe final class ImageMemory: @unchecked Sendable {
    private let base: UnsafeMutableRawPointer
    let byteCount: Int

    /// Copies bytes into memory aligned for every record.
    init(_ bytes: [UInt8]) {
        byteCount = bytes.count
        // INVARIANT: allocated here for all the bytes, written once, read only afterwards, freed in deinit.
        unsafe base = .allocate(byteCount: max(bytes.count, 1), alignment: 64)
        unsafe bytes.withUnsafeBytes {
            unsafe base.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(base), byteCount: $0.count)
        }
    }

    deinit { unsafe base.deallocate() }

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
