import PolicyLanguage
import Vocabulary

/// Reads request JSON, noting every fault.
struct RequestParser {
    let reader: PolicyReader
    let ignoresUnknownMembers: Bool
    private(set) var diagnostics: [Diagnostic] = []

    init(reader: PolicyReader, ignoresUnknownMembers: Bool) {
        self.reader = reader
        self.ignoresUnknownMembers = ignoresUnknownMembers
    }

    private static let memberNames: Set<UTF8Text> = [
        "id", "principal", "action", "resource", "resourceAccount", "context", "session", "at", "expect",
        "description",
        // How a log says what was answered; nothing is decided by it.
        "decision",
    ]

    mutating func document(_ value: JSONValue) -> RequestDocument? {
        guard value.kind == .object else {
            fault("a request is a JSON object", at: value)
            return nil
        }
        noteUnknownMembers(of: value, Self.memberNames)
        for string in value.stringsWithNUL { fault("a request holds no U+0000", at: string) }
        let principal = principal(value)
        let action = requiredText("action", of: value)
        let resource = requiredText("resource", of: value)
        let context = value["context"].map { self.context($0) } ?? RequestContext()
        guard let principal, let action, let resource else { return nil }
        var document = RequestDocument(
            request: AuthorizationRequest(
                principal: principal,
                action: action,
                resource: resource,
                context: context
            )
        )
        document.id = optionalText("id", of: value)
        document.expect = optionalText("expect", of: value)
        document.request.resourceAccount = account(value["resourceAccount"])
        document.session = value["session"].flatMap { session($0) }
        document.at = instant("at", of: value)
        return document
    }

    // MARK: Parts

    private mutating func principal(_ value: JSONValue) -> RequestPrincipal? {
        guard let principal = value["principal"] else {
            fault("a request needs `principal`", at: value)
            return nil
        }
        let parsed =
            principal.kind == .object
            ? typedPrincipal(principal) : principal.string.flatMap(RequestPrincipal.init)
        if parsed == nil {
            fault("`principal` is not an ARN, a service name or a typed object", at: principal)
        }
        return parsed
    }

    /// A principal that one text cannot name: `{"type": "RoleSession", "arn": …, "roleArn": …}`.
    private func typedPrincipal(_ value: JSONValue) -> RequestPrincipal? {
        func arn(_ key: UTF8Text) -> ARN? { value[key]?.string.flatMap { ARN($0) } }
        switch value["type"]?.string?.description {
        case "Anonymous": return .anonymous
        case "RoleSession":
            guard let session = arn("arn"), let role = arn("roleArn") else { return nil }
            return .roleSession(session: session, role: role)
        case "FederatedUser":
            return arn("arn").map { .federatedUser(session: $0, user: arn("userArn")) }
        case "Federated": return value["provider"]?.string.map { .federated(provider: $0) }
        case "Service": return value["name"]?.string.map { .service($0) }
        case "CanonicalUser": return value["id"]?.string.map { .canonicalUser($0) }
        default: return nil
        }
    }

    /// The members of a context object in order.
    mutating func contextPairs(_ value: JSONValue) -> [(key: UTF8Text, value: ContextValue)] {
        guard value.kind == .object else {
            fault("`context` must be an object", at: value)
            return []
        }
        var pairs: [(key: UTF8Text, value: ContextValue)] = []
        for (key, member) in value.members {
            if let contextValue = contextValue(member) { pairs.append((key.text, contextValue)) }
        }
        return pairs
    }

    private mutating func context(_ value: JSONValue) -> RequestContext {
        do throws(RequestError) {
            return try RequestContext(contextPairs(value))
        } catch {
            fault(error.description, at: value)
            return RequestContext()
        }
    }

    /// A string is single-valued, a list multi-valued, whatever its length (A3).
    ///
    /// Numbers and booleans count as their text (B12).
    private mutating func contextValue(_ value: JSONValue) -> ContextValue? {
        switch value.kind {
        case .string, .number, .true, .false: return .single(value.text)
        case .array:
            return .multi(
                value.elements.compactMap { element in
                    if case .single(let text)? = contextValue(element) { return text }
                    if element.kind == .array { fault("a list in `context` must hold strings", at: element) }
                    return nil
                }
            )
        case .null, .object:
            fault("a value in `context` must be a string or a list of strings", at: value)
            return nil
        }
    }

