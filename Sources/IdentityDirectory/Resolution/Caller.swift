import Vocabulary

/// Who asks, joined to what the directory knows of them.
struct Caller {
    /// The principal with the role behind a session filled in.
    let principal: RequestPrincipal
    /// The user, the role, or the user behind a federated session.
    let identity: Identity?
    /// What the credential carries.
    let session: SessionFacts?
    /// Own policies and those of the groups; nil where identity policies do not apply.
    let identityPolicies: [EffectivePolicy]?

    /// Whether the credential is temporary: always for roles and federated users, else when it says so (E26).
    var hasTemporaryCredentials: Bool {
        switch principal {
        case .role, .roleSession, .federatedUser: true
        case .user, .root: session != nil
        case .service, .federated, .canonicalUser, .anonymous: false
        }
    }

    /// Whether organization policies leave the caller alone, as they do service-linked roles (F3).
    var isExemptFromGuardrails: Bool {
        identity?.isServiceLinkedRole ?? false
    }
}

extension Directory {
    /// Finds the caller, who must be known if of a kind that the directory lists.
    ///
    /// - Throws: ``RequestError`` for a caller that the directory should know and does not, or whose session
    ///   facts contradict it.
    func caller(_ principal: RequestPrincipal, _ session: SessionFacts?) throws(RequestError) -> Caller {
        switch principal {
        case .user(let arn):
            let (account, user) = try user(arn)
            return Caller(
                principal: principal,
                identity: user,
                session: session,
                identityPolicies: account.policies(ofUser: user)
            )
        case .role(let arn):
            let role = try role(arn)
            let named = try session?.name.map { name throws(RequestError) in try role.session(named: name) }
            return Caller(
                principal: named ?? principal,
                identity: role,
                session: session,
                identityPolicies: role.policies
            )
        case .roleSession(let sessionARN, let roleARN):
            let role = try role(behind: sessionARN, roleARN)
            let name = session?.name ?? sessionARN.resource.lastPathComponent
            let named = try role.session(named: name)
            guard case .roleSession(sessionARN, _) = named else { throw Self.contradiction }
            return Caller(principal: named, identity: role, session: session, identityPolicies: role.policies)
        case .federatedUser(let sessionARN, let userARN):
            return try federatedUser(principal, sessionARN, userARN, session)
        case .root(let arn):
            guard arn.service == "iam", arn.region.isEmpty, arn.resource == "root" else {
                throw Self.contradiction
            }
            try checkIsKnown(AccountID(unchecked: arn.account))
            return Caller(principal: principal, identity: nil, session: session, identityPolicies: nil)
        case .service, .federated, .canonicalUser, .anonymous:
            return Caller(principal: principal, identity: nil, session: session, identityPolicies: nil)
        }
    }

    private static var unknown: RequestError { RequestError(.unknownPrincipal, in: .principal) }
    private static var contradiction: RequestError { RequestError(.malformedPrincipal, in: .principal) }

    private func user(_ arn: ARN) throws(RequestError) -> (Account, Identity) {
        guard let account = accounts[AccountID(unchecked: arn.account)],
            let user = account.users[arn.resource.lastPathComponent], user.arn == arn
        else { throw Self.unknown }
        return (account, user)
    }

    private func role(_ arn: ARN) throws(RequestError) -> Identity {
        guard let role = knownRole(arn) else { throw Self.unknown }
        return role
    }

    /// The role of an ARN with its path.
    func knownRole(_ arn: ARN) -> Identity? {
        let role = accounts[AccountID(unchecked: arn.account)]?.roles[arn.resource.lastPathComponent]
        return role?.arn == arn ? role : nil
    }

    /// The role behind a session, found by name, since a session ARN has no path (C1).
    ///
    /// A path that is given must be the right one.
    private func role(behind session: ARN, _ arn: ARN) throws(RequestError) -> Identity {
        let name = arn.resource.lastPathComponent
        guard let role = accounts[AccountID(unchecked: arn.account)]?.roles[name] else { throw Self.unknown }
        let pathless = UTF8Text("arn:\(role.arn.partition):iam::\(arn.account):role/\(name)")
        guard arn == role.arn || arn.text == pathless else { throw Self.unknown }
        return role
    }

    /// A federated user has the policies of the user who made the session; none where nobody says who that is.
    private func federatedUser(
        _ principal: RequestPrincipal,
        _ sessionARN: ARN,
        _ userARN: ARN?,
        _ session: SessionFacts?
    ) throws(RequestError) -> Caller {
        guard sessionARN.service == "sts", sessionARN.region.isEmpty,
            sessionARN.resource.hasPrefix("federated-user/")
        else { throw Self.contradiction }
        try checkIsKnown(AccountID(unchecked: sessionARN.account))
        guard let userARN else {
            return Caller(principal: principal, identity: nil, session: session, identityPolicies: [])
        }
        guard userARN.account == sessionARN.account else { throw Self.contradiction }
        let (account, user) = try user(userARN)
        return Caller(
            principal: principal,
            identity: user,
            session: session,
            identityPolicies: account.policies(ofUser: user)
        )
    }

    /// A root or federated user of an account that nobody described would escape that account's guardrails.
    private func checkIsKnown(_ account: AccountID) throws(RequestError) {
        guard accounts[account] != nil || organization?.levels[account] != nil else { throw Self.unknown }
    }
}

extension Account {
    /// The policies of a user and of all groups around it, each group once.
    package func policies(ofUser user: Identity) -> [EffectivePolicy] {
        var policies = user.policies
        var open = Array(user.groups.reversed())
        var seen = Set(open)
        while let name = open.popLast() {
            guard let group = groups[name] else { continue }
            policies += group.policies
            for parent in group.groups.reversed() where seen.insert(parent).inserted { open.append(parent) }
        }
        return policies
    }
}

extension Identity {
    /// The name without path.
    var name: UTF8Text { arn.resource.lastPathComponent }

    /// A session of this role.
    fileprivate func session(named name: UTF8Text) throws(RequestError) -> RequestPrincipal {
        let text = UTF8Text("arn:\(arn.partition):sts::\(arn.account):assumed-role/\(self.name)/\(name)")
        guard let session = ARN(text) else { throw RequestError(.malformedPrincipal, in: .principal) }
        return .roleSession(session: session, role: arn)
    }
}
