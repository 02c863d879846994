import IdentityDirectory
import PolicyLanguage
import RandomWorlds
import ReferenceEvaluator
import Testing
import Vocabulary

@Suite("H5: explanations and decisions")
struct AgreementTests {
    /// Four parts, so that they run side by side; 21,600 requests in all.
    static let parts: Range<UInt64> = 0..<4
    static let worldsPerPart: UInt64 = 27
    static let requestsPerWorld = 200

    @Test(
        "H5: for random policies and requests, explanation and decision agree in every part",
        arguments: parts
    )
    func agreement(_ part: UInt64) throws {
        var tally: [Outcome: Int] = [:]
        for seed in (part * Self.worldsPerPart)..<((part + 1) * Self.worldsPerPart) {
            let world = try RandomWorld(seed: seed, requestCount: Self.requestsPerWorld)
            let evaluator = SpecificationEvaluator(options: world.options)
            for (index, random) in world.requests.enumerated() {
                let policies = try world.directory.effectivePolicies(
                    for: random.request,
                    session: random.session,
                    at: RandomWorld.noon
                )
                let decision = evaluator.decide(random.request, under: policies)
                tally[decision.outcome, default: 0] += 1
                let faults = faults(decision, evaluator, random.request, policies)
                #expect(faults.isEmpty, "seed \(seed), request \(index): \(faults)")
                if !faults.isEmpty { return }
            }
        }
        let count = tally.values.reduce(0, +)
        #expect(count * Self.parts.count >= 20_000)
        for outcome in [Outcome.allow, .implicitDeny, .explicitDeny] {
            #expect(tally[outcome, default: 0] * 20 > count, "\(outcome) is rare: \(tally)")
        }
        #expect(tally[.error, default: 0] > 0, "no request was an error: \(tally)")
    }

    /// What an explanation says otherwise than the decision.
    private func faults(
        _ decision: ReferenceDecision,
        _ evaluator: SpecificationEvaluator,
        _ request: AuthorizationRequest,
        _ policies: EffectivePolicies
    ) -> [String] {
        let explanation: Explanation
        do throws(RequestError) {
            explanation = try evaluator.explain(request, under: policies)
        } catch {
            return decision.error == error ? [] : ["explaining throws \(error), the decision is \(decision)"]
        }
        var faults: [String] = []
        if explanation.decision != decision {
            faults.append("explained as \(explanation.decision), decided as \(decision)")
        }
        if explanation.blockedBy.isEmpty != decision.outcome.isAllowed {
            faults.append("\(decision.outcome) is blocked by \(explanation.blockedBy)")
        }
        let isDenied = explanation.layers.contains { $0.state == .explicitDeny }
        if isDenied != (decision.outcome == .explicitDeny) {
            faults.append("\(decision.outcome), and some layer denies: \(isDenied)")
        }
        if let layer = decision.layer, !decision.outcome.isAllowed, !explanation.blockedBy.contains(layer) {
            faults.append("\(layer) decides and does not block")
        }
        if let reference = decision.statement, !explanation.hasApplying(reference, decision) {
            faults.append("the deciding statement \(reference) does not apply")
        }
        if decision.outcome == .explicitDeny, decision.statement == nil {
            faults.append("no statement denies")
        }
        return faults
    }
}

extension Explanation {
    /// Whether the statement that decided applies in the layer that decided, with the effect of the decision.
    fileprivate func hasApplying(
        _ reference: ReferenceDecision.StatementReference,
        _ decision: ReferenceDecision
    ) -> Bool {
        let effect: Effect = decision.outcome == .allow ? .allow : .deny
        return layers.contains { layer in
            layer.layer == decision.layer
                && layer.statements.contains { explained in
                    explained.applies && explained.statement.effect == effect
                        && explained.policy.name == reference.policy
                        && explained.statement.index == reference.index
                        && explained.statement.sid == reference.sid
                }
        }
    }
}
