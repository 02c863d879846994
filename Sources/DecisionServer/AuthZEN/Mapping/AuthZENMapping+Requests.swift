import Portcullis

/// Why a question has no counterpart in IAM; it is denied.
enum AuthZENRefusal: Error, Sendable, Hashable {
    /// Nothing maps the subject, or its id is no name.
    case unknownSubject
    /// Nothing maps the action for this type of resource.
    case unknownAction
    /// Nothing maps the resource, or its id cannot be part of an ARN.
    case unknownResource
    /// A property that becomes a fact holds an object, or a list of other than texts, numbers and truth values.
    case unusableProperty
    /// IAM cannot take the facts.
    case malformedRequest

    /// One sentence for administrators.
    var reason: String {
        switch self {
        case .unknownSubject: "the subject is not known"
        case .unknownAction: "the action is not known for this type of resource"
        case .unknownResource: "the resource is not known"
        case .unusableProperty: "a property or the context holds a value that cannot be compared"
        case .malformedRequest: "the request cannot be evaluated"
        }
    }
}

/// One question of AuthZEN, whole.
struct AuthZENQuestion: Sendable {
    var subject: AuthZENEntity
    var action: AuthZENAction
    var resource: AuthZENEntity
    var context: JSONValue?
}

extension AuthZENMapping {
    /// What IAM is asked.
    func request(_ question: AuthZENQuestion) throws(AuthZENRefusal) -> AuthorizationRequest {
        guard let subject = subjects[question.subject.type] else { throw .unknownSubject }
        guard let resource = resources[question.resource.type] else { throw .unknownResource }
        let rule = actions[question.action.name]?.first { $0.concerns(question.resource.type) }
        guard let rule else { throw .unknownAction }
        let known = resource.known[question.resource.id] ?? [:]
        let given = question.resource.properties
        let arn = resource.resource.filled(id: question.resource.id, .path) { name in
            Self.value(of: name, given, known)
        }
        guard let arn else { throw .unknownResource }
        var request = AuthorizationRequest(
            principal: try principal(subject, question.subject.id),
            action: rule.action,
            resource: arn,
            resourceAccount: resource.account
        )
        let knownOfSubject = subject.known[question.subject.id] ?? [:]
        try add(subject.properties, question.subject.properties, knownOfSubject, to: &request.context)
        try add(rule.properties, question.action.properties, [:], to: &request.context)
        try add(resource.properties, given, known, to: &request.context)
        try add(context, question.context, [:], to: &request.context)
        return request
    }

    /// A principal is made of the id and of what the mapping knows of it; what a request says is no part of it.
    private func principal(_ type: SubjectType, _ id: UTF8Text) throws(AuthZENRefusal) -> RequestPrincipal {
        var name = id
        if let aliases = type.aliases {
            guard let alias = aliases[id] else { throw .unknownSubject }
            name = alias
        }
        let known = type.known[id] ?? [:]
        let arn = type.principal.filled(id: name, .name) { Self.value(of: $0, nil, known) }
        guard let arn, let principal = RequestPrincipal(arn) else { throw .unknownSubject }
        return principal
    }

    private static func value(of name: UTF8Text, _ given: JSONValue?, _ known: KnownProperties) -> UTF8Text? {
        let fact =
            given?[name].flatMap { $0.kind == .null ? nil : $0 }.map { ContextValue(property: $0) }
            ?? known[name]
        guard case .single(let text)? = fact else { return nil }
        return text
    }

    /// Writes properties as facts; those of the request win over known ones, and `null` stands for none.
    private func add(
        _ rules: [PropertyRule],
        _ given: JSONValue?,
        _ known: KnownProperties,
        to context: inout RequestContext
    ) throws(AuthZENRefusal) {
        for rule in rules {
            guard let value = given?[rule.property], value.kind != .null else {
                if let fact = known[rule.property] { context[rule.key] = fact }
                continue
            }
            guard let fact = ContextValue(property: value) else { throw .unusableProperty }
            context[rule.key] = fact
        }
    }
}

extension ContextValue {
    /// A string, number or truth value as one value, a list of these as a list; nil for anything else.
    init?(property value: JSONValue) {
        switch value.kind {
        case .string, .number, .true, .false: self = .single(value.text)
        case .array:
            var texts: [UTF8Text] = []
            for element in value.elements {
                guard case .single(let text)? = ContextValue(property: element) else { return nil }
                texts.append(text)
            }
            self = .multi(texts)
        case .object, .null: return nil
        }
    }
}
