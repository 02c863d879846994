import Synchronization

/// Accepts connections in the control loop and hands each to the loop that has the fewest.
///
/// One thread accepts for all, so that the loops' loads are even, Unix sockets are shared as others are, and nothing that
/// waits to be accepted is lost when the server ends.
final class Acceptor {
    private let server: ServerState
    private let control: ServingLoop
    private let loops: [ServingLoop]
    private var checkSockets: [ListenSocket]
    private var adminSockets: [ListenSocket]
    private var pausedUntil: Int64 = 0

    /// Connections that are accepted before the loop looks at something else.
    private static let batchCount = 64
    private static let pauseNanoseconds: Int64 = 100_000_000

    init(
        _ server: ServerState,
        control: ServingLoop,
        loops: [ServingLoop],
        checkSockets: [ListenSocket],
        adminSockets: [ListenSocket]
    ) {
        self.server = server
        self.control = control
        self.loops = loops
        self.checkSockets = checkSockets
        self.adminSockets = adminSockets
    }

    /// Accepts from now on.
    func begin() {
        for (sockets, isAdmin) in [(checkSockets, false), (adminSockets, true)] {
            for socket in sockets {
                socket.onPending = { [unowned self, unowned socket] in
                    _ = accept(from: socket, isAdmin: isAdmin, atMost: Self.batchCount)
                }
                socket.attach(to: control.events)
            }
        }
    }

    /// - Returns: whether none is waiting any more.
    private func accept(from socket: ListenSocket, isAdmin: Bool, atMost countMax: Int) -> Bool {
        for _ in 0..<countMax {
            switch socket.accept() {
            case .nothing: return true
            case .exhausted:
                // Asking again at once would only keep the processor busy until somebody leaves.
                pausedUntil = MonotonicTime.nanoseconds + Self.pauseNanoseconds
                for socket in checkSockets + adminSockets { socket.pause() }
                server.configuration.log("out of descriptors: connections wait")
                return true
            case .connection(let descriptor, let peer):
                take(descriptor, peer, socket.address, isAdmin: isAdmin)
            }
        }
        return false
    }

    private func take(_ descriptor: Int32, _ peer: String, _ address: ListenAddress, isAdmin: Bool) {
        let limits = server.configuration.limits
        let isUnix = if case .unix = address { true } else { false }
        let tls = isUnix ? nil : server.tls
        let open = isAdmin ? server.adminConnectionCount.load(ordering: .relaxed) : checkConnectionCount
        guard open < (isAdmin ? limits.adminConnectionsMax : limits.connectionsMax) else {
            server.refused.add()
            return TurnedAway.close(descriptor, isPlain: tls == nil)
        }
        server.accepted.add()
        if isAdmin { server.adminConnectionCount.add(1, ordering: .relaxed) }
        let server = server
        let target = isAdmin ? control : quietest
        target.adopt(
            AcceptedConnection(
                descriptor: descriptor,
                peer: peer,
                isUnix: isUnix,
                isAdmin: isAdmin,
                tls: tls,
                demandsCertificate: server.configuration.tls?.clientAuthorities != nil,
                onEnd: { if isAdmin { server.adminConnectionCount.subtract(1, ordering: .relaxed) } }
            )
        )
    }

    private var checkConnectionCount: Int { loops.reduce(0) { $0 + $1.connectionCount } }

    private var quietest: ServingLoop {
        loops.min { $0.connectionCount < $1.connectionCount } ?? control
    }

    /// Accepts again after a pause.
    func tick(_ now: Int64) {
        guard pausedUntil > 0, now >= pausedUntil else { return }
        pausedUntil = 0
        for socket in checkSockets + adminSockets { socket.resume() }
    }

    /// Takes whoever waits at the check listeners, and closes these.
    func stopListening() {
        for socket in checkSockets {
            while !accept(from: socket, isAdmin: false, atMost: Self.batchCount) {}
            socket.close()
        }
        checkSockets = []
    }

    /// Closes everything.
    func close() {
        for socket in checkSockets + adminSockets { socket.close() }
        (checkSockets, adminSockets) = ([], [])
    }
}
