import Glibc

/// One client's connection: reads requests one after the other, and answers each before the next is read.
final class Connection {
    /// Where it stands.
    enum Phase {
        /// A head is read, or waited for.
        case head
        /// A body is read.
        case body
        /// The answer is made elsewhere; what comes meanwhile waits.
        case waiting
        /// The last answer is on its way.
        case closing
        /// Nothing is sent any more; what comes is thrown away, so that the answer is not lost by a reset.
        case lingering
        case closed
    }

    unowned let loop: ServingLoop
    let isUnix: Bool
    let isAdmin: Bool
    let stream: ByteStream
    private let onEnd: @Sendable () -> Void
    private let demandsCertificate: Bool
    var peer = ServerPeer()

    var phase = Phase.head
    var input: [UInt8] = []
    /// Where in ``input`` the next byte is that belongs to nothing yet.
    var position = 0
    var scanner = HeadScanner()
    var head = MessageHead()
    var reader = BodyReader(.none, byteCountMax: 0)
    var body: [UInt8] = []
    var endpoint = Endpoint.none
    var requestCount = 0
    /// Whether it waits for a request of which nothing has come.
    var isIdle = false
    /// When it has waited long enough, and since when it waits.
    private(set) var deadline: Int64 = 0
    private var waitsSince: Int64 = 0
    /// Whether the other end sends no more.
    private var hasEnded = false

    /// Answers that wait here before no further request is read.
    static let unsentCountMax = 256 << 10
    /// Buffers that are larger are given back after a request.
    static let keptCapacity = 64 << 10
    private static let lingerSeconds = 1.0
    /// How long an answer that is made elsewhere is waited for.
    static let waitingSeconds = 60.0
    /// How long a waiting connection may still be used once nobody can connect.
    private static let quietSeconds = 1.0

    init?(_ accepted: AcceptedConnection, _ loop: ServingLoop) {
        guard let stream = ByteStream(accepted.descriptor, accepted.tls, in: loop.events) else { return nil }
        self.stream = stream
        self.loop = loop
        isUnix = accepted.isUnix
        isAdmin = accepted.isAdmin
        onEnd = accepted.onEnd
        demandsCertificate = accepted.demandsCertificate
        peer.address = accepted.peer
    }

    func begin() {
        setDeadline(loop.server.configuration.limits.headSeconds)
        stream.begin(self)
    }

    /// Ends it at once.
    func close() {
        guard phase != .closed else { return }
        phase = .closed
        stream.close()
        loop.forget(self)
        onEnd()
    }

    // MARK: Time

    func setDeadline(_ seconds: Double, at now: Int64 = MonotonicTime.nanoseconds) {
        waitsSince = now
        deadline = waitsSince + Int64(seconds * 1e9)
    }

    func tick(_ now: Int64) {
        if now >= deadline { return expire() }
        let quiet = Int64(Self.quietSeconds * 1e9)
        if isIdle, loop.server.hasStoppedListening, now - waitsSince >= quiet { close() }
    }

    /// Waits for the next request.
    func becomeIdle() {
        isIdle = true
        setDeadline(loop.server.configuration.limits.idleSeconds)
    }

    private func expire() {
        guard phase == .head || phase == .body, !isIdle, stream.unsentCount == 0 else { return close() }
        loop.counters.timeouts.add()
        // A client that has said nothing is told nothing.
        if input.count == position, phase == .head { close() } else { refuse(408) }
    }

    // MARK: The end

    /// Waits until the last answer is sent, then for the other end.
    func finishSending() {
        phase = .closing
        isIdle = false
        input = []
        position = 0
        setDeadline(loop.server.configuration.limits.sendSeconds)
        if stream.unsentCount == 0 { linger() }
    }

    private func linger() {
        guard !hasEnded else { return close() }
        phase = .lingering
        setDeadline(Self.lingerSeconds)
        stream.resumeReading()
        stream.finishSending()
    }
}

extension Connection: ByteStreamOwner {
    func streamHasBytes() {
        stream.take(into: &input)
        process()
    }

    func streamIsDrained() {
        switch phase {
        case .closing: linger()
        case .head, .body:
            // Answers are with the client; only now does it wait for itself.
            if phase == .head, position == input.count, requestCount > 0 { becomeIdle() }
            stream.resumeReading()
            process()
            if hasEnded, stream.unsentCount == 0 { close() }
        case .waiting, .lingering, .closed: break
        }
    }

    func streamIsSecured(names: [String]) {
        peer.isSecure = true
        peer.isVerified = demandsCertificate
        peer.certificateNames = names
    }

    func streamHasEnded() {
        hasEnded = true
        let isAnswering = phase == .closing || phase == .head && stream.unsentCount > 0
        // An end that comes with a request under way elsewhere is most likely a client that gave up.
        if !isAnswering || stream.unsentCount == 0 { close() }
    }
}
