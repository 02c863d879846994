/// From bytes to requests, and from answers to bytes.
extension Connection {
    /// Reads and answers what has come.
    func process() {
        while true {
            switch phase {
            case .head:
                // Whoever sends requests without taking answers has to wait.
                guard stream.unsentCount <= Self.unsentCountMax else { return stream.pauseReading() }
                guard position < input.count, readHead() else { return compact() }
            case .body:
                guard readBody() else { return compact() }
            case .waiting: return compact()
            case .closing, .lingering, .closed:
                input = []
                return
            }
        }
    }

    /// Gives back what has been read.
    private func compact() {
        guard position > 0 else { return }
        if position < input.count {
            input.removeSubrange(..<position)
        } else if input.capacity > Self.keptCapacity {
            input = []
        } else {
            input.removeAll(keepingCapacity: true)
        }
        scanner.move(by: -position)
        position = 0
    }

    // MARK: Reading

    /// - Returns: false where more bytes are needed.
    private func readHead() -> Bool {
        let limits = loop.server.configuration.limits
        if isIdle {
            isIdle = false
            setDeadline(limits.headSeconds)
        }
        switch scanner.scan(input) {
        case .malformed: refuse(400)
        case .incomplete:
            guard input.count - position > limits.headBytesMax else { return false }
            refuseLongHead(limits)
        case .complete(let end):
            guard end - position <= limits.headBytesMax else {
                refuseLongHead(limits)
                return true
            }
            do throws(HeadFault) {
                try head.parse(input[position..<end], limits)
            } catch {
                refuse(error.status)
                return true
            }
            position = end
            beginRequest()
        }
        return true
    }

    private func refuseLongHead(_ limits: ServingLimits) {
        refuse((scanner.firstLineCount ?? .max) > limits.headBytesMax ? 414 : 431)
    }

    private func beginRequest() {
        requestCount += 1
        endpoint = Endpoint(head, isAdmin: isAdmin, base: loop.responder.authZENBase)
        if let refusal {
            return answer(refusal, since: MonotonicTime.nanoseconds, closes: head.framing != .none)
        }
        let limits = loop.server.configuration.limits
        let bodyBytesMax = isAdmin ? limits.adminBodyBytesMax : limits.bodyBytesMax
        if case .length(let count) = head.framing, count > bodyBytesMax {
            return answer(.plain(413), since: MonotonicTime.nanoseconds, closes: true)
        }
        guard head.framing != .none else { return answerRequest() }
        reader = BodyReader(head.framing, byteCountMax: bodyBytesMax)
        phase = .body
        setDeadline(limits.bodySeconds)
        if head.expectsContinue, position == input.count {
            loop.writer.begin()
            loop.writer.writeContinue()
            stream.send(loop.writer.bytes)
        }
    }

    /// Why the request is refused before its body is read.
    private var refusal: ServerResponse? {
        guard loop.responder.offers(endpoint) else { return .plain(404) }
        if let methods = endpoint.methods, !methods.contains(where: { head.hasBytes(head.method, $0) }) {
            let allow = methods.map { "\($0)" }.joined(separator: ", ")
            return .plain(405, headers: [("allow", allow)])
        }
        switch loop.rules.judge(head, peer, endpoint.area, isUnix: isUnix) {
        case .allowed: return nil
        case .noToken: return .plain(401, headers: [("www-authenticate", "Bearer realm=\"portcullis\"")])
        case .refused: return .plain(403)
        }
    }

    /// - Returns: false where more bytes are needed.
    private func readBody() -> Bool {
        switch reader.read(input, from: &position, into: &body) {
        case .incomplete: return false
        case .malformed: refuse(400)
        case .tooLarge: answer(.plain(413), since: MonotonicTime.nanoseconds, closes: true)
        case .complete: answerRequest()
        }
        return true
    }

    // MARK: Answering

    private func answerRequest() {
        let start = MonotonicTime.nanoseconds
        guard !endpoint.isSlow else { return answerElsewhere(since: start) }
        answer(loop.responder.respond(endpoint, head, body, peer), since: start, closes: false)
    }

    /// Lets another thread make the answer, and sends it when it comes back, if the client is still there.
    private func answerElsewhere(since start: Int64) {
        let (events, request) = (loop.events, ServerRequest(head, body, peer))
        let returning = Returning(self)
        let isTaken = loop.server.slowly(request) { response in
            events.post { returning.connection?.finishWaiting(response, since: start) }
        }
        guard isTaken else { return answer(.plain(503), since: start, closes: false) }
        phase = .waiting
        setDeadline(Self.waitingSeconds)
        stream.pauseReading()
    }

    private func finishWaiting(_ response: ServerResponse, since start: Int64) {
        guard phase == .waiting else { return }
        stream.resumeReading()
        answer(response, since: start, closes: false)
        process()
    }

    /// Refuses what is no request, and ends the connection, since nobody can say where the next one would begin.
    func refuse(_ status: Int) {
        head = MessageHead()
        endpoint = .none
        answer(.plain(status), since: MonotonicTime.nanoseconds, closes: true)
    }

    private func answer(_ response: ServerResponse, since start: Int64, closes: Bool) {
        let server = loop.server
        let limits = server.configuration.limits
        let isLast =
            closes || !head.keepsAlive || server.isDraining || requestCount >= limits.requestsPerConnectionMax
        loop.writer.begin()
        loop.writer.write(
            response,
            hasBody: response.status != 204 && !head.hasBytes(head.method, "HEAD"),
            connection: isLast ? "close" : head.isOld ? "keep-alive" : nil
        )
        stream.send(loop.writer.bytes)
        let now = MonotonicTime.nanoseconds
        loop.counters.count(endpoint, status: response.status, nanoseconds: now - start)
        if body.capacity > Self.keptCapacity { body = [] } else { body.removeAll(keepingCapacity: true) }
        guard !isLast else { return finishSending() }
        phase = .head
        scanner.restart(at: position)
        isIdle = stream.unsentCount == 0
        setDeadline(isIdle ? limits.idleSeconds : limits.sendSeconds, at: now)
    }
}

/// A connection that an answer comes back to; only the thread of its loop looks at it.
///
/// - INVARIANT: made by the loop's thread, and read in work that is posted to it.
@safe private final class Returning: @unchecked Sendable {
    private(set) weak var connection: Connection?

    init(_ connection: Connection) { self.connection = connection }
}
