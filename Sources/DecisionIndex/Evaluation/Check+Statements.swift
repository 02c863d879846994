import Vocabulary

extension Check {
    /// The statements of a chunk that concern the action, as bits (D1, D2).
    @inline(__always)
    mutating func statements(of policy: UInt32, _ key: ActionKey, in image: ImageView) -> UInt64 {
        image.statements(of: policy, key, action) { pattern in matches(pattern, action, in: image) }
    }

    /// How strongly a statement that concerns the action applies (D8, C4); `none` when it does not.
    mutating func strength(of statement: UInt32, in layer: PolicyLayer, _ image: ImageView) -> MatchStrength {
        let strength = candidateStrength(of: statement, in: layer, image)
        if strength == .none { return strength }
        let conditions = image[StatementRecord.self, at: statement].conditions
        return conditions.isEmpty || evaluate(conditions, in: image) == .holds ? strength : .none
    }

    /// Whether the values that a statement's conditions compare can be read, if it comes to that.
    mutating func canReadValues(of statement: UInt32, in layer: PolicyLayer, _ image: ImageView) -> Bool {
        if candidateStrength(of: statement, in: layer, image) == .none { return true }
        let conditions = image[StatementRecord.self, at: statement].conditions
        for index in conditions.indices {
            let condition = image[ConditionRecord.self, conditions, index]
            if evaluate(condition, in: image) == .malformed { return false }
        }
        return true
    }

    @inline(__always)
    private mutating func candidateStrength(
        of statement: UInt32,
        in layer: PolicyLayer,
        _ image: ImageView
    ) -> MatchStrength {
        guard matchesResource(statement, in: layer, image) else { return .none }
        if layer != .resource, layer != .endpoint { return .direct }
        return principalStrength(statement, in: layer, image)
    }

    // MARK: Resource

    private mutating func matchesResource(
        _ statement: UInt32,
        in layer: PolicyLayer,
        _ image: ImageView
    ) -> Bool {
        switch StatementRecord.ElementKind(rawValue: image[StatementRecord.self, at: statement].resourceKind)
        {
        case .positive:
            let resources = image[StatementRecord.self, at: statement].resources
            for index in resources.indices {
                let pattern = image[PatternRecord.self, resources, index]
                if matches(pattern, resource, in: image) { return true }
            }
            return false
        case .negated:
            return isOutside(statement, image)
        case .absent, nil:
            return layer == .resource || image[StatementRecord.self, at: statement].isDeny == 1
        }
    }

    /// E24: an unresolved variable makes an Allow not apply, and is no exemption from a Deny.
    private mutating func isOutside(_ statement: UInt32, _ image: ImageView) -> Bool {
        let resources = image[StatementRecord.self, at: statement].resources
        if resources.isEmpty { return false }
        for index in resources.indices {
            let pattern = image[PatternRecord.self, resources, index]
            if matches(pattern, resource, in: image) { return false }
            let isDeny = image[StatementRecord.self, at: statement].isDeny == 1
            if !isDeny, isUnresolved(pattern, in: image) { return false }
        }
        return true
    }

    // MARK: Principal

    mutating func principalStrength(
        _ statement: UInt32,
        in layer: PolicyLayer,
        _ image: ImageView
    ) -> MatchStrength {
        switch StatementRecord.ElementKind(rawValue: image[StatementRecord.self, at: statement].principalKind)
        {
        case .absent, nil: return layer == .resource ? .none : .direct
        case .positive: return strongest(image[StatementRecord.self, at: statement].principals, image)
        case .negated:
            if image[StatementRecord.self, at: statement].principals.isEmpty { return .none }
            if image[StatementRecord.self, at: statement].isDeny == 1 {
                return isExempt(image[StatementRecord.self, at: statement].principals, image)
                    ? .none : .direct
            }
            return strongest(image[StatementRecord.self, at: statement].principals, image) == .none
                ? .direct : .none
        }
    }

