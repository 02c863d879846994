import Portcullis

/// What of a candidate is kept on disk, so that the next run can begin with it.
enum Keepsake: Sendable {
    /// A bundle as it came, and the pointer that named it; both are verified again when they are read.
    case bundle([UInt8], pointer: [UInt8]?)
    /// The image; it is written as a snapshot file.
    case image
    /// The image of changes, which no file can hold: the directory is compiled once more for keeping.
    case changes(SnapshotCompiler)
}
