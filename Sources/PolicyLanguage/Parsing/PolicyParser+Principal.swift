import Vocabulary

extension PolicyParser {
    mutating func principal(
        _ principal: JSONValue?,
        not notPrincipal: JSONValue?,
        _ effect: Effect?
    ) -> PrincipalElement? {
        if principal != nil, let notPrincipal {
            sink.report(
                .schemaExclusive,
                "a statement has only one of `Principal` and `NotPrincipal`",
                at: notPrincipal
            )
        }
        if let principal, principal.namesNobody { reportEmpty("Principal", isNot: false, at: principal) }
        let exceptsNobody = notPrincipal?.namesNobody ?? false
        if let notPrincipal, exceptsNobody { reportEmpty("NotPrincipal", isNot: true, at: notPrincipal) }
        let positive = principal.map { entries($0, of: "Principal") }
        let negative = notPrincipal.map { entries($0, of: "NotPrincipal") }
        if let positive { return .principal(positive) }
        if exceptsNobody, effect == .deny { return .principal([.everyone]) }
        return negative.map { .notPrincipal($0) }
    }

    private mutating func entries(_ value: JSONValue, of element: String) -> [PrincipalEntry] {
        switch value.kind {
        case .string:
            if value.text.equals("*") { return [.everyone] }
            sink.report(
                .principalForm,
                "`\(element)` must be `\"*\"` or an object such as `{\"AWS\": …}`",
                at: value,
                .permissive
            )
            return PrincipalForm.awsPermissive(value.text).map { [$0] } ?? []
        case .object:
            return value.members.flatMap { self.entries(ofType: $0.key, $0.value) }
        default:
            sink.report(.schemaType, "`\(element)` must be `\"*\"` or an object", at: value)
            return []
        }
    }

    private mutating func entries(ofType type: JSONValue, _ value: JSONValue) -> [PrincipalEntry] {
        let read: (UTF8Text) -> PrincipalEntry?
        let permissive: (UTF8Text) -> PrincipalEntry?
        switch type.text.description {
        case "AWS": (read, permissive) = (PrincipalForm.aws, PrincipalForm.awsPermissive)
        case "Service": (read, permissive) = (PrincipalForm.service, { .service($0) })
        case "Federated": (read, permissive) = (PrincipalForm.federated, { .federated($0) })
        case "CanonicalUser": (read, permissive) = (PrincipalForm.canonicalUser, { .canonicalUser($0) })
        default:
            sink.report(.principalForm, "`\(type.text)` is not a type of principal", at: type)
            return []
        }
        guard value.kind == .string || value.kind == .array else {
            sink.report(
                .principalForm,
                "`\(type.text)` must name one principal or an array of them",
                at: value
            )
            return []
        }
        return strings(value, of: type.text.description).compactMap { name in
            if let entry = read(name.text) {
                if name.text.containsVariable {
                    let message =
                        "a variable in a principal is not expanded, so `\(name.text)` matches nobody"
                    sink.report(.inertVariable, message, at: name, .always)
                }
                return entry
            }
            let message = "`\(name.text)` is not a principal of type `\(type.text)`"
            sink.report(.principalForm, message, at: name, .permissive)
            return sink.mode == .permissive ? permissive(name.text) : nil
        }
    }
}

extension JSONValue {
    /// Whether a principal element is an object whose lists are all empty.
    fileprivate var namesNobody: Bool { kind == .object && members.allSatisfy { $0.value.isEmptyArray } }
}
