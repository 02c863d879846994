import CPortcullis
import Portcullis

/// A request of the C functions from one that a document describes.
enum CRequest {
    /// - Parameter policies: the session's policies as they were written.
    static func make(_ document: RequestDocument, policies: [String] = []) throws -> OpaquePointer {
        let question = document.request
        let request = try Scene.request(
            principal: question.principal.displayName.description,
            action: question.action.description,
            resource: question.resource.description
        )
        if case .roleSession(let session, let role) = question.principal {
            let (session, role) = (session.text.description, role.text.description)
            try Scene.ok(portcullis_request_set_role_session(request, session, -1, role, -1))
        }
        if let account = question.resourceAccount {
            let (name, owner) = (question.resource.description, account.description)
            try Scene.ok(portcullis_request_set_resource_of(request, name, -1, owner, -1))
        }
        for (key, value) in question.context.pairs { try set(key.description, value, in: request) }
        if let at = document.at {
            try Scene.ok(portcullis_request_set_time(request, at.seconds, at.nanoseconds))
        }
        if let session = document.session { try set(session, in: request) }
        for policy in policies { try Scene.ok(portcullis_request_add_session_policy(request, policy, -1)) }
        return request
    }

    private static func set(_ key: String, _ value: ContextValue, in request: OpaquePointer) throws {
        switch value {
        case .single(let text):
            try Scene.ok(portcullis_request_set_value(request, key, -1, text.description, text.count))
        case .multi(let texts):
            let bytes = texts.map { $0.bytes.map { CChar(bitPattern: $0) } }
            try Self.lend(bytes[...], []) { values in
                try Scene.ok(portcullis_request_set_values(request, key, -1, values, values.count))
            }
        }
    }

    private static func lend(
        _ bytes: ArraySlice<[CChar]>,
        _ texts: [portcullis_text],
        _ body: ([portcullis_text]) throws -> Void
    ) throws {
        guard let first = bytes.first else { return try body(texts) }
        try first.withUnsafeBufferPointer { buffer in
            let text = portcullis_text(bytes: buffer.baseAddress, length: buffer.count)
            try lend(bytes.dropFirst(), texts + [text], body)
        }
    }

    private static func set(_ session: SessionFacts, in request: OpaquePointer) throws {
        try Scene.ok(portcullis_request_set_temporary(request, 1))
        if let name = session.name {
            try Scene.ok(portcullis_request_set_session_name(request, name.description, -1))
        }
        if let provider = session.federatedProvider {
            try Scene.ok(portcullis_request_set_federated_provider(request, provider.description, -1))
        }
        if let at = session.issuedAt {
            try Scene.ok(portcullis_request_set_issued_at(request, at.seconds, at.nanoseconds))
        }
        let isUsed: Int32 = session.isMultiFactorAuthenticated ? 1 : 0
        try Scene.ok(portcullis_request_set_mfa(request, isUsed, session.multiFactorAuthAgeSeconds ?? -1))
        for (key, value) in session.tags {
            let (key, value) = (key.description, value.description)
            try Scene.ok(portcullis_request_set_session_tag(request, key, -1, value, -1))
        }
    }
}
