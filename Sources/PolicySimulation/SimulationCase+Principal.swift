public import IdentityDirectory
import PolicyLanguage
public import Vocabulary

extension SimulationCase {
    /// The policies of a user, group or role of a directory, and of the account's guardrails.
    ///
    /// - Parameters:
    ///   - arn: the user, group or role.
    ///   - caller: who is said to ask with these policies; nil for the same.
    ///   - excluded: policies that are left out.
    /// - Throws: ``SimulationFault`` for an ARN of another kind, and for one that the directory does not know.
    public init(
        policiesOf arn: UTF8Text,
        caller: UTF8Text? = nil,
        in directory: Directory,
        excluding excluded: [SimulationExclusion] = []
    ) throws(SimulationFault) {
        self.init()
        for exclusion in excluded { try exclusion.validate() }
        let (entity, policies, levels) = try directory.entity(arn)
        identity = policies.map { SimulationPolicy(ofDirectory: $0) }
            .filter { policy in !excluded.contains { $0.covers(policy) } }
        if !excluded.contains(.kind(.permissionsBoundary)) {
            boundary = entity.boundary.map { SimulationPolicy(ofDirectory: $0) }
        }
        if !excluded.contains(.kind(.serviceControl)) { serviceControl = levels }
        try setCaller(caller ?? arn, in: directory)
    }

    /// Says who asks: a user, group or role, which the directory need not know.
    ///
    /// - Throws: ``SimulationFault`` for an ARN of another kind, such as a session's.
    public mutating func setCaller(_ text: UTF8Text, in directory: Directory?) throws(SimulationFault) {
        guard let arn = ARN(text), let kind = arn.identityKind, arn.isInAWSPartition,
            AccountID.isWellFormed(arn.account)
        else { throw .invalid("`\(text)` is not the ARN of a user, group or role") }
        let principal: RequestPrincipal = kind == .role ? .role(arn) : .user(arn)
        caller = principal
        callerUniqueID = nil
        callerFacts = RequestContext()
        callerFacts["aws:PrincipalAccount"] = .single(arn.account)
        guard kind != .group else { return }
        callerFacts["aws:PrincipalArn"] = .single(text)
        callerFacts["aws:PrincipalType"] = .single(kind == .role ? "AssumedRole" : "User")
        if kind == .user { callerFacts["aws:username"] = .single(text.lastPathComponent) }
        if let directory { takeFacts(of: principal, from: directory) }
    }

    /// What the directory knows of the caller: tags, ids, the organization; not when and with what credential it asks.
    private mutating func takeFacts(of principal: RequestPrincipal, from directory: Directory) {
        let request = AuthorizationRequest(
            principal: principal,
            action: "sts:GetCallerIdentity",
            resource: "*"
        )
        guard let known = try? directory.effectivePolicies(for: request, at: .distantPast) else { return }
        var facts = known.context
        facts.removeAll { key in
            !(key.hasPrefix("aws:principal") || key.equals("aws:userid") || key.equals("aws:username"))
        }
        callerFacts.override(with: facts)
        callerUniqueID = known.principalUniqueID
    }
}

extension ARN {
    fileprivate enum IdentityKind { case user, group, role }

    fileprivate var identityKind: IdentityKind? {
        guard service == "iam", region.isEmpty, !resource.lastPathComponent.isEmpty else { return nil }
        if resource.begins(with: "user/") { return .user }
        if resource.begins(with: "group/") { return .group }
        return resource.begins(with: "role/") ? .role : nil
    }
}

extension UTF8Text {
    /// What follows the last slash; everything where there is none.
    var lastPathComponent: UTF8Text {
        var start = count
        while start > 0, self[start - 1] != UInt8(ascii: "/") { start -= 1 }
        return dropFirst(start)
    }
}

extension Directory {
    /// A user, group or role with all its policies and the guardrails on its account.
    fileprivate func entity(
        _ text: UTF8Text
    ) throws(SimulationFault) -> (Identity, [EffectivePolicy], [OrganizationLevel]?) {
        guard let arn = ARN(text), let kind = arn.identityKind, AccountID.isWellFormed(arn.account) else {
            throw .invalid("`\(text)` is not the ARN of a user, group or role")
        }
        let name = arn.resource.lastPathComponent
        let account = accounts[AccountID(unchecked: arn.account)]
        let found =
            switch kind {
            case .user: account?.users[name]
            case .group: account?.groups[name]
            case .role: account?.roles[name]
            }
        guard let account, let found, found.arn == arn else {
            throw SimulationFault(.noSuchEntity, "there is no `\(text)`")
        }
        let policies = kind == .role ? found.policies : account.policies(ofUser: found)
        return (found, policies, levels(on: found, of: account.id))
    }

    /// The SCPs on an account; none on the management account and on service-linked roles (F3).
    private func levels(on identity: Identity, of account: AccountID) -> [OrganizationLevel]? {
        guard let organization, organization.usesServiceControlPolicies, !identity.isServiceLinkedRole,
            account != organization.managementAccount
        else { return nil }
        return organization.levels[account]?.map {
            OrganizationLevel(id: $0.id, policies: $0.serviceControlPolicies)
        }
    }
}
