import Vocabulary

extension Check {
    /// A statement that grants, and how strongly.
    struct Grant {
        var strength = MatchStrength.none
        var policy: UInt32 = 0
        var statement = 0
    }

    /// Decides: every Deny of every layer, then the ladder (F1–F11, G1).
    @inline(__always)
    mutating func decide() -> Decision {
        guard collectCandidates() else { return .failed }
        return decideAmongCandidates()
    }

    /// Decides once the candidates are collected.
    @inline(__always)
    mutating func decideAmongCandidates() -> Decision {
        let decision = decideByLadder()
        return isExhausted ? .failed : decision
    }

    @inline(__always)
    private mutating func decideByLadder() -> Decision {
        // E19: an error must not depend on which statement is read first.
        if options.contains(.unparsableIsError), !canReadEveryValue() { return .failed }
        if let denial = explicitDeny(among: 0..<candidateCount) { return denial }
        return climb()
    }

    /// The ladder, once no Deny applies.
    @inline(__always)
    mutating func climb() -> Decision {
        if layers.hasMoreThanIdentity, let stop = ceilingStop() { return stop }

        // F4: what the resource says.
        let resource = layers.applies(.resource) ? strongestGrant(.resource) : Grant()
        if caller.account.isEmpty {
            // F10: only the resource can grant to callers without an account.
            return resource.strength > .account ? allowed(by: .resource, resource) : .denied(by: .resource)
        }
        let isSameAccount = target.account.isEmpty || caller.account.equals(target.account)
        if !isSameAccount || target.requiresTrust, resource.strength == .none {
            return .denied(by: .resource)
        }
        if isSameAccount, resource.strength == .direct { return allowed(by: .resource, resource) }
        return decidePrincipalSide(
            isEntityGranted: isSameAccount && resource.strength == .viaEntity,
            resource
        )
    }

    /// F3, F2, F11: the ceilings on every caller.
    private mutating func ceilingStop() -> Decision? {
        if layers.applies(.serviceControl), !everyLevelAllows(layers.serviceControl, .serviceControl) {
            return .denied(by: .serviceControl)
        }
        if layers.applies(.resourceControl), !everyLevelAllows(layers.resourceControl, .resourceControl) {
            return .denied(by: .resourceControl)
        }
        if layers.applies(.endpoint), strongestGrant(.endpoint).strength == .none {
            return .denied(by: .endpoint)
        }
        return nil
    }

    /// F5, F6, F9.
    @inline(__always)
    private mutating func decidePrincipalSide(isEntityGranted: Bool, _ resource: Grant) -> Decision {
        if caller.kind == .root {
            return options.contains(.rootUser) ? Decision(.allow, .rootUser) : .denied(by: .rootUser)
        }
        let identity = strongestGrant(.identity)
        if identity.strength == .none, !isEntityGranted { return .denied(by: .identity) }
        if layers.applies(.boundary), strongestGrant(.boundary).strength == .none {
            return .denied(by: .boundary)
        }
        if layers.applies(.session) {
            if strongestGrant(.session).strength == .none { return .denied(by: .session) }
        } else if caller.kind == .federatedUser {
            return .denied(by: .session)
        }
        return identity.strength > .none ? allowed(by: .identity, identity) : allowed(by: .resource, resource)
    }

    private mutating func allowed(by layer: PolicyLayer, _ grant: Grant) -> Decision {
        Decision(.allow, layer, policy: grant.policy, statement: grant.statement)
    }

    /// Whether every value that a candidate's conditions compare can be read.
    mutating func canReadEveryValue() -> Bool {
        for index in 0..<candidateCount {
            let candidate = scratch.candidate(index)
            guard let layer = PolicyLayer(rawValue: UInt8(truncatingIfNeeded: candidate.layer)) else {
                continue
            }
            let image = image(of: candidate)
            var bits = candidate.statements
            while bits != 0 {
                let statement = image[PolicyRecord.self, at: candidate.policy].statements.record(
                    bits.removeFirst()
                )
                if !canReadValues(of: statement, in: layer, image) { return false }
            }
        }
        return true
    }

