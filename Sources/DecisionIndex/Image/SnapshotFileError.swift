/// Why a snapshot cannot be used: what is wrong with it, and where.
public struct SnapshotFormatError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of fault; the raw values do not change between versions.
    public enum Code: String, Sendable, CaseIterable {
        /// The file ends before its contents do.
        case truncated = "snapshot.truncated"
        /// The file is no snapshot.
        case magic = "snapshot.magic"
        /// The file was written on a machine of the other byte order.
        case byteOrder = "snapshot.endian"
        /// The file has a format or an option that this version does not know.
        case version = "snapshot.version"
        /// The bytes are not those that were written.
        case checksum = "snapshot.checksum"
        /// A place or a count points outside the image, or to where such a thing cannot stand.
        case bounds = "snapshot.bounds"
        /// The parts do not fit each other.
        case structure = "snapshot.structure"
        /// The file cannot be read or written.
        case file = "snapshot.file"
    }

    /// The kind of fault.
    public let code: Code
    /// Where the fault stands, in bytes from the beginning; 0 where no place is known.
    public let offset: Int
    /// What is wrong, for people.
    public let message: String

    init(_ code: Code, at offset: Int = 0, _ message: String) {
        self.code = code
        self.offset = offset
        self.message = message
    }

    /// Code, place and message on one line.
    public var description: String { "\(code.rawValue) at byte \(offset): \(message)" }
}
