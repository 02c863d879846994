import PolicyLanguage
import Vocabulary

/// The context keys that the engine fills in (E26).
struct RequestFacts {
    private(set) var context = RequestContext()

    init(_ caller: Caller, _ target: Target, _ organization: Organization?, at now: Instant) {
        context[.currentTime] = UTF8Text(now.description)
        context[.epochTime] = UTF8Text(String(now.seconds))
        addPrincipal(caller)
        if let account = caller.principal.account {
            let place = organization?.place(of: account)
            context[.principalOrganizationID] = place?.id
            if let place { context.set(.principalOrganizationPaths, to: [place.path]) }
            addSession(caller)
        }
        addTarget(target, organization)
    }

    private mutating func addPrincipal(_ caller: Caller) {
        let principal = caller.principal
        context[.principalType] = principal.typeName
        context[.principalARN] = principal.entityARN
        context[.principalAccount] = principal.account?.text ?? (principal == .anonymous ? "anonymous" : nil)
        context[.userID] = userID(caller)
        if case .user(let arn) = principal { context[.userName] = arn.resource.lastPathComponent }
        if case .federated(let provider) = principal { context[.federatedProvider] = provider }
        if principal.hasSignature { context[.principalIsAWSService] = "false" }
        if case .service(let name) = principal {
            context[.principalIsAWSService] = "true"
            context[.principalServiceName] = name
            context.set(.principalServiceNames, to: [name])
        }
    }

    /// What the table of principals in the guide's page on variables says for each kind.
    private func userID(_ caller: Caller) -> UTF8Text? {
        switch caller.principal {
        case .user: caller.identity?.uniqueID
        case .roleSession(let session, _):
            caller.identity?.uniqueID.map { UTF8Text("\($0):\(session.resource.lastPathComponent)") }
        case .federatedUser(let session, _):
            UTF8Text("\(session.account):\(session.resource.lastPathComponent)")
        case .root(let arn): arn.account
        case .anonymous: "anonymous"
        case .role, .service, .federated, .canonicalUser: nil
        }
    }

    /// Tags, and what only a temporary credential carries; session tags override the identity's (G4).
    private mutating func addSession(_ caller: Caller) {
        context.setTags(caller.identity?.tags ?? [:], under: EngineOwnedKey.principalTagPrefix)
        context.setTags(caller.session?.tags ?? [:], under: EngineOwnedKey.principalTagPrefix)
        guard caller.hasTemporaryCredentials else { return }
        let session = caller.session ?? SessionFacts()
        context[.multiFactorAuthPresent] = session.isMultiFactorAuthenticated ? "true" : "false"
        if session.isMultiFactorAuthenticated, let age = session.multiFactorAuthAgeSeconds {
            context[.multiFactorAuthAge] = UTF8Text(String(age))
        }
        context[.tokenIssueTime] = session.issuedAt.map { UTF8Text($0.description) }
        context[.sourceIdentity] = session.sourceIdentity
        context[.federatedProvider] = session.federatedProvider
    }

    /// An owner that is only assumed stays out, so that no policy rests on it.
    private mutating func addTarget(_ target: Target, _ organization: Organization?) {
        context.setTags(target.tags, under: EngineOwnedKey.resourceTagPrefix)
        guard let account = target.account, !target.isAccountAssumed else { return }
        context[.resourceAccount] = account.text
        guard let place = organization?.place(of: account) else { return }
        context[.resourceOrganizationID] = place.id
        context.set(.resourceOrganizationPaths, to: [place.path])
    }
}

extension RequestPrincipal {
    /// Whether some credential signed the request; no fact is known of a caller without one.
    fileprivate var hasSignature: Bool {
        switch self {
        case .user, .role, .roleSession, .federatedUser, .root, .service, .canonicalUser: true
        case .federated, .anonymous: false
        }
    }

    /// The value of `aws:PrincipalType`.
    fileprivate var typeName: UTF8Text? {
        switch self {
        case .user: "User"
        case .role, .roleSession: "AssumedRole"
        case .federatedUser: "FederatedUser"
        case .root: "Account"
        case .anonymous: "Anonymous"
        case .service: "AWSService"
        case .federated, .canonicalUser: nil
        }
    }

    /// The value of `aws:PrincipalArn`: for a session its role (E26).
    fileprivate var entityARN: UTF8Text? {
        switch self {
        case .user(let arn), .role(let arn), .roleSession(_, let arn), .federatedUser(let arn, _),
            .root(let arn):
            arn.text
        case .service, .federated, .canonicalUser, .anonymous: nil
        }
    }
}

extension Organization {
    /// The organization's id and an account's path in it, such as `o-x/r-y/ou-z/`; nil for other accounts.
    fileprivate func place(of account: AccountID) -> (id: UTF8Text, path: UTF8Text)? {
        guard let levels = levels[account] else { return nil }
        let names = [id] + levels.dropLast().map(\.id)
        return (id, UTF8Text(names.map { "\($0)/" }.joined()))
    }
}
