import Dispatch
import GatewayRuntime
import SnapshotDelivery
import Synchronization

/// What the loops of a server share; no check takes a lock of it.
final class ServerState: Sendable {
    let configuration: ServerConfiguration
    let parts: ServedParts
    private let phase = Atomic<UInt8>(0)
    private let failures = Mutex<[String]>([])
    private let loops = Mutex<[ServingLoop]>([])
    private let context: Mutex<TLSContext?>
    private let watch = PathWatch()
    /// Connections of check listeners.
    let accepted = Counter()
    let refused = Counter()
    let adminConnectionCount = Atomic<Int>(0)
    private let waitingCount = Atomic<Int>(0)
    private let slowQueue = DispatchQueue(label: "portcullis-slow", qos: .utility)

    /// Reads tokens and certificates.
    init(_ configuration: ServerConfiguration, _ parts: ServedParts) throws(ServerError) {
        self.configuration = configuration
        self.parts = parts
        watch.note(configuration.files)
        context = Mutex(
            try configuration.tls.map { files throws(ServerError) in try TLSContext(files) }
        )
    }

    func use(_ loops: [ServingLoop]) { self.loops.withLock { $0 = loops } }

    /// What new TLS connections are judged by.
    var tls: TLSContext? { context.withLock { $0 } }

    // MARK: Slow answers

    /// Lets a thread of its own answer a simulation.
    ///
    /// - Returns: false where too many wait already.
    func slowly(_ request: ServerRequest, _ body: @escaping @Sendable (ServerResponse) -> Void) -> Bool {
        guard let simulator = parts.simulator else { return false }
        let waiting = waitingCount.add(1, ordering: .relaxed).newValue
        guard waiting <= configuration.limits.waitingSimulationsMax + 1 else {
            waitingCount.subtract(1, ordering: .relaxed)
            return false
        }
        slowQueue.async { [self] in
            let response = simulator.respond(to: request)
            waitingCount.subtract(1, ordering: .relaxed)
            body(response)
        }
        return true
    }

    // MARK: Drain

    /// Whether the server is about to end: every answer closes its connection.
    var isDraining: Bool { phase.load(ordering: .relaxed) >= 1 }
    /// Whether nobody can connect any more, so that connections that only wait may go.
    var hasStoppedListening: Bool { phase.load(ordering: .relaxed) >= 2 }

    func beginDraining() { _ = phase.max(1, ordering: .relaxed) }
    func noteStoppedListening() { _ = phase.max(2, ordering: .relaxed) }

    // MARK: Figures

    var loopCounters: [LoopCounters] { loops.withLock { $0.map(\.counters) } }

    var connectionCounts: ConnectionCounts {
        let admin = adminConnectionCount.load(ordering: .relaxed)
        return ConnectionCounts(
            check: max(0, loops.withLock { $0.reduce(0) { $0 + $1.connectionCount } } - admin),
            admin: admin,
            accepted: accepted.value,
            refused: refused.value
        )
    }

    // MARK: Reloading

    /// What the last reload could not read.
    var lastReloadFailures: [String] { failures.withLock { $0 } }

    /// Reads tokens, certificates and the mapping again; what is faulty stays as it was.
    ///
    /// - Returns: the faults.
    func reload() -> [String] {
        parts.gateway?.reloadMapping()
        var faults = reloadFiles()
        if let fault = parts.gateway?.mappingFailure { faults.append(fault) }
        return faults
    }

    /// Reads tokens and certificates again whenever they change, until the task is cancelled.
    func watchFiles() async {
        guard !configuration.files.isEmpty else { return }
        while await watch.change(of: configuration.files) { _ = reloadFiles() }
    }

    private func reloadFiles() -> [String] {
        var faults: [String] = []
        do throws(ServerError) {
            let rules = try AccessRules(configuration)
            for loop in loops.withLock({ $0 }) { loop.use(rules) }
        } catch {
            faults.append(error.description)
        }
        if let fault = reloadCertificates() { faults.append(fault) }
        failures.withLock { $0 = faults }
        configuration.log(faults.isEmpty ? "reloaded" : "not reloaded: \(faults.joined(separator: "; "))")
        return faults
    }

    /// Reads certificates again; connections that are open keep theirs.
    private func reloadCertificates() -> String? {
        guard let files = configuration.tls else { return nil }
        do throws(ServerError) {
            let fresh = try TLSContext(files)
            context.withLock { $0 = fresh }
            return nil
        } catch {
            return error.description
        }
    }
}
