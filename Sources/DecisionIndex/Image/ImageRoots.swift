/// What has been changed since an image was built: tables that are looked at before those of the image.
///
/// They stand behind the header, in the bytes that a file leaves zero. A place in a slot is that of the record
/// now in force, or with ``removed`` added that of a record that is no longer.
struct ImageChanges: BitwiseCopyable {
    var principals = ListRef()
    var roles = ListRef()
    var resources = ListRef()
    var endpoints = ListRef()
    var accounts = ListRef()
    /// Chunks of policies that were added.
    var policies = ListRef()

    /// Where they stand, counted from the header.
    static let offset = MemoryLayout<ImageHeader>.size
    /// Records stand at multiples of eight, so that their places leave this bit free.
    static let removed: UInt32 = 1
}

/// The header of an extended image, with the tables of what has been changed.
///
/// Each extended image has its own, and shares the memory of the records with those before it.
@safe final class ImageRoots: @unchecked Sendable {
    private let block: UnsafeMutableRawPointer
    /// The bytes of the memory that the image covers.
    let byteCount: Int

    init(_ header: ImageHeader, _ tables: ChangeTables) {
        byteCount = Int(header.byteCount)
        var end = Int(ImageHeader.byteCount)
        func place<Record>(_ records: [Record]) -> ListRef {
            defer { end += records.count * MemoryLayout<Record>.stride }
            return ListRef(offset: UInt32(end), count: UInt32(records.count))
        }
        var changes = ImageChanges()
        changes.principals = place(tables.principals.slots)
        changes.roles = place(tables.roles.slots)
        changes.resources = place(tables.resources.slots)
        changes.endpoints = place(tables.endpoints.slots)
        changes.accounts = place(tables.accounts.slots)
        changes.policies = place(tables.policies)
        // INVARIANT: the block has room for the header and for every list that `place` counted; it is written here,
        // read only afterwards, and freed in deinit.
        unsafe block = .allocate(byteCount: end, alignment: 64)
        unsafe block.storeBytes(of: header, as: ImageHeader.self)
        unsafe block.storeBytes(of: changes, toByteOffset: ImageChanges.offset, as: ImageChanges.self)
        unsafe Self.copy(tables.principals.slots, to: block + Int(changes.principals.offset))
        unsafe Self.copy(tables.roles.slots, to: block + Int(changes.roles.offset))
        unsafe Self.copy(tables.resources.slots, to: block + Int(changes.resources.offset))
        unsafe Self.copy(tables.endpoints.slots, to: block + Int(changes.endpoints.offset))
        unsafe Self.copy(tables.accounts.slots, to: block + Int(changes.accounts.offset))
        unsafe Self.copy(tables.policies, to: block + Int(changes.policies.offset))
    }

    deinit {
        #if DEBUG
        // INVARIANT: the block begins with the header, which nobody reads any more.
        unsafe block.initializeMemory(
            as: UInt8.self,
            repeating: ImageMemory.poison,
            count: Int(ImageHeader.byteCount)
        )
        #endif
        unsafe block.deallocate()
    }

    /// Where the header stands.
    ///
    /// Whoever reads there keeps this object.
    var base: UnsafeRawPointer { unsafe UnsafeRawPointer(block) }

    private static func copy<Record: BitwiseCopyable>(
        _ records: [Record],
        to place: UnsafeMutableRawPointer
    ) {
        // INVARIANT: whoever calls has counted the records into the block.
        unsafe records.withUnsafeBytes {
            if let start = $0.baseAddress { unsafe place.copyMemory(from: start, byteCount: $0.count) }
        }
    }
}
