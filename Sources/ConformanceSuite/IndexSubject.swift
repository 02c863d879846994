import DecisionIndex
public import IdentityDirectory
import PolicyLanguage
public import ReferenceEvaluator
import SnapshotCompiler
public import Vocabulary

/// The decision index, as the suite's subject.
public struct IndexSubject: ConformanceEvaluator {
    /// `index`.
    public let name = "index"

    /// The only one.
    public init() {}

    /// Compiles the policies for this request alone and decides with the index.
    public func decide(
        _ request: AuthorizationRequest,
        under policies: EffectivePolicies,
        options: EvaluationOptions
    ) -> ReferenceDecision {
        do {
            let plan = try RequestCompiler.compile(policies, options: options, seed: 1)
            var complete = request
            complete.principal = policies.principal
            complete.context = policies.context
            let compact = try CompactRequest(
                complete,
                at: Instant(seconds: 0) ?? .distantPast,
                isContextComplete: true
            )
            let decision = Evaluator.decide(compact, under: plan)
            return policies.decision(decision, plan.policyName(of: decision))
        } catch let error as RequestError {
            return ReferenceDecision(outcome: .error, layer: nil, statement: nil, error: error)
        } catch {
            return ReferenceDecision(outcome: .error, layer: nil, statement: nil, error: nil)
        }
    }

    /// Compiles the directory and decides with the image, everything taken from it.
    public func decide(
        _ document: RequestDocument,
        in directory: Directory,
        options: EvaluationOptions
    ) -> ReferenceDecision {
        do {
            let image = try SnapshotCompiler(options: options, seed: 1).compile(directory)
            let credential = try document.session.map { try CallerCredential($0, options: options) }
            let now = document.at ?? RequestDocument.defaultTime
            let compact = try CompactRequest(document.request, credential: credential, at: now)
            let decision = Evaluator.decide(compact, in: image)
            let policies = try? directory.effectivePolicies(
                for: document.request,
                session: document.session,
                at: now
            )
            let name =
                decision.layer == .session
                ? compact.sessionPolicyName(of: decision) : image.policyName(of: decision)
            return policies?.decision(decision, name)
                ?? ReferenceDecision(
                    outcome: decision.outcome,
                    layer: decision.layer,
                    statement: nil,
                    error: nil
                )
        } catch let error as RequestError {
            return ReferenceDecision(outcome: .error, layer: nil, statement: nil, error: error)
        } catch {
            return ReferenceDecision(outcome: .error, layer: nil, statement: nil, error: nil)
        }
    }
}

extension EffectivePolicies {
    /// The index's decision in the reference's words.
    fileprivate func decision(_ decision: DecisionIndex.Decision, _ name: UTF8Text?) -> ReferenceDecision {
        let statement = decision.statement.flatMap { index in name.map { reference(to: $0, index) } }
        return ReferenceDecision(
            outcome: decision.outcome,
            layer: decision.layer,
            statement: statement,
            error: decision.outcome == .error ? RequestError(.unparsableValue, in: .context) : nil
        )
    }

    /// The statement at a position of a policy, with its Sid.
    fileprivate func reference(to policy: UTF8Text, _ index: Int) -> ReferenceDecision.StatementReference {
        let levels = ((serviceControl ?? []) + (resourceControl ?? [])).flatMap(\.policies)
        let lists = [endpoint, resource, identity, boundary, session].flatMap { $0 ?? [] }
        let document = (levels + lists).first { $0.name == policy }?.document
        return ReferenceDecision.StatementReference(
            policy: policy,
            index: index,
            sid: document?.statements.dropFirst(index).first?.sid
        )
    }
}
