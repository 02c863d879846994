package import Vocabulary

extension RandomRequest {
    /// The question as a request document.
    package var json: JSONTree {
        var members = request.jsonMembers
        if let credential { members.append(("session", credential.json)) }
        if at != RandomWorld.noon { members.append(("at", .string(at.vectorText))) }
        return .object(members)
    }
}

extension AuthorizationRequest {
    /// The members of a request document.
    package var jsonMembers: [(name: String, value: JSONTree)] {
        let pairs = context.pairs.sorted { $0.key < $1.key }.map { key, value in
            (name: key.description, value: value.json)
        }
        var members: [(name: String, value: JSONTree)] = [
            ("principal", principal.json), ("action", .string(action.description)),
            ("resource", .string(resource.description)), ("context", .object(pairs)),
        ]
        if let resourceAccount { members.append(("resourceAccount", .string(resourceAccount.description))) }
        return members
    }
}

extension ContextValue {
    fileprivate var json: JSONTree {
        switch self {
        case .single(let text): .string(text.description)
        case .multi(let texts): .array(texts.map { .string($0.description) })
        }
    }
}

extension RequestPrincipal {
    fileprivate var json: JSONTree {
        func typed(_ type: String, _ parts: [(name: String, value: UTF8Text?)]) -> JSONTree {
            let members = parts.compactMap { name, value in
                value.map { (name: name, value: JSONTree.string($0.description)) }
            }
            return .object([("type", .string(type))] + members)
        }
        return switch self {
        case .user, .role, .root: .string(displayName.description)
        case .roleSession(let session, let role):
            typed("RoleSession", [("arn", session.text), ("roleArn", role.text)])
        case .federatedUser(let session, let user):
            typed("FederatedUser", [("arn", session.text), ("userArn", user?.text)])
        case .service(let name): typed("Service", [("name", name)])
        case .federated(let provider): typed("Federated", [("provider", provider)])
        case .canonicalUser(let id): typed("CanonicalUser", [("id", id)])
        case .anonymous: typed("Anonymous", [])
        }
    }
}
