import IdentityDirectory
import PolicyLanguage
import ReferenceEvaluator
import Vocabulary

extension SimulationOutcome {
    init(_ explanation: Explanation, of simulation: SimulationCase) {
        decision = SimulationDecision(explanation.decision.outcome)
        statements = Self.statements(that: decision, explanation, simulation)
        missingKeys = Self.missingKeys(explanation)
        let guardrails = explanation.layers.filter {
            $0.layer == .serviceControl && $0.state != .notApplicable
        }
        isAllowedByOrganization = guardrails.isEmpty ? nil : guardrails.allSatisfy { $0.state == .allow }
        isAllowedByBoundary = simulation.boundary.map { _ in explanation.state(of: .boundary) == .allow }
        layers = Self.layers(explanation, isEnded: isAllowedByOrganization == false, simulation)
    }

    /// Denies for a deny, allows for an allow; of guardrails and boundary none are shown, as AWS does.
    private static func statements(
        that decision: SimulationDecision,
        _ explanation: Explanation,
        _ simulation: SimulationCase
    ) -> [SimulationStatement] {
        let effect: Effect
        switch decision {
        case .allowed: effect = .allow
        case .explicitDeny: effect = .deny
        case .implicitDeny: return []
        }
        let policies = simulation.identity + [simulation.resourcePolicy].compactMap(\.self)
        let named = Dictionary(policies.map { ($0.policy.identity, $0) }) { first, _ in first }
        return explanation.layers.filter { $0.layer == .identity || $0.layer == .resource }
            .flatMap(\.statements)
            .filter { $0.applies && $0.statement.effect == effect }
            .compactMap { found in
                named[found.policy.identity].map { policy in
                    SimulationStatement(
                        policy: policy.id,
                        source: policy.source,
                        span: policy.spans[found.statement.index]
                    )
                }
            }
    }

    /// Keys and variables of statements that concern the action, of which the request says nothing.
    private static func missingKeys(_ explanation: Explanation) -> [UTF8Text] {
        let shown: [PolicyLayer] = [.identity, .boundary, .resource]
        let context = explanation.request.context
        return explanation.layers.filter { shown.contains($0.layer) }
            .flatMap(\.statements).filter(\.matchesAction)
            .flatMap(\.statement.mentionedKeys)
            .unique(by: \.asciiLowercased)
            .filter { context[$0] == nil }
    }

    private static func layers(
        _ explanation: Explanation,
        isEnded: Bool,
        _ simulation: SimulationCase
    ) -> [SimulationLayer: SimulationDecision]? {
        if isEnded { return nil }
        guard explanation.scope == .crossAccount else { return [:] }
        var layers: [SimulationLayer: SimulationDecision] = [:]
        layers[.identity] = SimulationDecision(explanation.state(of: .identity))
        layers[.resource] = SimulationDecision(explanation.state(of: .resource))
        if simulation.boundary != nil {
            layers[.boundary] = SimulationDecision(explanation.state(of: .boundary))
        }
        return layers
    }
}

extension SimulationDecision {
    fileprivate init(_ state: LayerExplanation.State) {
        switch state {
        case .allow: self = .allowed
        case .explicitDeny: self = .explicitDeny
        case .implicitDeny, .notApplicable: self = .implicitDeny
        }
    }
}

extension Explanation {
    /// What a layer that has one level says.
    fileprivate func state(of layer: PolicyLayer) -> LayerExplanation.State {
        layers.first { $0.layer == layer }?.state ?? .notApplicable
    }
}

extension Statement {
    /// Keys of its conditions and variables of its patterns, as written, in order; variables with a default need none.
    var mentionedKeys: [UTF8Text] {
        var keys: [UTF8Text] = []
        switch resource {
        case .resource(let patterns), .notResource(let patterns):
            for pattern in patterns { keys += pattern.variables.needed }
        case nil: break
        }
        for condition in conditions {
            keys.append(condition.name)
            for operand in condition.operands { keys += operand.value.variables.needed }
        }
        return keys
    }
}

extension [PolicyVariable] {
    fileprivate var needed: [UTF8Text] { filter { $0.defaultValue == nil }.map(\.name) }
}

extension OperandValue {
    fileprivate var variables: [PolicyVariable] {
        switch self {
        case .string(let template), .pattern(let template), .boolVariable(let template): template.variables
        case .arn(let template): template.parts.flatMap(\.variables)
        case .number, .date, .bool, .binary, .ip, .unreadable: []
        }
    }
}
