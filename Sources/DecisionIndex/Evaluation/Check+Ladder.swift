import Vocabulary

extension Check {
    /// A statement that grants, and how strongly.
    struct Grant {
        var strength = MatchStrength.none
        var policy: UInt32 = 0
        var statement = 0
    }

    /// Decides: every Deny of every layer, then the ladder (F1–F11, G1).
    mutating func decide() -> Decision {
        guard collectCandidates() else { return .failed }
        if let denial = explicitDeny() { return denial }

        // F3, F2, F11: the ceilings on every caller.
        if let stop = levelStop(layers.serviceControl, .serviceControl) { return stop }
        if let stop = levelStop(layers.resourceControl, .resourceControl) { return stop }
        if layers.endpoint.applies {
            guard let grant = strongestGrant(.endpoint) else { return .failed }
            if grant.strength == .none { return .denied(by: .endpoint) }
        }

        // F4: what the resource says.
        guard let resource = layers.resource.applies ? strongestGrant(.resource) : Grant() else {
            return .failed
        }
        if caller.account == nil {
            // F10: only the resource can grant to callers without an account.
            return resource.strength > .account ? allowed(by: .resource, resource) : .denied(by: .resource)
        }
        let isSameAccount = isSameAccount
        if !isSameAccount || target.requiresTrust, resource.strength == .none {
            return .denied(by: .resource)
        }
        if isSameAccount, resource.strength == .direct { return allowed(by: .resource, resource) }
        return decidePrincipalSide(
            isEntityGranted: isSameAccount && resource.strength == .viaEntity,
            resource
        )
    }

    /// F5, F6, F9.
    private mutating func decidePrincipalSide(isEntityGranted: Bool, _ resource: Grant) -> Decision {
        if caller.kind == .root {
            return options.contains(.rootUser) ? Decision(.allow, .rootUser) : .denied(by: .rootUser)
        }
        guard let identity = strongestGrant(.identity) else { return .failed }
        if identity.strength == .none, !isEntityGranted { return .denied(by: .identity) }
        if layers.boundary.applies {
            guard let grant = strongestGrant(.boundary) else { return .failed }
            if grant.strength == .none { return .denied(by: .boundary) }
        }
        if session.applies {
            guard let grant = strongestGrant(.session) else { return .failed }
            if grant.strength == .none { return .denied(by: .session) }
        } else if caller.kind == .federatedUser {
            return .denied(by: .session)
        }
        return identity.strength > .none ? allowed(by: .identity, identity) : allowed(by: .resource, resource)
    }

    private func allowed(by layer: PolicyLayer, _ grant: Grant) -> Decision {
        Decision(.allow, layer, policy: grant.policy, statement: grant.statement)
    }

    private var isSameAccount: Bool {
        guard let owner = target.account else { return true }
        return caller.account?.equals(owner) == true
    }

    // MARK: Candidates

    /// Finds the chunks with statements that concern the action, layer by layer.
    ///
    /// False when there are more than the working memory holds, which the compiler's limits exclude.
    private mutating func collectCandidates() -> Bool {
        var count = 0
        collectLevels(layers.serviceControl.list, .serviceControl, &count)
        collectLevels(layers.resourceControl.list, .resourceControl, &count)
        collect(layers.endpoint.list, .endpoint, 0, actionKey, image, &count)
        collect(layers.resource.list, .resource, 0, actionKey, image, &count)
        collect(layers.identity.list, .identity, 0, actionKey, image, &count)
        collect(layers.boundary.list, .boundary, 0, actionKey, image, &count)
        if let image = session.image, let key = session.actionKey {
            collect(session.list, .session, 0, key, image, &count)
        }
        candidateCount = count
        return count <= Scratch.candidatesMax
    }

    private mutating func collectLevels(_ levels: ListRef, _ layer: PolicyLayer, _ count: inout Int) {
        for level in levels.indices {
            let record = image.load(LevelRecord.self, levels, level)
            collect(record.policies, layer, level, actionKey, image, &count)
        }
    }

