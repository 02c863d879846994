import Portcullis

/// What a gate works with.
struct GateWork: ~Copyable {
    let mapping: MappingContents
    var reader: AuthorizationReader
    var target = RequestTarget()
    var headers = HeaderFields()
    var parameters = QueryParameters()
    /// The name of the resource, then the client's address.
    var scratch: [UInt8] = []
    var callers = BoundedCache<KnownCaller>(capacity: GateWork.callerCountMax)
    var questions = BoundedCache<PreparedQuestion>(capacity: GateWork.questionCountMax)
    var callerCount: UInt32 = 0
    let yes = Array("true".utf8)
    let no = Array("false".utf8)
    /// The headers that name callers.
    private let namingHeaders: [WatchedHeaders.ID]

    /// Callers that are remembered.
    static let callerCountMax = 2_048
    /// Questions that are remembered, of some 4 KiB each.
    static let questionCountMax = 4_096

    init(_ mapping: MappingContents, _ reader: consuming AuthorizationReader) {
        self.mapping = mapping
        self.reader = reader
        scratch.reserveCapacity(4_096)
        namingHeaders = mapping.callers.compactMap {
            if case .header(let rule) = $0.method { rule.header } else { nil }
        }
    }

    mutating func decide(_ message: HTTPMessage, at now: Instant) -> GateAnswer {
        guard message.fault == nil else { return answer(.tooLarge) }
        return decide(message, message.bytes.span, at: now)
    }

    private func answer(_ reason: GateAnswer.Reason) -> GateAnswer {
        GateAnswer(reason, isDryRun: mapping.isDryRun)
    }

    private mutating func decide(_ message: HTTPMessage, _ bytes: Span<UInt8>, at now: Instant) -> GateAnswer
    {
        let method = bytes.extracting(message.method.range)
        guard RequestMethod.isPlain(method) else { return answer(.malformed) }
        if let fault = target.read(bytes, message.target) { return answer(fault) }
        guard headers.read(bytes, message.headers, mapping.watched),
            headers.isHostPlain(bytes, authority: message.authority)
        else { return answer(.malformed) }

        guard let client = clientAddress(message, bytes) else { return answer(.malformed) }
        switch mapping.trie.match(target) {
        case .none: return answer(.unmapped)
        case .ambiguous: return answer(.malformed)
        case .routes(let positions):
            guard let route = route(among: positions, method) else { return answer(.unmapped) }
            let (reason, decision) = decide(route, message, client.value, bytes, at: now)
            let isDryRun = mapping.isDryRun || mapping.routes[route].isDryRun
            return GateAnswer(reason, decision: decision, route: route, isDryRun: isDryRun)
        }
    }

    /// Decides a request of a route.
    private mutating func decide(
        _ route: Int,
        _ message: HTTPMessage,
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
        if namesCaller, isNamedByStranger(message, bytes) { return (.badCredential, nil) }
        guard let question else { return (.unprotected, nil) }
        switch caller(question.callers, message, bytes, at: now) {
        case .absent: return (.noCredential, nil)
        case .wrong: return (.badCredential, nil)
        case .known(let caller):
            guard let decision = ask(question, route: route, caller, message, client, bytes, at: now) else {
                return (.malformed, nil)
            }
            return (GateAnswer.Reason(decision.outcome), decision)
        }
    }

    private var namesCaller: Bool {
        for header in namingHeaders where headers[header] != nil { return true }
        return false
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
        _ message: HTTPMessage,
        _ bytes: Span<UInt8>
    ) -> (value: ClientAddress?, Void)? {
        guard let peer = ClientAddress(peer: message.peerAddress, bytes) else { return (nil, ()) }
        guard let forwarded = headers[.forwardedFor], mapping.proxies.contains(peer.address) else {
            return (peer, ())
        }
        guard let client = ClientAddress(forwarded: forwarded.range, bytes, by: mapping.proxies) else {
            return nil
        }
        return (client, ())
    }
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
