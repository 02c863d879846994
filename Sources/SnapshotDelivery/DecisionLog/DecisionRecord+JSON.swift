import Portcullis

/// Which values of the context are not written.
struct ContextMask: Sendable {
    private var exact: Set<UTF8Text> = []
    private var prefixes: [UTF8Text] = []

    /// What stands for a value that is not written.
    static let word = "(masked)"

    init(_ keys: [String]) {
        for key in keys {
            let key = UTF8Text(key).asciiLowercased
            if key.count > 0, key[key.count - 1] == UInt8(ascii: "*") {
                prefixes.append(key[0..<(key.count - 1)])
            } else {
                exact.insert(key)
            }
        }
    }

    /// - Parameter key: in lower case, as requests keep it.
    func hides(_ key: UTF8Text) -> Bool { exact.contains(key) || prefixes.contains { key.hasPrefix($0) } }
}

extension DecisionRecord {
    /// The line of a log: the request as `portcullis check --requests` reads it, with the answer in `decision`.
    func line(_ mask: ContextMask, storeRevision: StoreRevision?) -> String {
        var missing: [String] = []
        var members: [(String, JSONWriter.Value?)] = []
        switch content {
        case .whole(let request, let hasSessionPolicies):
            members = Self.members(of: request, mask, &missing)
            if hasSessionPolicies { missing.append("sessionPolicies") }
        case .abridged(let principal, let action, let resource):
            members = [
                (
                    "abridged",
                    .object([
                        ("principal", .string(principal)), ("action", .string(action)),
                        ("resource", .string(resource)),
                    ])
                )
            ]
        }
        members.append(("decision", answer(storeRevision, missing)))
        return JSONWriter.text(.object(members))
    }

    private func answer(_ storeRevision: StoreRevision?, _ missing: [String]) -> JSONWriter.Value {
        .object([
            ("outcome", .string(decision.outcome.name)),
            ("layer", decision.layer.map { .string($0.name) }),
            ("policy", decision.policy.map { .integer(Int64($0.rawValue)) }),
            ("statement", decision.statement.map { .integer(Int64($0)) }),
            ("revision", .integer(Int64(clamping: decision.revision))),
            ("storeRevision", storeRevision.map { .integer(Int64(clamping: $0.rawValue)) }),
            (
                "decidedAt",
                .string(Self.time(nanoseconds / 1_000_000_000, UInt32(nanoseconds % 1_000_000_000)))
            ),
            ("missing", missing.isEmpty ? nil : .array(missing.map { .string($0) })),
        ])
    }

    private static func members(
        of request: RecordedRequest,
        _ mask: ContextMask,
        _ missing: inout [String]
    ) -> [(String, JSONWriter.Value?)] {
        let isMasked = request.context.contains { mask.hides($0.key) }
        if isMasked { missing.append("context") }
        return [
            ("principal", value(request.principal)), ("action", .text(request.action)),
            ("resource", .text(request.resource)), ("resourceAccount", .text(request.resourceAccount)),
            (
                "context",
                request.context.isEmpty
                    ? nil
                    : .object(
                        request.context.map { key, value in
                            (key.description, mask.hides(key) ? .string(ContextMask.word) : Self.value(value))
                        }
                    )
            ), ("session", request.credential.map(value)),
            ("at", request.time.map { .string(time($0.seconds, $0.nanoseconds)) }),
        ]
    }

    private static func value(_ context: ContextValue) -> JSONWriter.Value {
        switch context {
        case .single(let text): .text(text)
        case .multi(let texts): .array(texts.map { .text($0) })
        }
    }

    private static func value(_ principal: RecordedRequest.Principal) -> JSONWriter.Value {
        func typed(_ type: String, _ members: [(String, JSONWriter.Value?)]) -> JSONWriter.Value {
            .object([("type", .string(type))] + members)
        }
        return switch principal {
        case .named(let arn): .text(arn)
        case .roleSession(let arn, let role):
            typed("RoleSession", [("arn", .text(arn)), ("roleArn", .text(role))])
        case .federatedUser(let arn, let user):
            typed("FederatedUser", [("arn", .text(arn)), ("userArn", .text(user))])
        case .service(let name): typed("Service", [("name", .text(name))])
        case .federated(let provider): typed("Federated", [("provider", .text(provider))])
        case .canonicalUser(let id): typed("CanonicalUser", [("id", .text(id))])
        case .anonymous: typed("Anonymous", [])
        }
    }

    private static func value(_ credential: RecordedRequest.Credential) -> JSONWriter.Value {
        .object([
            ("name", .text(credential.sessionName)),
            ("mfa", .bool(credential.isMultiFactorAuthenticated)),
            ("mfaAgeSeconds", credential.multiFactorAuthAgeSeconds.map { .integer($0) }),
            ("issuedAt", credential.issuedAt.map { .string(time($0.seconds, $0.nanoseconds)) }),
            ("sourceIdentity", .text(credential.sourceIdentity)),
            ("federatedProvider", .text(credential.federatedProvider)),
            (
                "tags",
                credential.tags.isEmpty
                    ? nil : .object(credential.tags.map { ($0.key.description, .text($0.value)) })
            ),
        ])
    }

    /// Seconds since 1970, with a fraction where there is one.
    private static func time(_ seconds: Int64, _ nanoseconds: UInt32) -> String {
        // Four digits alone would be a year.
        guard nanoseconds > 0, seconds >= 0 else { return "\(seconds).0" }
        let digits = String(nanoseconds)
        return "\(seconds)." + String(repeating: "0", count: 9 - digits.count) + digits
    }
}
