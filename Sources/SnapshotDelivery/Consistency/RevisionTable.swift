import Portcullis
import Synchronization

/// What an engine revision decided by.
public enum Provenance: Sendable, Hashable {
    /// Policies, at this revision of the store.
    case policies(StoreRevision)
    /// Nothing: everything was denied, for this reason.
    case closed(ClosureReason)

    /// The revision of the store; nil where everything was denied.
    public var storeRevision: StoreRevision? {
        if case .policies(let revision) = self { revision } else { nil }
    }
}

/// Which engine revision is which revision of the store.
///
/// A decision carries the engine's revision alone, so that it stays as small as it is and a check does no more; the
/// follower, which alone publishes, keeps the table.
final class RevisionTable: Sendable {
    private struct Entry {
        let engineRevision: UInt64
        let provenance: Provenance
    }

    /// In order; an engine publishes far fewer between a decision and the question where it came from.
    private let entries = Mutex<[Entry]>([])
    private static let entriesMax = 4_096

    /// Says what an engine revision decides by, before it decides anything.
    func add(_ provenance: Provenance, as engineRevision: UInt64) {
        entries.withLock { entries in
            entries.removeAll { $0.engineRevision >= engineRevision }
            entries.append(Entry(engineRevision: engineRevision, provenance: provenance))
            if entries.count > Self.entriesMax { entries.removeFirst(Self.entriesMax / 4) }
        }
    }

    /// O(log n); nil for a revision that is none of the follower's, or has been forgotten.
    subscript(engineRevision: UInt64) -> Provenance? {
        entries.withLock { entries in
            var (low, high) = (0, entries.count)
            while low < high {
                let middle = (low + high) / 2
                if entries[middle].engineRevision < engineRevision { low = middle + 1 } else { high = middle }
            }
            guard low < entries.count, entries[low].engineRevision == engineRevision else { return nil }
            return entries[low].provenance
        }
    }
}
