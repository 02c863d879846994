public import Vocabulary

/// A request laid out for deciding: all its bytes in one buffer, its context as a short table.
///
/// Making one copies and checks the request; deciding it then touches nothing else. A gateway that asks many
/// questions about one caller makes one and changes its parts.
public struct CompactRequest: Sendable {
    private let memory: RequestMemory
    /// The request for reading; it lives as long as `memory`.
    let view: RequestView
    let session: SessionPolicies?

    /// Checks a request and lays it out.
    ///
    /// - Parameters:
    ///   - credential: what the caller's temporary credential carries; nil for a long-term one.
    ///   - now: the time of the check (E26).
    ///   - isContextComplete: whether the context holds every fact, so that the engine fills in none.
    /// - Throws: ``RequestError``; the request is then denied with reason `error` (A4).
    public init(
        _ request: AuthorizationRequest,
        credential: CallerCredential? = nil,
        at now: Instant,
        isContextComplete: Bool = false
    ) throws(RequestError) {
        try request.validate()
        try credential?.validate()
        let layout = RequestLayout(request, credential, at: now, isContextComplete: isContextComplete)
        memory = RequestMemory(layout)
        view = memory.view
        session = credential?.policies
    }
}

/// The parts of a request before they are packed into one block.
struct RequestLayout {
    var head = RequestHead()
    private(set) var entries: [ContextEntry] = []
    private(set) var values: [StringRef] = []
    private(set) var tags: [TagRecord] = []
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
        defer { bytes.append(contentsOf: repeatElement(0, count: count)) }
        return StringRef(offset: UInt32(bytes.count), count: UInt32(count))
    }

    private mutating func take(_ request: AuthorizationRequest, at now: Instant) {
        take(request.principal)
        head.action = append(request.action.asciiLowercased)
        head.resource = append(request.resource)
        takeTarget(request)
        (head.now.seconds, head.now.nanoseconds) = (now.seconds, now.nanoseconds)
        for (key, value) in request.context.pairs { take(key, value) }
    }

    private mutating func append(_ text: UTF8Text) -> StringRef {
        let offset = bytes.count
        bytes.append(contentsOf: text.bytes)
        return StringRef(offset: UInt32(offset), count: UInt32(text.count))
    }

    /// What can be said of the resource before any image is looked at.
    private mutating func takeTarget(_ request: AuthorizationRequest) {
        let arn = ARN(request.resource)
        if let account = request.resourceAccount ?? arn.flatMap({ AccountID($0.account) }) {
            head.statedAccount = append(account.text)
        }
        head.assumesRole = request.assumesRole
        head.isAnyResource = request.resource.equals("*")
        head.actionColon = UInt32(request.action.firstOffset(of: UInt8(ascii: ":")) ?? request.action.count)
        if let arn, arn.namesRole {
            head.isRoleSTS = request.action.asciiLowercased.begins(with: "sts:")
        }
        if case .single(let id)? = request.context["aws:SourceVpce"] { head.endpoint = append(id) }
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
        if let account = principal.account { head.account = append(account.text) }
    }

    private mutating func set(_ kind: RequestHead.PrincipalKind, _ arn: ARN) { set(kind, arn.text) }

    private mutating func set(_ kind: RequestHead.PrincipalKind, _ name: UTF8Text) {
        head.kind = kind
        head.principal = append(name)
    }

    private mutating func take(_ credential: CallerCredential) {
        head.isTemporary = true
        head.isMultiFactorAuthenticated = credential.isMultiFactorAuthenticated
        head.multiFactorAuthAge = credential.multiFactorAuthAgeSeconds ?? -1
        head.hasMultiFactorAuthAge = credential.multiFactorAuthAgeSeconds != nil
        if let name = credential.sessionName { head.sessionName = append(name) }
        if let identity = credential.sourceIdentity { head.sourceIdentity = append(identity) }
        if let provider = credential.federatedProvider { head.federatedProvider = append(provider) }
        head.hasSourceIdentity = credential.sourceIdentity != nil
        head.hasFederatedProvider = credential.federatedProvider != nil
        if let issuedAt = credential.issuedAt {
            head.isIssueTimeKnown = true
            (head.issuedAt.seconds, head.issuedAt.nanoseconds) = (issuedAt.seconds, issuedAt.nanoseconds)
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

/// One key of a request's context.
struct ContextEntry: BitwiseCopyable, Sendable {
    var key: StringRef
    var firstValue: UInt32
    var valueCount: UInt32 = 0
    var isMulti: UInt32 = 0
}

/// The fixed parts of a request; strings stand in its bytes.
struct RequestHead: BitwiseCopyable, Sendable {
    enum PrincipalKind: UInt8, BitwiseCopyable, Sendable {
        case user, role, roleSession, federatedUser, root, service, federated, canonicalUser, anonymous
    }

    struct Time: BitwiseCopyable, Sendable {
        var seconds: Int64 = 0
        var nanoseconds: UInt32 = 0
    }

    var kind = PrincipalKind.anonymous
    var entries = ListRef()
    var values = ListRef()
    var tags = ListRef()
    /// Where the strings begin; references count from there.
    var bytesOffset: UInt32 = 0
    var principal = StringRef()
    /// The role behind a session, or the user behind a federated one.
    var entity = StringRef()
    var account = StringRef()
    var action = StringRef()
    var resource = StringRef()
    /// The owner that the request names, or the account in the resource's ARN.
    var statedAccount = StringRef()
    /// The value of `aws:SourceVpce`.
    var endpoint = StringRef()
    /// Whether the resource is `*`.
    var isAnyResource = false
    /// Whether an `sts` action is asked on a role, so that its trust policy decides (G3).
    var isRoleSTS = false
    /// Whether the action makes a session of a role, whatever it is asked on (G3).
    var assumesRole = false
    /// Where the colon of the action stands.
    var actionColon: UInt32 = 0
    var isContextComplete = false
    var now = Time()

    var hasSessionPolicies = false
    var isTemporary = false
    var sessionName = StringRef()
    var isMultiFactorAuthenticated = false
    var hasMultiFactorAuthAge = false
    var multiFactorAuthAge: Int64 = 0
    var isIssueTimeKnown = false
    var issuedAt = Time()
    var hasSourceIdentity = false
    var sourceIdentity = StringRef()
    var hasFederatedProvider = false
    var federatedProvider = StringRef()
}
