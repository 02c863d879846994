import Vocabulary

extension PolicyParser {
    mutating func principal(_ principal: JSONValue?, not notPrincipal: JSONValue?) -> PrincipalElement? {
        if principal != nil, let notPrincipal {
            sink.report(
                .schemaExclusive,
                "a statement has only one of `Principal` and `NotPrincipal`",
                at: notPrincipal
            )
        }
        if let principal { return .principal(entries(principal, of: "Principal")) }
        return notPrincipal.map { .notPrincipal(entries($0, of: "NotPrincipal")) }
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
            let entries = value.members.flatMap { self.entries(ofType: $0.key, $0.value) }
            if value.members.isEmpty {
                sink.report(.neverApplies, "an empty `\(element)` names nobody", at: value, .always)
            }
            return entries
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
        let names = strings(value, of: type.text.description)
        if names.isEmpty, value.kind == .array {
            sink.report(.neverApplies, "an empty list names nobody", at: value, .always)
        }
        return names.compactMap { name in
            if let entry = read(name.text) { return entry }
            let message = "`\(name.text)` is not a principal of type `\(type.text)`"
            sink.report(.principalForm, message, at: name, .permissive)
            return sink.mode == .permissive ? permissive(name.text) : nil
        }
    }
}

extension JSONMembers {
    var isEmpty: Bool {
        var copy = self
        return copy.next() == nil
    }
}
