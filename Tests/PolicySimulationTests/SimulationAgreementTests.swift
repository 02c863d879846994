import IdentityDirectory
import PolicySimulation
import Portcullis
import RandomWorlds
import ReferenceEvaluator
import Testing
import Vocabulary

@Suite("Simulation: agreement with what decides")
struct SimulationAgreementTests {
    /// A simulation knows neither guardrails of resources nor endpoints nor the resource's entry in the directory; of
    /// the rest it must say what the engine says.
    @Test("A user or role of the directory gets the engine's answer", arguments: 0..<10 as Range<UInt64>)
    func principals(_ seed: UInt64) throws {
        var world = try RandomWorld(seed: seed &* 977 &+ 5, requestCount: 0)
        let engine = try AuthorizationEngine(
            directory: world.directory,
            compiler: SnapshotCompiler(options: world.options)
        )
        var comparedCount = 0
        for _ in 0..<300 {
            let question = world.nextRequest()
            guard question.credential == nil, let arn = question.request.principal.identityARN else {
                continue
            }
            let effective: EffectivePolicies
            do {
                effective = try world.directory.effectivePolicies(for: question.request, at: question.at)
            } catch { continue }
            let explanation = try? SpecificationEvaluator(options: world.options).explain(
                question.request,
                under: effective
            )
            guard let explanation, explanation.isComparable(effective) else { continue }
            let decision = engine.authorize(try CompactRequest(question.request, at: question.at))
            var simulation = try SimulationCase(policiesOf: arn, in: world.directory)
            simulation.options = world.options
            simulation.context = effective.context
            // An owner that is only taken to be the caller is no fact.
            if effective.context["aws:ResourceAccount"] != nil {
                simulation.resourceOwner = effective.resourceAccount
            }
            simulation.resourcePolicy = effective.resource?.first.map {
                SimulationPolicy(id: "ResourcePolicy", source: .resource, $0)
            }
            let outcome = try simulation.outcome(of: question.request.action, on: question.request.resource)
            #expect(
                outcome.decision.rawValue == decision.outcome.simulated,
                "seed \(seed): \(question.request)"
            )
            if outcome.decision == .allowed { #expect(!outcome.statements.isEmpty) }
            comparedCount += 1
        }
        #expect(comparedCount > 10, "seed \(seed) compared \(comparedCount)")
    }
}

extension Explanation {
    /// Whether nothing took part that a simulation does not know.
    fileprivate func isComparable(_ policies: EffectivePolicies) -> Bool {
        guard policies.endpoint == nil, (policies.resource?.count ?? 0) <= 1 else { return false }
        let needsTrust = policies.requiresResourcePolicyTrust
        guard !needsTrust || policies.resource != nil && request.simulatedTrust else { return false }
        guard needsTrust == (policies.resource != nil && request.simulatedTrust) else { return false }
        return !layers.contains {
            $0.layer == .resourceControl && ($0.state == .explicitDeny || $0.state == .implicitDeny)
        }
    }
}

extension AuthorizationRequest {
    /// Whether a simulation takes the resource's word to be needed, where there is one.
    fileprivate var simulatedTrust: Bool {
        action.asciiLowercased.begins(with: "sts:assumerole") || resource.description.contains(":kms:")
    }
}

extension RequestPrincipal {
    fileprivate var identityARN: UTF8Text? {
        switch self {
        case .user(let arn), .role(let arn): arn.text
        default: nil
        }
    }
}

extension Outcome {
    fileprivate var simulated: String {
        switch self {
        case .allow: "allowed"
        case .explicitDeny: "explicitDeny"
        case .implicitDeny, .error: "implicitDeny"
        }
    }
}
