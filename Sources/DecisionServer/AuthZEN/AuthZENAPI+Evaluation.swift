import Portcullis

extension AuthZENAPI {
    /// One question.
    func evaluation(_ body: JSONValue) throws(AuthZENFault) -> JSONWriter.Value {
        decide(try question(body, defaults: nil)).json
    }

    /// Several questions; without a list of them the one that stands at the top.
    func evaluations(_ body: JSONValue) throws(AuthZENFault) -> JSONWriter.Value {
        let semantic = try semantic(body)
        guard let list = body["evaluations"], list.kind != .null else { return try evaluation(body) }
        guard list.kind == .array else { throw .malformed("`evaluations` is not an array") }
        let items = Array(list.elements)
        if items.isEmpty { return try evaluation(body) }
        guard items.count <= settings.evaluationsMax else {
            throw .malformed("there are more than \(settings.evaluationsMax) evaluations")
        }
        try checkDefaults(body)
        var answers: [JSONWriter.Value] = []
        for item in items {
            let answer = decide(item, defaults: body)
            answers.append(answer.json)
            if semantic.ends(with: answer.isAllowed) { break }
        }
        return .object([("evaluations", .array(answers))])
    }

    /// How far a list is worked through.
    private enum Semantic: String, CaseIterable {
        case all = "execute_all"
        case untilDeny = "deny_on_first_deny"
        case untilPermit = "permit_on_first_permit"

        func ends(with isAllowed: Bool) -> Bool {
            switch self {
            case .all: false
            case .untilDeny: !isAllowed
            case .untilPermit: isAllowed
            }
        }
    }

    private func semantic(_ body: JSONValue) throws(AuthZENFault) -> Semantic {
        guard let value = try body.optionalObject("options")?["evaluations_semantic"] else { return .all }
        guard let semantic = value.string.flatMap({ Semantic(rawValue: $0.description) }) else {
            let words = Semantic.allCases.map(\.rawValue).joined(separator: ", ")
            throw .malformed("`options.evaluations_semantic` is none of \(words)")
        }
        return semantic
    }

    /// A default of the wrong form spoils the whole request.
    private func checkDefaults(_ body: JSONValue) throws(AuthZENFault) {
        if body["subject"] != nil { _ = try body.entity("subject") }
        if body["action"] != nil { _ = try body.action() }
        if body["resource"] != nil { _ = try body.entity("resource") }
        _ = try body.optionalObject("context")
    }

    /// A question whose parts stand in it or, as a whole each, in the defaults.
    private func question(_ value: JSONValue, defaults: JSONValue?) throws(AuthZENFault) -> AuthZENQuestion {
        func holder(_ name: UTF8Text) -> JSONValue { value[name] == nil ? defaults ?? value : value }
        return AuthZENQuestion(
            subject: try holder("subject").entity("subject"),
            action: try holder("action").action(),
            resource: try holder("resource").entity("resource"),
            context: try holder("context").optionalObject("context")
        )
    }

    private func decide(_ item: JSONValue, defaults: JSONValue) -> AuthZENAnswer {
        do throws(AuthZENFault) {
            guard item.kind == .object else { throw .malformed("an evaluation is not an object") }
            return decide(try question(item, defaults: defaults))
        } catch {
            return .failed(error, revision: policies.engine.revision)
        }
    }
}

/// The answer to one question.
struct AuthZENAnswer {
    let isAllowed: Bool
    private let context: [(String, JSONWriter.Value?)]

    /// The answer as the specification writes it.
    var json: JSONWriter.Value { .object([("decision", .bool(isAllowed)), ("context", .object(context))]) }

    private init(isAllowed: Bool, context: [(String, JSONWriter.Value?)]) {
        self.isAllowed = isAllowed
        self.context = context
    }

    /// The answer of a server that only reports: a deny lets pass, and says that it would not.
    var inDryRun: AuthZENAnswer {
        if isAllowed { return self }
        return AuthZENAnswer(
            isAllowed: true,
            context: [("dry_run", .bool(true)), ("would_be", .bool(false))] + context
        )
    }

    private init(isAllowed: Bool, revision: UInt64, _ context: [(String, JSONWriter.Value?)]) {
        self.isAllowed = isAllowed
        self.context = context + [("revision", .integer(Int64(clamping: revision)))]
    }

    static func allowed(revision: UInt64) -> AuthZENAnswer {
        AuthZENAnswer(isAllowed: true, revision: revision, [])
    }

    /// A deny, with what users and administrators may know of it.
    static func denied(_ reason: String, revision: UInt64) -> AuthZENAnswer {
        AuthZENAnswer(
            isAllowed: false,
            revision: revision,
            [
                ("reason_user", .object([("403", "You are not allowed to do this.")])),
                ("reason_admin", .object([("403", .string(reason))])),
            ]
        )
    }

    /// A question that is not of the right form, among others that are.
    static func failed(_ fault: AuthZENFault, revision: UInt64) -> AuthZENAnswer {
        let error = JSONWriter.Value.object([
            ("status", .integer(Int64(fault.status))), ("message", .string(fault.message)),
        ])
        return AuthZENAnswer(isAllowed: false, revision: revision, [("error", error)])
    }
}
