import Portcullis

extension GateWork {
    /// Asks a route's question; nil where the request could mean several resources.
    mutating func ask(
        _ question: RouteQuestion,
        route: Int,
        _ caller: KnownCaller,
        _ message: HTTPMessage,
        _ client: ClientAddress?,
        _ bytes: Span<UInt8>,
        at now: Instant
    ) -> Decision? {
        scratch.removeAll(keepingCapacity: true)
        guard question.resource.write(target, to: &scratch) else { return nil }
        let resourceCount = scratch.count
        client?.write(to: &scratch, bytes)
        let addressRange = resourceCount..<scratch.count

        var present: UInt32 = 0
        for fact in question.facts {
            guard let bit = fact.presence, has(fact.source, message, client) else { continue }
            present |= 1 << bit
        }
        let hash = CacheHash.hash(route: route, caller: caller.id, present: present)
        let found = questions.find(hash) {
            $0.route == route && $0.caller === caller && $0.present == present
        }
        guard let prepared = found ?? prepare(question, route, caller, present, hash, at: now) else {
            return .malformedRequest
        }
        let scratch = self.scratch
        guard let resource = try? UTF8Span(validating: scratch.span.extracting(0..<resourceCount)) else {
            return nil
        }
        do throws(RequestError) {
            try prepared.request.setResource(resource, account: question.account)
            let keys = question.keys
            for fact in question.facts {
                if let bit = fact.presence, present >> bit & 1 == 0 { continue }
                let key = keys.span.extracting(fact.keyStart..<fact.keyEnd)
                if case .clientAddress = fact.source {
                    try set(key, scratch.span.extracting(addressRange), prepared)
                } else {
                    try set(fact.source, key, message, bytes, prepared)
                }
            }
        } catch {
            return .malformedRequest
        }
        prepared.setTime(now)
        return reader.authorize(prepared.request)
    }

    /// Whether a request has a fact.
    private func has(
        _ source: RouteFact.Source,
        _ message: HTTPMessage,
        _ client: ClientAddress?
    ) -> Bool {
        switch source {
        case .capture, .isSecure: true
        case .header(let id): headers[id] != nil
        case .parameter(let index): parameters.values[index] != nil
        case .request(.path): true
        case .request(let part): place(of: part, message) != nil
        case .clientAddress: client != nil
        }
    }

    /// Where a part of a request stands; nil where it has none.
    private func place(of part: RequestPart, _ message: HTTPMessage) -> HTTPRequestBuffer.Slice? {
        let slice: HTTPRequestBuffer.Slice
        switch part {
        case .path: return nil
        case .method: slice = message.method
        case .host: slice = message.authority.isEmpty ? headers[.host] ?? .empty : message.authority
        case .peerAddress: slice = message.peerAddress
        case .tlsVersion: slice = message.tlsVersion
        case .tlsServerName: slice = message.tlsServerName
        }
        return slice.isEmpty ? nil : slice
    }

    /// Gives a fact the value that it has in a request.
    private func set(
        _ source: RouteFact.Source,
        _ key: Span<UInt8>,
        _ message: HTTPMessage,
        _ bytes: Span<UInt8>,
        _ prepared: PreparedQuestion
    ) throws(RequestError) {
        switch source {
        case .clientAddress: break
        case .isSecure:
            let word = message.tlsVersion.isEmpty ? no : yes
            try set(key, word.span, prepared)
        case .capture(let segment, let isRest):
            let path = target.path
            guard let range = target.range(segment, isRest: isRest) else { return }
            try set(key, path.span.extracting(range), prepared)
        case .header(let id):
            guard let value = headers[id] else { return }
            try set(key, bytes.extracting(value.range), prepared)
        case .parameter(let index):
            let values = parameters.bytes
            guard let range = parameters.values[index] else { return }
            try set(key, values.span.extracting(range), prepared)
        case .request(.path):
            let path = target.path
            try set(key, path.span, prepared)
        case .request(let part):
            guard let value = place(of: part, message) else { return }
            try set(key, bytes.extracting(value.range), prepared)
        }
    }

    private func set(
        _ key: Span<UInt8>,
        _ value: Span<UInt8>,
        _ prepared: PreparedQuestion
    ) throws(RequestError) {
        guard let value = try? UTF8Span(validating: value), let key = try? UTF8Span(validating: key) else {
            throw RequestError(.invalidUTF8, in: .context)
        }
        try prepared.request.setValue(value, forKey: key)
    }

    /// Lays a question out with the keys that this request has, and remembers it.
    private mutating func prepare(
        _ question: RouteQuestion,
        _ route: Int,
        _ caller: KnownCaller,
        _ present: UInt32,
        _ hash: UInt64,
        at now: Instant
    ) -> PreparedQuestion? {
        var context = RequestContext()
        for (key, text) in question.constants { context[key] = .single(text) }
        for fact in question.facts {
            if let bit = fact.presence, present >> bit & 1 == 0 { continue }
            context[UTF8Text(question.keys[fact.keyStart..<fact.keyEnd])] = .single("")
        }
        let asked = AuthorizationRequest(
            principal: caller.identity.principal,
            action: question.action,
            resource: "*",
            resourceAccount: question.account,
            context: context
        )
        guard let request = try? PreparedRequest(asked, credential: caller.identity.credential, at: now)
        else {
            return nil
        }
        let prepared = PreparedQuestion(route: route, caller: caller, present: present, request: request)
        questions.insert(prepared, hash)
        return prepared
    }
}
