import Portcullis
import RequestMapping
import SnapshotDelivery
import Synchronization

/// The mapping of a gateway, read again when its files change.
///
/// A mapping that cannot be read leaves the one before in force.
final class MappingFeed: Sendable {
    private let path: String
    private let log: GatewayLog
    private let current: Mutex<RequestMapping>
    private let counted = Atomic<UInt64>(1)
    private let failure = Mutex<String?>(nil)

    /// Reads the file.
    init(_ path: String, _ log: GatewayLog) throws(GatewayError) {
        self.path = path
        self.log = log
        current = Mutex(try Self.read(path))
    }

    /// Counts the mappings that were in force; a worker whose number is another asks for the mapping.
    var revision: UInt64 { counted.load(ordering: .acquiring) }

    /// What is in force, and its number.
    var mapping: (RequestMapping, revision: UInt64) {
        current.withLock { ($0, counted.load(ordering: .relaxed)) }
    }

    /// Why the files as they are now are not in force; nil where they are.
    var currentFailure: String? { failure.withLock { $0 } }

    /// Reads the files again when they change, until the task is cancelled.
    func run() async {
        let watch = PathWatch()
        // What changed between the first reading and now counts as a change.
        while await watch.change(of: current.withLock({ $0 }).files) { reload() }
    }

    /// Reads the files again.
    func reload() {
        do throws(GatewayError) {
            let mapping = try Self.read(path)
            let revision = current.withLock { current in
                current = mapping
                return counted.add(1, ordering: .releasing).newValue
            }
            failure.withLock { $0 = nil }
            log.write(.info, "mapping: revision \(revision) is in force")
        } catch {
            failure.withLock { $0 = error.description }
            log.write(.warning, "mapping: refused: \(error)")
        }
    }

    private static func read(_ path: String) throws(GatewayError) -> RequestMapping {
        do throws(InvalidDocument) {
            return try RequestMapping(contentsOf: path)
        } catch {
            throw GatewayError(error.description)
        }
    }
}