    @inline(__always)
    private mutating func collect(
        _ list: ListRef,
        _ layer: PolicyLayer,
        _ level: Int,
        _ key: ActionKey,
        _ image: ImageView,
        _ count: inout Int
    ) {
        for index in list.indices {
            let entry = image[PolicyEntry.self, list, index]
            guard entry.serviceMask & key.serviceBit != 0 || entry.nameMask & key.nameBit != 0 else {
                continue
            }
            let statements = statements(of: entry.policy, key, in: image)
            guard statements != 0 else { continue }
            if count < Scratch.candidatesMax {
                scratch.setCandidate(
                    count,
                    Candidate(
                        policy: entry.policy,
                        layer: UInt16(layer.rawValue),
                        level: UInt16(truncatingIfNeeded: level),
                        statements: statements
                    )
                )
            }
            count += 1
        }
    }

    // MARK: Statements

    /// F1.
    ///
    /// Nil when no Deny applies.
    private mutating func explicitDeny() -> Decision? {
        for index in 0..<candidateCount {
            let candidate = scratch.candidate(index)
            let image = image(of: candidate)
            var bits = candidate.statements & image[PolicyRecord.self, at: candidate.policy].denies
            guard bits != 0, let layer = PolicyLayer(rawValue: UInt8(candidate.layer)) else { continue }
            while bits != 0 {
                let bit = bits.trailingZeroBitCount
                bits &= bits - 1
                let statement = image[PolicyRecord.self, at: candidate.policy].statements.record(bit)
                guard let strength = strength(of: statement, in: layer, image) else { return .failed }
                if strength > .none {
                    let policy = image[PolicyRecord.self, at: candidate.policy].policyIndex
                    let position = Int(image[PolicyRecord.self, at: candidate.policy].firstStatement) + bit
                    return Decision(.explicitDeny, layer, policy: policy, statement: position)
                }
            }
        }
        return nil
    }

    private func image(of candidate: Candidate) -> ImageView {
        guard candidate.layer == UInt16(PolicyLayer.session.rawValue), let image = session.image else {
            return image
        }
        return image
    }

    /// The strongest Allow of a layer, the first of equals; nil for a request that cannot be read.
    private mutating func strongestGrant(_ layer: PolicyLayer, level: Int = 0) -> Grant? {
        var strongest = Grant()
        for index in 0..<candidateCount {
            let candidate = scratch.candidate(index)
            guard candidate.layer == UInt16(layer.rawValue),
                candidate.level == UInt16(truncatingIfNeeded: level)
            else {
                continue
            }
            let image = image(of: candidate)
            var bits = candidate.statements & ~image[PolicyRecord.self, at: candidate.policy].denies
            while bits != 0 {
                let bit = bits.trailingZeroBitCount
                bits &= bits - 1
                let statement = image[PolicyRecord.self, at: candidate.policy].statements.record(bit)
                guard let strength = strength(of: statement, in: layer, image) else { return nil }
                if strength > strongest.strength {
                    let policy = image[PolicyRecord.self, at: candidate.policy].policyIndex
                    let position = Int(image[PolicyRecord.self, at: candidate.policy].firstStatement) + bit
                    strongest = Grant(strength: strength, policy: policy, statement: position)
                }
                // Nothing is stronger; read on only where an unreadable value would still be an error.
                if strongest.strength == .direct, !options.contains(.unparsableIsError) { return strongest }
            }
        }
        return strongest
    }

    /// F2, F3: every level must allow.
    ///
    /// Nil when it does.
    private mutating func levelStop(_ layer: LayerLists.Layer, _ name: PolicyLayer) -> Decision? {
        guard layer.applies else { return nil }
        for level in layer.list.indices {
            guard let grant = strongestGrant(name, level: level) else { return .failed }
            if grant.strength == .none { return .denied(by: name) }
        }
        return nil
    }
}

extension ListRef {
    /// Where the statement at a position of a chunk stands.
    fileprivate func record(_ bit: Int) -> UInt32 {
        offset + UInt32(bit * MemoryLayout<StatementRecord>.stride)
    }
}
