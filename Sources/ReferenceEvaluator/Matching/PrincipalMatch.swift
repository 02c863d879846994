import PolicyLanguage
import Vocabulary

/// Compares callers with principal elements (C1–C8).
struct PrincipalMatching {
    let principal: RequestPrincipal
    let uniqueID: UTF8Text?
    /// The account that is asked about, where known.
    let owner: AccountID?
    let options: EvaluationOptions

    /// Whether a statement concerns the caller, and how strongly; a statement without a principal element
    /// concerns everybody it is evaluated for (C8).
    func match(_ element: PrincipalElement?, effect: Effect) -> MatchStrength {
        switch element {
        case nil: .direct
        case .principal(let entries): strength(of: entries)
        case .notPrincipal(let entries) where entries.isEmpty: .none
        case .notPrincipal(let entries):
            switch effect {
            case .allow: strength(of: entries) == .none ? .direct : .none
            case .deny: isExempt(by: entries) ? .none : .direct
            }
        }
    }

    /// The strongest match over the list (C4).
    private func strength(of entries: [PrincipalEntry]) -> MatchStrength {
        entries.map(strength).max() ?? .none
    }

    /// C6: a Deny with NotPrincipal spares those who are listed.
    private func isExempt(by entries: [PrincipalEntry]) -> Bool {
        if entries.isEmpty || entries.contains(.everyone) { return true }
        let levels = chain
        guard !levels.isEmpty else { return false }
        switch options.notPrincipal {
        case .mostSpecific: return entries.contains { strength(of: $0) == levels[0] }
        case .wholeChain:
            return levels.allSatisfy { level in entries.contains { strength(of: $0) == level } }
        }
    }

    /// The strengths at which the caller can be named, most specific first (table C1).
    private var chain: [MatchStrength] {
        switch principal {
        case .user: [.direct, .account]
        case .role: [.viaEntity, .account]
        case .roleSession: [.direct, .viaEntity, .account]
        case .federatedUser(_, let user):
            user == nil ? [.direct, .account] : [.direct, .viaEntity, .account]
        case .root: [.account]
        case .service, .federated, .canonicalUser: [.direct]
        case .anonymous: []
        }
    }

    private func strength(of entry: PrincipalEntry) -> MatchStrength {
        switch entry {
        case .everyone: .direct
        case .account(let account): principal.account == account ? .account : .none
        case .arn(let arn): strength(ofARN: arn)
        case .uniqueID(let id): strength(ofUniqueID: id)
        case .service(let name): principal == .service(name) ? .direct : .none
        case .federated(let provider): isFederated(through: provider) ? .direct : .none
        case .canonicalUser(let id): principal == .canonicalUser(id) ? .direct : .none
        }
    }

    private func strength(ofARN arn: ARN) -> MatchStrength {
        switch principal {
        case .user(let user): user == arn ? .direct : .none
        case .role(let role): role == arn ? .viaEntity : .none
        case .roleSession(let session, let role): session == arn ? .direct : role == arn ? .viaEntity : .none
        case .federatedUser(let session, let user):
            session == arn ? .direct : user == arn ? .viaEntity : .none
        case .root, .service, .federated, .canonicalUser, .anonymous: .none
        }
    }

    /// C7: the id that AWS writes for a user or role is bound to that one, not to its name.
    private func strength(ofUniqueID id: UTF8Text) -> MatchStrength {
        guard id == uniqueID else { return .none }
        switch principal {
        case .user: return .direct
        case .role, .roleSession, .federatedUser: return .viaEntity
        case .root, .service, .federated, .canonicalUser, .anonymous: return .none
        }
    }

    /// A web identity provider is named by its domain, or by the ARN made from it in the account that is asked
    /// about: a provider of the same domain in another account vouches for nobody here (G3).
    private func isFederated(through entry: UTF8Text) -> Bool {
        guard case .federated(let provider) = principal else { return false }
        if provider == entry { return true }
        guard let arn = ARN(entry), let owner else { return false }
        return arn.service == "iam" && arn.region.isEmpty && arn.account == owner.text
            && arn.resource == UTF8Text("oidc-provider/\(provider)")
    }
}

extension RequestPrincipal {
    /// The caller's name at one level of its chain (table C1).
    func name(at strength: MatchStrength) -> UTF8Text? {
        switch (strength, self) {
        case (.none, _): nil
        case (.account, _): account?.text
        case (.viaEntity, .roleSession(_, let role)): role.text
        case (.viaEntity, .federatedUser(_, let user?)): user.text
        case (.viaEntity, _), (.direct, _): displayName
        }
    }
}
