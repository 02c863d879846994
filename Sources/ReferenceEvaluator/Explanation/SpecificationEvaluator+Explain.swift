public import IdentityDirectory
import PolicyLanguage
public import Vocabulary

extension SpecificationEvaluator {
    /// Explains a decision against a directory.
    ///
    /// - Throws: ``RequestError`` for a request that cannot be evaluated; the decision is then `error`.
    public func explain(
        _ request: AuthorizationRequest,
        in directory: Directory,
        session: SessionFacts? = nil,
        at now: Instant
    ) throws(RequestError) -> Explanation {
        try explain(request, under: try directory.effectivePolicies(for: request, session: session, at: now))
    }

    /// Explains a decision under the policies that bear on the request.
    ///
    /// Reads everything, whatever the answer.
    ///
    /// - Throws: ``RequestError`` for a request that cannot be evaluated.
    public func explain(
        _ request: AuthorizationRequest,
        under policies: EffectivePolicies
    ) throws(RequestError) -> Explanation {
        try request.validate()
        return try Explainer(request, policies, options).explain()
    }
}

/// Builds an explanation from the states of all layers, without the early exits of ``Ladder``.
private struct Explainer {
    let request: AuthorizationRequest
    let policies: EffectivePolicies
    let options: EvaluationOptions
    let matching: StatementMatching

    init(_ request: AuthorizationRequest, _ policies: EffectivePolicies, _ options: EvaluationOptions) {
        self.request = request
        self.policies = policies
        self.options = options
        matching = StatementMatching(request, under: policies, options: options)
    }

    func explain() throws(RequestError) -> Explanation {
        var layers: [LayerExplanation] = []
        layers += try levels(policies.serviceControl, .serviceControl)
        layers += try levels(policies.resourceControl, .resourceControl)
        layers.append(try layer(policies.endpoint, .endpoint))
        layers.append(try layer(policies.resource, .resource))
        layers.append(try layer(policies.identity, .identity))
        layers.append(try layer(policies.boundary, .boundary))
        layers.append(try layer(policies.session, .session))
        let blockedBy = blockingLayers(layers)
        var shown = request
        shown.principal = policies.principal
        shown.context = policies.context
        return Explanation(
            decision: decision(layers, blockedBy),
            request: shown,
            scope: scope,
            layers: layers,
            blockedBy: blockedBy
        )
    }

    private var scope: Explanation.Scope {
        policies.principalHasNoIdentityPolicies
            ? .resourceOnly : policies.isSameAccount ? .sameAccount : .crossAccount
    }

    // MARK: Combining

    /// H2: each layer that would stop the request if the rest allowed.
    private func blockingLayers(_ layers: [LayerExplanation]) -> [PolicyLayer] {
        var blocking = Set(layers.filter { $0.state == .explicitDeny }.map(\.layer))
        let ceilings: Set<PolicyLayer> = [.serviceControl, .resourceControl, .endpoint]
        for layer in layers where ceilings.contains(layer.layer) && layer.state == .implicitDeny {
            blocking.insert(layer.layer)
        }
        let strength = layers.first { $0.layer == .resource }?.strength ?? .none
        switch scope {
        case .resourceOnly:
            if strength <= .account { blocking.insert(.resource) }
        case .crossAccount:
            if strength == .none { blocking.insert(.resource) }
            blocking.formUnion(blockingPrincipalLayers(layers, isEntityGranted: false))
        case .sameAccount:
            if policies.requiresResourcePolicyTrust, strength == .none { blocking.insert(.resource) }
            if strength != .direct {
                blocking.formUnion(blockingPrincipalLayers(layers, isEntityGranted: strength == .viaEntity))
            }
        }
        return PolicyLayer.allCases.filter(blocking.contains)
    }

    private func blockingPrincipalLayers(_ layers: [LayerExplanation], isEntityGranted: Bool) -> Set<
        PolicyLayer
    > {
        if case .root = policies.principal { return options.rootUser ? [] : [.rootUser] }
        var blocking: Set<PolicyLayer> = []
        for layer in layers where layer.state != .allow {
            switch layer.layer {
            case .identity: if !isEntityGranted { blocking.insert(.identity) }
            case .boundary: if policies.boundary != nil { blocking.insert(.boundary) }
            case .session: if policies.session != nil || isFederatedUser { blocking.insert(.session) }
            case .serviceControl, .resourceControl, .endpoint, .resource, .rootUser: break
            }
        }
        return blocking
    }

    private var isFederatedUser: Bool {
        if case .federatedUser = policies.principal { true } else { false }
    }

