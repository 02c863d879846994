import Synchronization

/// One immutable state of all policies, with the revision under which it was published (I4).
public final class Snapshot: Sendable {
    let image: VerifiedImage
    /// The image for reading; it lives as long as this object.
    let view: ImageView
    /// Counted from 1 by the engine that published it.
    public let revision: UInt64
    /// No other snapshot of the process has it, of whatever engine, so that what was found in one is never looked
    /// up in another.
    let identity: UInt64

    private static let count = Atomic<UInt64>(0)

    /// What readers count on this snapshot, if they do.
    let counters: SnapshotCounters?
    private let ledger: CountLedger?

    init(
        _ image: VerifiedImage,
        revision: UInt64,
        counters: SnapshotCounters? = nil,
        ledger: CountLedger? = nil
    ) {
        self.image = image
        view = image.view
        self.revision = revision
        identity = Self.count.add(1, ordering: .relaxed).newValue
        self.counters = counters
        self.ledger = ledger
    }

    deinit {
        // No reader sees the snapshot any more, so its counts are final.
        if let counters { ledger?.close(counters) }
    }

    /// The size of the image in bytes.
    public var byteCount: Int { image.byteCount }
}