    private mutating func strongest(_ entries: ListRef, _ image: ImageView) -> MatchStrength {
        var strongest = MatchStrength.none
        for index in entries.indices {
            strongest = max(strongest, strength(image.load(PrincipalEntryRecord.self, entries, index), image))
        }
        return strongest
    }

    private mutating func strength(_ entry: PrincipalEntryRecord, _ image: ImageView) -> MatchStrength {
        let name = image.bytes(entry.name)
        switch PrincipalEntryRecord.Kind(rawValue: entry.kind) {
        case .everyone: return .direct
        case .account: return caller.account.equals(name) ? .account : .none
        case .arn: return arnStrength(name)
        case .uniqueID: return uniqueIDStrength(name)
        case .service: return caller.kind == .service && caller.name.equals(name) ? .direct : .none
        case .federated: return isFederated(through: name) ? .direct : .none
        case .canonicalUser:
            return caller.kind == .canonicalUser && caller.name.equals(name) ? .direct : .none
        case nil: return .none
        }
    }

    private mutating func arnStrength(_ name: ByteView) -> MatchStrength {
        switch caller.kind {
        case .user: caller.name.equals(name) ? .direct : .none
        case .role: caller.entity.equals(name) ? .viaEntity : .none
        case .roleSession, .federatedUser:
            caller.name.equals(name)
                ? .direct : caller.entity.equals(name) ? .viaEntity : .none
        case .root, .service, .federated, .canonicalUser, .anonymous: .none
        }
    }

    /// C7.
    private mutating func uniqueIDStrength(_ name: ByteView) -> MatchStrength {
        guard caller.uniqueID.equals(name) else { return .none }
        switch caller.kind {
        case .user: return .direct
        case .role, .roleSession, .federatedUser: return .viaEntity
        case .root, .service, .federated, .canonicalUser, .anonymous: return .none
        }
    }

    /// A web identity provider is named by its domain, or by the ARN made from it in the account that is asked
    /// about: a provider of the same domain in another account vouches for nobody here (G3).
    private mutating func isFederated(through entry: ByteView) -> Bool {
        guard caller.kind == .federated else { return false }
        if caller.name.equals(entry) { return true }
        guard let colons = ARNColons(entry), entry[colons.service].equals(literal: "iam"),
            colons.isRegionEmpty,
            !target.account.isEmpty, entry[colons.account].equals(target.account)
        else { return false }
        let word: StaticString = "oidc-provider/"
        let resource = entry.dropFirst(colons.resourceStart)
        return resource.begins(with: word) && resource.dropFirst(word.utf8CodeUnitCount).equals(caller.name)
    }

    /// C6: a Deny with NotPrincipal spares those who are listed: at every level of their chain, or only at the
    /// most specific one.
    private mutating func isExempt(_ entries: ListRef, _ image: ImageView) -> Bool {
        var listed: (direct: Bool, viaEntity: Bool, account: Bool) = (false, false, false)
        for index in entries.indices {
            let entry = image.load(PrincipalEntryRecord.self, entries, index)
            if entry.kind == PrincipalEntryRecord.Kind.everyone.rawValue { return true }
            switch strength(entry, image) {
            case .direct: listed.direct = true
            case .viaEntity: listed.viaEntity = true
            case .account: listed.account = true
            case .none: break
            }
        }
        let mostSpecific = options.contains(.mostSpecificNotPrincipal)
        switch caller.kind {
        case .user: return listed.direct && (mostSpecific || listed.account)
        case .role: return listed.viaEntity && (mostSpecific || listed.account)
        case .roleSession: return listed.direct && (mostSpecific || listed.viaEntity && listed.account)
        case .federatedUser:
            let isWhole = listed.account && (caller.entity.isEmpty || listed.viaEntity)
            return listed.direct && (mostSpecific || isWhole)
        case .root: return listed.account
        case .service, .federated, .canonicalUser: return listed.direct
        case .anonymous: return false
        }
    }
}