    private mutating func account(_ value: JSONValue?) -> AccountID? {
        guard let value else { return nil }
        guard let text = value.string else {
            fault("`resourceAccount` must be a string", at: value)
            return nil
        }
        return text.isEmpty ? nil : AccountID(unchecked: text)
    }

    // MARK: Session

    private static let sessionMemberNames: Set<UTF8Text> = [
        "name", "tags", "policies", "mfa", "mfaAgeSeconds", "issuedAt", "sourceIdentity", "federatedProvider",
    ]

    private mutating func session(_ value: JSONValue) -> SessionFacts? {
        guard value.kind == .object else {
            fault("`session` must be an object", at: value)
            return nil
        }
        noteUnknownMembers(of: value, Self.sessionMemberNames)
        var session = SessionFacts()
        session.name = optionalText("name", of: value)
        session.sourceIdentity = optionalText("sourceIdentity", of: value)
        session.federatedProvider = optionalText("federatedProvider", of: value)
        session.issuedAt = instant("issuedAt", of: value)
        session.tags = tags(value["tags"])
        session.policies = value["policies"].flatMap { sessionPolicies($0) }
        if let mfa = value["mfa"] {
            if mfa.bool == nil { fault("`mfa` must be true or false", at: mfa) }
            session.isMultiFactorAuthenticated = mfa.bool == true
        }
        if let age = value["mfaAgeSeconds"] {
            session.multiFactorAuthAgeSeconds = age.kind == .number ? Int64(age.text.description) : nil
            if session.multiFactorAuthAgeSeconds == nil {
                fault("`mfaAgeSeconds` must be a whole number", at: age)
            }
        }
        for message in session.faults(for: reader) { fault(message, .quota, at: value) }
        return session
    }

    private mutating func tags(_ value: JSONValue?) -> [UTF8Text: UTF8Text] {
        guard let value else { return [:] }
        var tags: [UTF8Text: UTF8Text] = [:]
        if value.kind != .object { fault("`tags` must be an object", at: value) }
        for (key, tag) in value.members {
            if let text = tag.string {
                tags[key.text] = text
            } else {
                fault("a tag must be a string", at: tag)
            }
        }
        return tags
    }

    private mutating func sessionPolicies(_ value: JSONValue) -> [EffectivePolicy]? {
        guard value.kind == .array else {
            fault("`policies` must be a list of policy documents", at: value)
            return nil
        }
        var policies: [EffectivePolicy] = []
        for (index, element) in value.elements.enumerated() {
            do throws(InvalidDocument) {
                let policy = try reader.read(element, as: .session)
                policies.append(EffectivePolicy(name: UTF8Text("session policy \(index)"), policy))
            } catch {
                diagnostics += error.diagnostics
            }
        }
        return policies
    }

    // MARK: Small things

    private mutating func requiredText(_ name: UTF8Text, of value: JSONValue) -> UTF8Text? {
        if value[name] == nil { fault("a request needs `\(name)`", at: value) }
        return optionalText(name, of: value)
    }

    private mutating func optionalText(_ name: UTF8Text, of value: JSONValue) -> UTF8Text? {
        guard let member = value[name] else { return nil }
        if member.string == nil { fault("`\(name)` must be a string", at: member) }
        return member.string
    }

    private mutating func instant(_ name: UTF8Text, of value: JSONValue) -> Instant? {
        guard let text = optionalText(name, of: value) else { return nil }
        // An instant that no date can write would not be read back from the context.
        let instant = Instant(text).flatMap { $0.isInCalendar ? $0 : nil }
        if instant == nil, let member = value[name] { fault("`\(name)` must be a date", at: member) }
        return instant
    }

    private mutating func noteUnknownMembers(of value: JSONValue, _ known: Set<UTF8Text>) {
        guard !ignoresUnknownMembers else { return }
        for (key, _) in value.members where !known.contains(key.text) {
            fault("`\(key.text)` is not a member of this object", at: key)
        }
    }

    private mutating func fault(
        _ message: String,
        _ code: DiagnosticCode = .requestMalformed,
        at value: JSONValue
    ) {
        diagnostics.append(
            Diagnostic(.error, code, message, path: value.path, location: value.location)
        )
    }
}