    // MARK: Statements

    /// F1.
    ///
    /// Nil when no Deny applies.
    @inline(__always)
    mutating func explicitDeny(among candidates: Range<Int>) -> Decision? {
        for index in candidates {
            var bits = scratch.candidate(index).denies
            if bits == 0 { continue }
            let candidate = scratch.candidate(index)
            let image = image(of: candidate)
            while bits != 0, let layer = PolicyLayer(rawValue: UInt8(truncatingIfNeeded: candidate.layer)) {
                let bit = bits.removeFirst()
                let statement = image[PolicyRecord.self, at: candidate.policy].statements.record(bit)
                if strength(of: statement, in: layer, image) > .none {
                    let policy = image[PolicyRecord.self, at: candidate.policy].policyIndex
                    let position = Int(image[PolicyRecord.self, at: candidate.policy].firstStatement) + bit
                    return Decision(.explicitDeny, layer, policy: policy, statement: position)
                }
            }
        }
        return nil
    }

    @inline(__always)
    mutating func image(of candidate: Candidate) -> ImageView {
        guard candidate.layer == UInt16(PolicyLayer.session.rawValue), let sessionImage else { return image }
        return sessionImage
    }

    /// The strongest Allow of a layer, the first of equals.
    private mutating func strongestGrant(_ layer: PolicyLayer) -> Grant {
        var strongest = Grant()
        for index in 0..<candidateCount {
            let candidate = scratch.candidate(index)
            guard candidate.layer == UInt16(layer.rawValue) else { continue }
            let image = image(of: candidate)
            var bits = candidate.statements & ~candidate.denies
            while bits != 0 {
                let bit = bits.removeFirst()
                let statement = image[PolicyRecord.self, at: candidate.policy].statements.record(bit)
                let strength = strength(of: statement, in: layer, image)
                if strength > strongest.strength {
                    let policy = image[PolicyRecord.self, at: candidate.policy].policyIndex
                    let position = Int(image[PolicyRecord.self, at: candidate.policy].firstStatement) + bit
                    strongest = Grant(strength: strength, policy: policy, statement: position)
                    if strength == .direct { return strongest }
                }
            }
        }
        return strongest
    }

    /// F2, F3.
    ///
    /// One pass over the candidates, which stand level by level; a level that allows is passed over.
    private mutating func everyLevelAllows(_ levels: ListRef, _ layer: PolicyLayer) -> Bool {
        var level = 0
        for index in 0..<candidateCount {
            let candidate = scratch.candidate(index)
            guard candidate.layer == UInt16(layer.rawValue), candidate.level >= level else { continue }
            // A level without a candidate, or one whose candidates are over and that does not allow.
            if candidate.level > level { return false }
            if isGranted(candidate, in: layer) { level += 1 }
        }
        return level == Int(levels.count)
    }

    private mutating func isGranted(_ candidate: Candidate, in layer: PolicyLayer) -> Bool {
        var bits = candidate.statements & ~image[PolicyRecord.self, at: candidate.policy].denies
        while bits != 0 {
            let statement = image[PolicyRecord.self, at: candidate.policy].statements.record(
                bits.removeFirst()
            )
            if strength(of: statement, in: layer, image) > .none { return true }
        }
        return false
    }
}

extension UInt64 {
    /// Clears the lowest bit that is set and says which it was.
    mutating func removeFirst() -> Int {
        defer { self &= self - 1 }
        return trailingZeroBitCount
    }
}

extension ListRef {
    /// Where the statement at a position of a chunk stands.
    func record(_ bit: Int) -> UInt32 {
        offset + UInt32(bit * MemoryLayout<StatementRecord>.stride)
    }
}
