import GatewayRuntime
import SnapshotDelivery

/// Answers whole requests, for one loop.
final class Responder {
    private let parts: ServedParts
    private let server: ServerState
    private let gateway: GatewayEndpoint?
    /// What may stand before the paths of AuthZEN.
    let authZENBase: [UInt8]

    init(_ parts: ServedParts, _ server: ServerState, _ counters: LoopCounters) {
        self.parts = parts
        self.server = server
        authZENBase = Array(parts.authZENBasePath.utf8)
        let decider = parts.makeDecider?() ?? parts.gateway?.makeWorker()
        gateway = decider.map {
            GatewayEndpoint(decider: $0, headers: server.configuration.gateways, counters: counters)
        }
    }

    /// Whether an endpoint is offered at all.
    func offers(_ endpoint: Endpoint) -> Bool {
        switch endpoint {
        case .none: false
        case .authZEN, .discovery: parts.authZEN != nil
        case .simulation: parts.simulator != nil
        case .extAuthz, .authRequest: gateway != nil
        case .health, .readiness, .metrics, .status, .reload, .rollback: true
        }
    }

    /// Answers a request that may be asked.
    func respond(_ endpoint: Endpoint, _ head: MessageHead, _ body: [UInt8], _ peer: ServerPeer)
        -> ServerResponse
    {
        switch endpoint {
        case .extAuthz: gateway?.respondToExtAuthz(head) ?? .plain(404)
        case .authRequest: gateway?.respondToAuthRequest(head) ?? .plain(404)
        case .authZEN, .discovery: hand(head, body, peer, to: parts.authZEN)
        // Answered by ``ServerState/slowly(_:_:)``.
        case .simulation: .plain(500)
        case .health: .text(200, "alive\n")
        case .readiness: readiness
        case .metrics: metrics
        case .status: AdminReport.status(parts, server)
        case .reload: AdminReport.reload(server)
        case .rollback: AdminReport.rollback(parts, server)
        case .none: .plain(404)
        }
    }

    private func hand(
        _ head: MessageHead,
        _ body: [UInt8],
        _ peer: ServerPeer,
        to handler: (any RequestHandler)?
    ) -> ServerResponse {
        guard let handler else { return .plain(404) }
        return handler.respond(to: ServerRequest(head, body, peer))
    }

    private var readiness: ServerResponse {
        if server.isDraining { return .text(503, "draining\n") }
        let state = parts.follower.status.state
        switch state {
        case .enforcing, .enforcingKept: return .text(200, "ready\n")
        case .enforcingStale, .closed: return .text(503, "\(state)\n")
        }
    }

    private var metrics: ServerResponse {
        var metrics = Metrics(of: parts.follower, log: parts.decisionLog)
        metrics.add(server.loopCounters)
        metrics.add(server.connectionCounts)
        return ServerResponse(
            200,
            contentType: "text/plain; version=0.0.4; charset=utf-8",
            body: Array(metrics.prometheusText.utf8)
        )
    }
}

extension ServerResponse {
    /// An answer that its status alone explains.
    static func plain(_ status: Int, headers: [(name: String, value: String)] = []) -> ServerResponse {
        var response = text(status, "\(ResponseWriter.phrase(status))\n")
        response.headers = headers
        return response
    }

    static func text(_ status: Int, _ text: String) -> ServerResponse {
        ServerResponse(status, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
    }
}

extension ServerRequest {
    /// A request as handlers get it.
    init(_ head: MessageHead, _ body: [UInt8], _ peer: ServerPeer) {
        let hasQuery = head.path.upperBound < head.target.upperBound
        self.init(
            method: head.text(head.method),
            path: head.text(head.path),
            query: hasQuery ? head.text(head.path.upperBound + 1..<head.target.upperBound) : nil,
            headers: head.headers.map { (head.text($0.name), head.text($0.value)) },
            body: body,
            peer: peer
        )
    }
}
