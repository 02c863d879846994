import Dispatch
import Glibc
import Synchronization

/// A server that answers checks over HTTP/1, for whoever cannot link the engine.
///
///     let server = try DecisionServer(configuration, parts)
///     try server.start()
///     …
///     server.drain()
///     await server.ended()
///
/// One thread accepts connections and answers administrators; each of the others runs a loop of its own over its part of
/// the connections. A check takes no lock and waits for no other loop. The process's `SIGPIPE` is ignored from
/// ``start()`` on, since libevent writes to connections that may be gone.
public final class DecisionServer: Sendable {
    let state: ServerState
    private let control: ServingLoop
    private let loops: [ServingLoop]
    private let running = DispatchGroup()
    private let run = Mutex(Run())

    private struct Run {
        var hasStarted = false
        var addresses: [ListenAddress] = []
        var adminAddresses: [ListenAddress] = []
    }

    /// Reads tokens and certificates; nothing listens yet.
    ///
    /// - Throws: ``ServerError`` for a file that is missing or faulty, a limit that lets nothing through, and an address
    ///   that others could reach without protection.
    public init(_ configuration: ServerConfiguration, _ parts: ServedParts) throws(ServerError) {
        try configuration.check()
        let state = try ServerState(configuration, parts)
        let rules = try AccessRules(configuration)
        control = try ServingLoop(state, rules)
        var loops: [ServingLoop] = []
        for _ in 0..<configuration.threads { loops.append(try ServingLoop(state, rules)) }
        self.loops = loops
        self.state = state
        state.use(loops + [control])
    }

    deinit {
        // Loops and state hold each other until the loops have ended; these never began.
        if !run.withLock({ $0.hasStarted }) { state.use([]) }
    }

    /// Listens, and answers from now on.
    ///
    /// It is called once.
    public func start() throws(ServerError) {
        let configuration = state.configuration
        let isFirst = run.withLock { run in
            defer { run.hasStarted = true }
            return !run.hasStarted
        }
        guard isFirst else { throw ServerError("the server was started before") }
        signal(SIGPIPE, SIG_IGN)
        DescriptorLimit.raise(for: configuration.limits.connectionsMax)
        let (check, admin): ([ListenSocket], [ListenSocket])
        do throws(ServerError) {
            check = try Self.open(configuration.listeners, configuration)
            admin = try Self.open(configuration.adminListeners, configuration)
        } catch {
            state.use([])
            throw error
        }
        run.withLock { run in
            run.addresses = check.map(\.address)
            run.adminAddresses = admin.map(\.address)
        }
        let acceptor = Acceptor(
            state,
            control: control,
            loops: loops,
            checkSockets: check,
            adminSockets: admin
        )
        acceptor.begin()
        let ending = Ending(state, acceptor, control, loops)
        control.onTick = { now in
            acceptor.tick(now)
            ending.tick(now)
        }
        control.onEnd = { acceptor.close() }
        for (index, loop) in (loops + [control]).enumerated() {
            running.enter()
            let running = running
            loop.start(index < loops.count ? "portcullis-\(index)" : "portcullis-ctl") { running.leave() }
        }
        let watching = Task.detached { [state] in await state.watchFiles() }
        running.notify(queue: .global()) { [state] in
            watching.cancel()
            state.use([])
        }
    }

    private static func open(
        _ addresses: [ListenAddress],
        _ configuration: ServerConfiguration
    ) throws(ServerError) -> [ListenSocket] {
        var sockets: [ListenSocket] = []
        for address in addresses {
            sockets.append(try ListenSocket.open(address, permissions: configuration.socketPermissions))
        }
        return sockets
    }

    /// Where checks are answered, with the ports that the system chose; empty before the start.
    public var addresses: [ListenAddress] { run.withLock { $0.addresses } }

    /// Where administrators are answered.
    public var adminAddresses: [ListenAddress] { run.withLock { $0.adminAddresses } }

    /// Reads tokens, certificates and the mapping again; what is faulty stays as it was.
    ///
    /// - Returns: the faults.
    @discardableResult
    public func reload() -> [String] { state.reload() }

    /// Ends the server without breaking off a request: first it is not ready, then nobody can connect, then connections
    /// end as they have been answered, and after ``ServerConfiguration/drainSeconds`` those that are left are broken off.
    public func drain() { state.beginDraining() }

    /// Ends the server now; what is being answered is broken off.
    public func stop() {
        state.beginDraining()
        for loop in loops + [control] { loop.finish(atOnce: true) }
    }

    /// Waits until the server has ended; blocks the thread.
    public func waitUntilEnded() { running.wait() }

    /// Waits until the server has ended.
    public func ended() async {
        await withCheckedContinuation { continuation in
            running.notify(queue: .global()) { continuation.resume() }
        }
    }
}
