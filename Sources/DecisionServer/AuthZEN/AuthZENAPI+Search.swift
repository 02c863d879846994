import Portcullis

extension AuthZENAPI {
    /// Finds who may do this on that.
    func searchSubjects(_ body: JSONValue) throws(AuthZENFault) -> JSONWriter.Value {
        let target = try body.entity("subject", isTarget: true)
        let question = AuthZENQuestion(
            subject: target,
            action: try body.action(),
            resource: try body.entity("resource"),
            context: try body.optionalObject("context")
        )
        let search = try AuthZENSearch(.searchSubject, body, self)
        let exists = catalog.contains(resource: question.resource)
        let candidates = exists ? catalog.subjects(target.type) : []
        return search.results(of: question, \.subject.id, among: candidates) { id in
            .object([("type", .text(target.type)), ("id", .text(id))])
        }
    }

    /// Finds on what this one may do this.
    func searchResources(_ body: JSONValue) throws(AuthZENFault) -> JSONWriter.Value {
        let target = try body.entity("resource", isTarget: true)
        let question = AuthZENQuestion(
            subject: try body.entity("subject"),
            action: try body.action(),
            resource: target,
            context: try body.optionalObject("context")
        )
        let search = try AuthZENSearch(.searchResource, body, self)
        return search.results(of: question, \.resource.id, among: catalog.resources(target.type)) { id in
            .object([("type", .text(target.type)), ("id", .text(id))])
        }
    }

    /// Finds what this one may do on that.
    func searchActions(_ body: JSONValue) throws(AuthZENFault) -> JSONWriter.Value {
        let question = AuthZENQuestion(
            subject: try body.entity("subject"),
            action: AuthZENAction(name: "", properties: nil),
            resource: try body.entity("resource"),
            context: try body.optionalObject("context")
        )
        let search = try AuthZENSearch(.searchAction, body, self)
        let exists = catalog.contains(resource: question.resource)
        return search.results(of: question, \.action.name, among: exists ? mapping.actionNames : []) { name in
            .object([("name", .text(name))])
        }
    }
}

/// One page of a search.
struct AuthZENSearch {
    private let api: AuthZENAPI
    private let limit: Int
    /// Whether the request speaks of pages.
    private let isPaged: Bool
    /// The last candidate that an earlier page has answered for.
    private let last: UTF8Text?
    /// What stays the same from page to page.
    private let subject: [UInt8]

    /// Reads the page that a request asks for.
    ///
    /// - Throws: ``AuthZENFault`` for a token that belongs to no earlier answer to this request.
    init(_ endpoint: AuthZENEndpoint, _ body: JSONValue, _ api: AuthZENAPI) throws(AuthZENFault) {
        self.api = api
        var subject = Array(endpoint.rawValue.utf8)
        for name: UTF8Text in ["subject", "action", "resource", "context"] {
            subject += [0] + (body[name]?.canonicalBytes ?? [])
        }
        self.subject = subject
        let page = try body.optionalObject("page")
        isPaged = page != nil
        let stated = try Self.limit(page)
        guard let token = page?["token"], token.kind != .null, token.string?.isEmpty != true else {
            limit = min(stated ?? api.settings.resultsMax, api.settings.resultsMax)
            last = nil
            return
        }
        let place = token.string.flatMap { api.key.place(of: $0.description, in: subject) }
        guard let place, place.count >= 4 else {
            throw .malformed("`page.token` belongs to no earlier answer to this request")
        }
        limit = place[..<4].reduce(0) { $0 << 8 | Int($1) }
        guard stated == nil || min(stated ?? 0, api.settings.resultsMax) == limit else {
            throw .malformed("`page.limit` is not that of the first page")
        }
        last = place.count > 4 ? UTF8Text(place[4...]) : nil
    }

    private static func limit(_ page: JSONValue?) throws(AuthZENFault) -> Int? {
        guard let value = page?["limit"], value.kind != .null else { return nil }
        guard value.kind == .number, let limit = Int(value.text.description), limit >= 0 else {
            throw .malformed("`page.limit` is not a non-negative integer")
        }
        return limit
    }

    /// Asks about candidates in order, until the page is full and it is known whether there is another.
    func results(
        of question: AuthZENQuestion,
        _ place: WritableKeyPath<AuthZENQuestion, UTF8Text>,
        among candidates: [UTF8Text],
        json: (UTF8Text) -> JSONWriter.Value
    ) -> JSONWriter.Value {
        var question = question
        var results: [JSONWriter.Value] = []
        var answered = last
        var hasMore = false
        let now = api.policies.now
        for (count, candidate) in candidates[start(in: candidates)...].enumerated() {
            question[keyPath: place] = candidate
            let isBeyond = count >= api.settings.candidatesMax
            let isAllowed = !isBeyond && isAllowed(question, at: now)
            if isBeyond || isAllowed && results.count >= limit {
                hasMore = true
                break
            }
            if isAllowed { results.append(json(candidate)) }
            answered = candidate
        }
        return .object([
            ("page", page(count: results.count, next: hasMore ? answered : nil, hasMore: hasMore)),
            ("results", .array(results)),
        ])
    }

    /// Subjects and resources stand in the order of their ids; actions in that of the mapping.
    private func start(in candidates: [UTF8Text]) -> Int {
        guard let last else { return 0 }
        if let place = candidates.firstIndex(of: last) { return place + 1 }
        return candidates.firstPlace(after: last)
    }

    private func isAllowed(_ question: AuthZENQuestion, at now: Instant) -> Bool {
        do throws(AuthZENRefusal) {
            return try api.decision(question, at: now).isAllowed
        } catch {
            return false
        }
    }

    private func page(count: Int, next: UTF8Text?, hasMore: Bool) -> JSONWriter.Value? {
        guard isPaged || hasMore else { return nil }
        let place =
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: limit >> $0) }
            + (next.map { Array($0.bytes) } ?? [])
        let token = hasMore ? api.key.token(of: place, in: subject) : ""
        return .object([("next_token", .string(token)), ("count", .integer(Int64(count)))])
    }
}
