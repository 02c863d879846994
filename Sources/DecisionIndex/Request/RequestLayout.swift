import Vocabulary

/// The parts of a request before they are packed into one block.
struct RequestLayout {
    var head = RequestHead()
    var details = RequestDetails()
    private(set) var entries: [ContextEntry] = []
    private(set) var values: [StringRef] = []
    private(set) var tags: [TagRecord] = []
    /// All strings, those that every check reads first.
    private(set) var bytes: [UInt8] = []

    init(
        _ request: AuthorizationRequest,
        _ credential: CallerCredential?,
        at now: Instant,
        isContextComplete: Bool
    ) {
        bytes.reserveCapacity(512)
        take(request, at: now)
        head.isContextComplete = isContextComplete
        if let credential { take(credential) }
        head.hasSessionPolicies = credential?.policies != nil
    }

    /// Room for a text that is not known yet.
    mutating func reserve(_ count: Int) -> StringRef {
        let offset = MemoryLayout<RequestHead>.stride + bytes.count
        bytes.append(contentsOf: [UInt8](repeating: 0, count: count))
        return StringRef(offset: UInt32(offset), count: UInt32(count))
    }

    private mutating func take(_ request: AuthorizationRequest, at now: Instant) {
        take(request.principal)
        head.action = append(request.action.asciiLowercased)
        head.resource = append(request.resource)
        takeTarget(request)
        (details.now.seconds, details.now.nanoseconds) = (now.seconds, now.nanoseconds)
        for (key, value) in request.context.pairs { take(key, value) }
    }

    /// Where a string stands, counted from the beginning of the request's block.
    private mutating func append(_ text: UTF8Text) -> StringRef {
        let offset = MemoryLayout<RequestHead>.stride + bytes.count
        bytes.append(contentsOf: text.bytes)
        return StringRef(offset: UInt32(offset), count: UInt32(text.count))
    }

    /// The account as it stands in an ARN of the head, else a copy.
    private mutating func account(_ text: UTF8Text, in place: StringRef, _ arn: ARN?) -> StringRef {
        guard let arn, arn.account == text else { return append(text) }
        let offset = arn.partition.count + arn.service.count + arn.region.count + "arn::::".utf8.count
        return StringRef(offset: place.offset + UInt32(offset), count: UInt32(text.count))
    }

    /// What can be said of the resource before any image is looked at.
    private mutating func takeTarget(_ request: AuthorizationRequest) {
        let arn = ARN(request.resource)
        if let account = request.resourceAccount ?? arn.flatMap({ AccountID($0.account) }) {
            head.statedAccount = self.account(account.text, in: head.resource, arn)
        }
        head.assumesRole = request.assumesRole
        head.isAnyResource = request.resource.equals("*")
        head.actionColon = UInt32(request.action.firstOffset(of: UInt8(ascii: ":")) ?? request.action.count)
        if let arn, arn.namesRole {
            head.isRoleSTS = request.action.asciiLowercased.begins(with: "sts:")
        }
        if case .single(let id)? = request.context["aws:SourceVpce"] {
            details.endpoint = append(id)
            head.hasEndpoint = !id.isEmpty
        }
    }

    private mutating func take(_ principal: RequestPrincipal) {
        switch principal {
        case .user(let arn): set(.user, arn)
        case .role(let arn): set(.role, arn)
        case .roleSession(let session, let role):
            set(.roleSession, session)
            head.entity = append(role.text)
        case .federatedUser(let session, let user):
            set(.federatedUser, session)
            if let user { head.entity = append(user.text) }
        case .root(let arn): set(.root, arn)
        case .service(let name): set(.service, name)
        case .federated(let provider): set(.federated, provider)
        case .canonicalUser(let id): set(.canonicalUser, id)
        case .anonymous: head.kind = .anonymous
        }
        if let id = principal.account?.text {
            head.account = account(id, in: head.principal, ARN(principal.displayName))
        }
    }

    private mutating func set(_ kind: RequestHead.PrincipalKind, _ arn: ARN) { set(kind, arn.text) }

    private mutating func set(_ kind: RequestHead.PrincipalKind, _ name: UTF8Text) {
        head.kind = kind
        head.principal = append(name)
    }

    private mutating func take(_ credential: CallerCredential) {
        head.isTemporary = true
        details.isMultiFactorAuthenticated = credential.isMultiFactorAuthenticated
        details.multiFactorAuthAge = credential.multiFactorAuthAgeSeconds ?? -1
        details.hasMultiFactorAuthAge = credential.multiFactorAuthAgeSeconds != nil
        if let name = credential.sessionName {
            details.sessionName = append(name)
            head.hasSessionName = true
        }
        if let identity = credential.sourceIdentity { details.sourceIdentity = append(identity) }
        if let provider = credential.federatedProvider { details.federatedProvider = append(provider) }
        details.hasSourceIdentity = credential.sourceIdentity != nil
        details.hasFederatedProvider = credential.federatedProvider != nil
        if let issuedAt = credential.issuedAt {
            details.isIssueTimeKnown = true
            (details.issuedAt.seconds, details.issuedAt.nanoseconds) = (
                issuedAt.seconds, issuedAt.nanoseconds
            )
        }
        for (key, value) in credential.tags {
            let record = TagRecord(key: append(key.asciiLowercased), value: append(value))
            tags.append(record)
        }
    }

    private mutating func take(_ key: UTF8Text, _ value: ContextValue) {
        var entry = ContextEntry(key: append(key.asciiLowercased), firstValue: UInt32(values.count))
        switch value {
        case .single(let text): values.append(append(text))
        case .multi(let texts):
            entry.isMulti = 1
            for text in texts { values.append(append(text)) }
        }
        entry.valueCount = UInt32(values.count) - entry.firstValue
        entries.append(entry)
    }
}
