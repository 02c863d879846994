public import Portcullis

/// One thread's way to decide HTTP requests: maps each to a question and asks the engine.
///
/// A gate remembers callers whose proof it has seen, and their questions, so that the next request of the same kind is
/// decided without an allocation. It belongs to one thread at a time; a new mapping needs a new gate.
public final class RequestGate {
    let mapping: MappingContents
    var reader: AuthorizationReader
    var target = RequestTarget()
    var headers = HeaderFields()
    var parameters = QueryParameters()
    /// The name of the resource, then the client's address.
    var scratch: [UInt8] = []
    var callers = BoundedCache<KnownCaller>(capacity: RequestGate.callerCountMax)
    var questions = BoundedCache<PreparedQuestion>(capacity: RequestGate.questionCountMax)
    var callerCount: UInt32 = 0
    let (yes, no) = (Array("true".utf8), Array("false".utf8))
    private let isNamed: Bool

    /// Callers that are remembered.
    static let callerCountMax = 2_048
    /// Questions that are remembered, of some 4 KiB each.
    static let questionCountMax = 4_096

    /// A gate for one thread.
    public init(_ mapping: RequestMapping, _ engine: AuthorizationEngine) {
        self.mapping = mapping.contents
        reader = engine.makeReader()
        scratch.reserveCapacity(4_096)
        isNamed = self.mapping.callers.contains { if case .header = $0.method { true } else { false } }
    }

    /// Decides a request.
    ///
    /// - Complexity: linear in the bytes of the request, and bounded by the policies of caller and resource.
    public func decide(_ request: HTTPRequestBuffer, at now: Instant) -> GateAnswer {
        guard request.fault == nil else { return answer(.tooLarge) }
        let bytes = request.bytes
        return decide(request, bytes.span, at: now)
    }

    private func answer(_ reason: GateAnswer.Reason) -> GateAnswer {
        GateAnswer(reason, isDryRun: mapping.isDryRun)
    }

    private func decide(_ request: HTTPRequestBuffer, _ bytes: Span<UInt8>, at now: Instant) -> GateAnswer {
        let method = bytes.extracting(request.method.range)
        guard RequestMethod.isPlain(method) else { return answer(.malformed) }
        if let fault = target.read(bytes, request.target) { return answer(fault) }
        guard headers.read(bytes, request.headers, mapping.watched),
            headers.isHostPlain(bytes, authority: request.authority)
        else { return answer(.malformed) }

        guard let client = clientAddress(request, bytes) else { return answer(.malformed) }
        switch mapping.trie.match(target) {
        case .none: return answer(.unmapped)
        case .ambiguous: return answer(.malformed)
        case .routes(let positions):
            guard let route = route(among: positions, method) else { return answer(.unmapped) }
            let (reason, decision) = decide(route, request, client.value, bytes, at: now)
            let isDryRun = mapping.isDryRun || mapping.routes[route].isDryRun
            return GateAnswer(reason, decision: decision, route: route, isDryRun: isDryRun)
        }
    }

    /// Decides a request of a route.
    private func decide(
        _ route: Int,
        _ request: HTTPRequestBuffer,
        _ client: ClientAddress?,
        _ bytes: Span<UInt8>,
        at now: Instant
    ) -> (GateAnswer.Reason, Decision?) {
        let question = mapping.routes[route].question
        guard
            parameters.read(
                bytes.extracting(target.query),
                question?.parameters ?? [],
                allowsOverride: mapping.allowsMethodParameter
            )
        else { return (.malformed, nil) }
        if isNamed, isNamedByStranger(request, bytes) { return (.badCredential, nil) }
        guard let question else { return (.unprotected, nil) }
        switch caller(question.callers, request, bytes, at: now) {
        case .absent: return (.noCredential, nil)
        case .wrong: return (.badCredential, nil)
        case .known(let caller):
            let sources = RequestSources(request: request, client: client)
            guard let decision = ask(question, route: route, caller, sources, bytes, at: now) else {
                return (.malformed, nil)
            }
            return (GateAnswer.Reason(decision.outcome), decision)
        }
    }

    /// The most specific route of a path that has the method.
    private func route(among positions: Range<Int>, _ method: Span<UInt8>) -> Int? {
        var known: Int?
        for index in mapping.methods.indices where ByteScan.areEqual(method, mapping.methods[index]) {
            known = index
            break
        }
        for position in positions {
            let route = mapping.trie[position]
            let methods = mapping.routes[route].methods
            if let known, methods.contains(known) { return route }
            if methods.hasOthers, !isListed(known, positions, like: route) { return route }
        }
        return nil
    }

    /// Whether another route of the same path lists the method.
    private func isListed(_ method: Int?, _ positions: Range<Int>, like route: Int) -> Bool {
        guard let method else { return false }
        let path = mapping.routes[route].path
        for position in positions {
            let other = mapping.routes[mapping.trie[position]]
            if other.methods.contains(method), other.path.relation(to: path) == .equal { return true }
        }
        return false
    }

    /// Where the request comes from, as far as the gateway knows; nil where that can be read in several ways.
    private func clientAddress(
        _ request: HTTPRequestBuffer,
        _ bytes: Span<UInt8>
    ) -> (value: ClientAddress?, Void)? {
        guard let peer = ClientAddress(peer: request.peerAddress, bytes) else { return (nil, ()) }
        guard let forwarded = headers[.forwardedFor], mapping.proxies.contains(peer.address) else {
            return (peer, ())
        }
        guard let client = ClientAddress(forwarded: forwarded.range, bytes, by: mapping.proxies) else {
            return nil
        }
        return (client, ())
    }
}

/// What of a request is not in its headers.
struct RequestSources {
    let request: HTTPRequestBuffer
    let client: ClientAddress?
}

extension GateAnswer.Reason {
    init(_ outcome: Outcome) {
        self =
            switch outcome {
            case .allow: .allowed
            case .implicitDeny: .implicitDeny
            case .explicitDeny: .explicitDeny
            case .error: .failed
            }
    }
}
