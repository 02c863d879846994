/// What a decision log keeps, and where.
public struct DecisionLogSettings: Sendable {
    /// The file; older parts of it are beside it, under its name with `.1`, `.2` and so on.
    public var path: String
    /// Which decisions are recorded.
    public var sampling = DecisionSampling.complete
    /// Keys of the context whose values are not written; letters ignore case.
    ///
    /// A `*` at the end stands for any rest, as in `aws:RequestTag/*`; `*` alone masks all.
    public var maskedKeys: [String] = []
    /// Decisions that one reader may be ahead of the writer; further ones are dropped and counted.
    ///
    /// Rounded up to a power of two.
    public var slotCount = 4_096
    /// Bytes for one decision; of a larger request only the names are kept, cut short.
    public var slotByteCount = 2_048
    /// Bytes after which the file is put aside and a new one begun.
    public var fileByteCountMax = 256 << 20
    /// Files that are kept beside the one that is written.
    public var keptFileCount = 4
    /// How often the writer looks for decisions.
    public var drainInterval = Duration.milliseconds(20)

    /// Everything, into a file.
    public init(path: String) { self.path = path }
}

/// Which decisions are recorded.
public enum DecisionSampling: Sendable, Hashable {
    /// All of them.
    case complete
    /// One of so many, at random.
    case oneIn(UInt32)
    /// Every deny, and of the allowed ones one of so many, at random.
    case deniesAndOneIn(UInt32)
}

/// How much a log has taken and lost since it was opened.
public struct DecisionLogCounts: Sendable, Hashable {
    /// Decisions that were handed to the writer.
    public var recorded: UInt64 = 0
    /// Decisions that were not, because the writer was behind.
    public var dropped: UInt64 = 0
    /// Of those recorded, the ones of which only the names were kept, because the request was too large.
    public var abridged: UInt64 = 0
    /// Lines that are in the file.
    public var written: UInt64 = 0
    /// Lines that could not be written, as on a full disk.
    public var lost: UInt64 = 0
    /// Why the file could not be written last; nil while it can.
    public var failure: String?
}
