import Vocabulary

/// Makes a residual: a check whose resource is left open.
struct ResidualBuilder: ~Copyable {
    var check: Check
    let unknownKeys: UnknownKeys
    /// Whether some statement reads tags of the resource, which users and roles have of their own.
    var readsResourceTags = false

    init(_ check: consuming Check, unknownKeys: UnknownKeys) {
        self.check = check
        self.unknownKeys = unknownKeys
    }

    /// A statement that concerns the action.
    private struct Candidate {
        let layer: PolicyLayer
        let level: Int
        let image: ImageView
        let statement: UInt32
    }

    /// What is denied and what is allowed, for the target that the check holds.
    mutating func expressions() -> (denied: ResourceExpression, allowed: ResourceExpression) {
        let candidates = candidates()
        var (denials, faults): ([ResourceExpression], [ResourceExpression]) = ([], [])
        var grants = Grants()
        for candidate in candidates {
            let isDeny = candidate.image[StatementRecord.self, at: candidate.statement].isDeny == 1
            let strength = strength(candidate)
            guard strength > .none else { continue }
            let names = names(candidate.statement, in: candidate.layer, candidate.image)
            let conditions = conditions(candidate.statement, candidate.image)
            let applies = ResourceExpression.all(of: [names] + conditions.map(\.holds))
            faults += conditions.map { .all(of: [names, $0.malformed]) }
            if isDeny {
                denials.append(applies)
            } else {
                grants.add(applies, candidate.layer, level: candidate.level, strength)
            }
        }
        return (.any(of: denials + faults), allowed(grants))
    }

    // MARK: The ladder

    /// What the Allow statements of each layer come to.
    private struct Grants {
        private var terms: [PolicyLayer: [Int: [ResourceExpression]]] = [:]
        private var byStrength: [MatchStrength: [ResourceExpression]] = [:]

        mutating func add(
            _ term: ResourceExpression,
            _ layer: PolicyLayer,
            level: Int,
            _ strength: MatchStrength
        ) {
            terms[layer, default: [:]][level, default: []].append(term)
            if layer == .resource { byStrength[strength, default: []].append(term) }
        }

        func any(_ layer: PolicyLayer, level: Int = 0) -> ResourceExpression {
            .any(of: terms[layer]?[level] ?? [])
        }

        func resource(_ strengths: MatchStrength...) -> ResourceExpression {
            .any(of: strengths.flatMap { byStrength[$0] ?? [] })
        }
    }

    /// F2–F11, G1.
    private func allowed(_ grants: Grants) -> ResourceExpression {
        let ceilings =
            levels(check.layers.serviceControl, .serviceControl, grants)
            + levels(check.layers.resourceControl, .resourceControl, grants)
            + (check.layers.applies(.endpoint) ? [grants.any(.endpoint)] : [])
        // F10: only the resource can grant to callers without an account.
        if check.caller.account.isEmpty {
            return .all(of: ceilings + [grants.resource(.direct, .viaEntity)])
        }
        let isSameAccount =
            check.target.account.isEmpty || check.caller.account.equals(check.target.account)
        let isTrusted: ResourceExpression =
            !isSameAccount || check.target.requiresTrust
            ? grants.resource(.direct, .viaEntity, .account) : .always
        let direct = isSameAccount ? grants.resource(.direct) : .never
        let viaEntity = isSameAccount ? grants.resource(.viaEntity) : .never
        let principalSide = principalSide(grants, viaEntity)
        return .all(of: ceilings + [.any(of: [direct, .all(of: [isTrusted, principalSide])])])
    }

    private func levels(_ list: ListRef, _ layer: PolicyLayer, _ grants: Grants) -> [ResourceExpression] {
        check.layers.applies(layer) ? list.indices.map { grants.any(layer, level: $0) } : []
    }

    /// F5, F6, F9.
    private func principalSide(_ grants: Grants, _ viaEntity: ResourceExpression) -> ResourceExpression {
        if check.caller.kind == .root { return check.options.contains(.rootUser) ? .always : .never }
        var layers = [ResourceExpression.any(of: [grants.any(.identity), viaEntity])]
        if check.layers.applies(.boundary) { layers.append(grants.any(.boundary)) }
        if check.layers.applies(.session) {
            layers.append(grants.any(.session))
        } else if check.caller.kind == .federatedUser {
            return .never
        }
        return .all(of: layers)
    }

    // MARK: Candidates

    private mutating func candidates() -> [Candidate] {
        let layers = check.layers
        var found: [Candidate] = []
        for (list, layer) in [
            (layers.serviceControl, PolicyLayer.serviceControl), (layers.resourceControl, .resourceControl),
        ] where layers.applies(layer) {
            for level in list.indices {
                found += candidates(
                    check.image[LevelRecord.self, list, level].policies,
                    layer,
                    level,
                    check.image
                )
            }
        }
        for (list, layer) in [
            (layers.endpoint, PolicyLayer.endpoint), (layers.resource, .resource),
            (layers.identity, .identity),
            (layers.boundary, .boundary), (layers.session, .session),
        ] where layers.applies(layer) {
            let image = layer == .session ? check.sessionImage ?? check.image : check.image
            found += candidates(list, layer, 0, image)
        }
        return found
    }

    private mutating func candidates(
        _ list: ListRef,
        _ layer: PolicyLayer,
        _ level: Int,
        _ image: ImageView
    ) -> [Candidate] {
        let colon = Int(check.request.head.actionColon)
        let key = ActionKey(check.action, colon: colon, seed: image.header.seed)
        var found: [Candidate] = []
        for index in list.indices {
            let policy = image[PolicyEntry.self, list, index].policy
            var bits = check.statements(of: policy, key, in: image)
            while bits != 0 {
                let statement = image[PolicyRecord.self, at: policy].statements.record(bits.removeFirst())
                found.append(Candidate(layer: layer, level: level, image: image, statement: statement))
            }
        }
        return found
    }

    /// How strongly the statement names the caller (C4).
    private mutating func strength(_ candidate: Candidate) -> MatchStrength {
        guard candidate.layer == .resource || candidate.layer == .endpoint else { return .direct }
        return check.principalStrength(candidate.statement, in: candidate.layer, candidate.image)
    }
}