    private func decision(_ layers: [LayerExplanation], _ blockedBy: [PolicyLayer]) -> ReferenceDecision {
        for layer in layers {
            if let denial = layer.statements.first(where: { $0.applies && $0.statement.effect == .deny }) {
                return ReferenceDecision(
                    outcome: .explicitDeny,
                    layer: layer.layer,
                    statement: denial.reference,
                    error: nil
                )
            }
        }
        if let blocking = blockedBy.first { return .denied(by: blocking) }
        let resource = layers.first { $0.layer == .resource }
        let isGrantedByResource =
            scope == .resourceOnly || scope == .sameAccount && resource?.strength == .direct
        if isGrantedByResource { return .allowed(by: .resource, resource?.strongestGrant) }
        if case .root = policies.principal { return .allowed(by: .rootUser, nil) }
        if let grant = layers.first(where: { $0.layer == .identity })?.strongestGrant {
            return .allowed(by: .identity, grant)
        }
        return .allowed(by: .resource, resource?.strongestGrant)
    }

    // MARK: Layers

    private func levels(
        _ levels: [OrganizationLevel]?,
        _ layer: PolicyLayer
    ) throws(RequestError) -> [LayerExplanation] {
        guard let levels else { return [try self.layer(nil, layer)] }
        var explained: [LayerExplanation] = []
        for level in levels { explained.append(try self.layer(level.policies, layer, level: level.id)) }
        return explained
    }

    private func layer(
        _ list: [EffectivePolicy]?,
        _ layer: PolicyLayer,
        level: UTF8Text? = nil
    ) throws(RequestError) -> LayerExplanation {
        var statements: [StatementExplanation] = []
        for policy in list ?? [] {
            for statement in policy.document.statements {
                statements.append(try explain(statement, of: policy, in: layer))
            }
        }
        let applying = statements.filter(\.applies)
        let isDenied = applying.contains { $0.statement.effect == .deny }
        let strength = applying.filter { $0.statement.effect == .allow }.map(\.principal).max() ?? .none
        let state: LayerExplanation.State =
            list == nil
            ? .notApplicable : isDenied ? .explicitDeny : strength > .none ? .allow : .implicitDeny
        return LayerExplanation(
            layer: layer,
            level: level,
            state: state,
            strength: strength,
            statements: statements
        )
    }

    private func explain(
        _ statement: Statement,
        of policy: EffectivePolicy,
        in layer: PolicyLayer
    ) throws(RequestError) -> StatementExplanation {
        let principal = matching.principalStrength(of: statement, in: layer)
        let matchesAction = matching.resource.matches(statement.action)
        let matchesResource = matching.matchesResource(statement, in: layer)
        let isCandidate = principal != .none && matchesAction && matchesResource
        var conditions: [ConditionExplanation] = []
        for condition in isCandidate ? statement.conditions : [] {
            conditions.append(try explain(condition))
        }
        return StatementExplanation(
            policy: policy,
            statement: statement,
            principal: principal,
            principalName: statement.principal.flatMap { _ in policies.principal.name(at: principal) },
            matchesAction: matchesAction,
            matchesResource: matchesResource,
            conditions: conditions,
            applies: isCandidate && conditions.allSatisfy(\.result.holds)
        )
    }

    private func explain(_ condition: Condition) throws(RequestError) -> ConditionExplanation {
        ConditionExplanation(
            condition: condition,
            resolvedValues: condition.operands.map { $0.resolvedText(in: policies.context) },
            requestValue: policies.context[folded: condition.key],
            result: try matching.conditions.evaluate(condition)
        )
    }
}

extension StatementExplanation {
    var reference: ReferenceDecision.StatementReference {
        ReferenceDecision.StatementReference(policy, statement)
    }
}

extension LayerExplanation {
    var strongestGrant: ReferenceDecision.StatementReference? {
        statements.first { $0.applies && $0.statement.effect == .allow && $0.principal == strength }?
            .reference
    }
}

extension Operand {
    /// The value with variables replaced; nil for one that does not resolve.
    func resolvedText(in context: RequestContext) -> UTF8Text? {
        switch value {
        case .string(let template), .pattern(let template), .boolVariable(let template):
            return template.resolvedText(in: context)
        case .arn(let template):
            let parts = template.parts.map { $0.resolvedText(in: context)?.description }
            return parts.contains(nil) ? nil : UTF8Text(parts.compactMap(\.self).joined(separator: ":"))
        case .number, .date, .bool, .binary, .ip, .unreadable:
            return text
        }
    }
}
