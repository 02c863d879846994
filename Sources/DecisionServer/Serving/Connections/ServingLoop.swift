import Foundation
import Synchronization

/// One loop with its connections, and all that its thread needs to answer them.
///
/// - INVARIANT: everything but `counters`, `connectionCount`, `use`, `adopt` and `finish` is touched by the loop's thread
///   only, once it runs.
@safe final class ServingLoop: @unchecked Sendable {
    let events: EventLoop
    let server: ServerState
    let responder: Responder
    let counters = LoopCounters()
    private(set) var rules: AccessRules
    var writer = ResponseWriter()
    private var connections: [ObjectIdentifier: Connection] = [:]
    private let openCount = Atomic<Int>(0)
    private var isFinishing = false
    /// What else is looked at with the deadlines.
    var onTick: (Int64) -> Void = { _ in }
    /// What else is done when the loop has ended, by its thread.
    var onEnd: () -> Void = {}

    /// How often deadlines are looked at.
    static let tickMilliseconds = 50

    init(_ server: ServerState, _ rules: AccessRules) throws(ServerError) {
        guard let events = EventLoop(tickMilliseconds: Self.tickMilliseconds) else {
            throw .system("cannot make a loop")
        }
        self.events = events
        self.server = server
        self.rules = rules
        responder = Responder(server.parts, server, counters)
        events.onTick = { [unowned self] in tick() }
    }

    /// Runs the loop in a thread of its own.
    ///
    /// - Parameter done: called by the thread when the loop has ended.
    func start(_ name: String, _ done: @escaping @Sendable () -> Void) {
        let thread = Thread { [self] in
            events.run()
            end()
            done()
        }
        thread.name = name
        thread.start()
    }

    private func end() {
        isFinishing = true
        onEnd()
        // Both hold what holds this loop.
        onTick = { _ in }
        onEnd = {}
        for connection in Array(connections.values) { connection.close() }
        events.finish()
    }

    /// Connections that were handed to this loop and are open.
    var connectionCount: Int { openCount.load(ordering: .relaxed) }

    /// Judges callers by other rules from soon on.
    func use(_ rules: AccessRules) { events.post { [self] in self.rules = rules } }

    /// Takes a connection over, soon.
    func adopt(_ accepted: AcceptedConnection) {
        openCount.add(1, ordering: .relaxed)
        events.post { [self] in begin(accepted) }
    }

    private func begin(_ accepted: AcceptedConnection) {
        guard !isFinishing, let connection = Connection(accepted, self) else {
            if isFinishing { close(accepted.descriptor) }
            openCount.subtract(1, ordering: .relaxed)
            accepted.onEnd()
            return
        }
        connections[ObjectIdentifier(connection)] = connection
        connection.begin()
    }

    /// Forgets a connection that has ended.
    func forget(_ connection: Connection) {
        guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        openCount.subtract(1, ordering: .relaxed)
        if isFinishing, connections.isEmpty { events.stop() }
    }

    /// Ends the loop: as soon as all connections have ended, or at once.
    func finish(atOnce: Bool) {
        events.post { [self] in
            isFinishing = true
            if atOnce || connections.isEmpty { events.stop() }
        }
    }

    private func tick() {
        let now = MonotonicTime.nanoseconds
        for connection in Array(connections.values) { connection.tick(now) }
        onTick(now)
    }
}

/// A connection on its way from a listener to a loop.
struct AcceptedConnection: Sendable {
    let descriptor: Int32
    let peer: String
    let isUnix: Bool
    let isAdmin: Bool
    let tls: TLSContext?
    /// Whether `tls` lets nobody in without a certificate.
    let demandsCertificate: Bool
    /// Called once when it has ended.
    let onEnd: @Sendable () -> Void
}
