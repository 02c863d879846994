import Portcullis
import ReferenceEvaluator

/// A request of a workload with its facts where they belong.
///
/// Facts of the credential and the time, which the workload keeps in the context, go into credential and time.
/// The requests of W4 state facts that contradict their principals, such as a user name for a role; there the
/// context is taken for all there is.
public struct WorkloadRequest: Sendable {
    /// The caller as the workload names it.
    public let principal: UTF8Text
    /// The question.
    public var request: AuthorizationRequest
    /// The time of the check.
    public private(set) var now = Instant(seconds: 0) ?? .distantPast
    private let isContextComplete: Bool
    private var session = SessionFacts()

    /// Sorts the facts of a draft.
    ///
    /// - Throws: ``RequestError`` for a context that no request may have.
    public init(_ draft: RequestDraft, isContextComplete: Bool) throws {
        self.isContextComplete = isContextComplete
        var pairs: [(key: UTF8Text, value: ContextValue)] = []
        for (key, values) in draft.context {
            let texts = values.map { UTF8Text($0) }
            switch (key, texts.first) {
            case ("aws:CurrentTime", let text?) where !isContextComplete: now = Instant(text) ?? now
            case ("aws:MultiFactorAuthPresent", let text?) where !isContextComplete:
                session.isMultiFactorAuthenticated = text.equals("true")
            case (_, let text?) where !isContextComplete && key.hasPrefix("aws:PrincipalTag/"):
                session.tags[UTF8Text(key.dropFirst("aws:PrincipalTag/".count))] = text
            case (_, let text?) where texts.count == 1: pairs.append((UTF8Text(key), .single(text)))
            default: pairs.append((UTF8Text(key), .multi(texts)))
            }
        }
        principal = UTF8Text(draft.principal)
        request = AuthorizationRequest(
            principal: RequestPrincipal(principal) ?? .anonymous,
            action: UTF8Text(draft.action),
            resource: UTF8Text(draft.resource),
            context: try RequestContext(pairs)
        )
    }

    /// The request laid out for deciding.
    public func compact() throws -> CompactRequest {
        try CompactRequest(
            request,
            credential: CallerCredential(session, options: EvaluationOptions()),
            at: now,
            isContextComplete: isContextComplete
        )
    }

    /// The request laid out for being asked again with other parts.
    public func prepared() throws -> PreparedRequest {
        try PreparedRequest(
            request,
            credential: CallerCredential(session, options: EvaluationOptions()),
            at: now,
            isContextComplete: isContextComplete
        )
    }

    /// The reference evaluator's answer.
    public func decide(by evaluator: SpecificationEvaluator, in directory: Directory) throws -> Outcome {
        evaluator.decide(request, under: try policies(in: directory)).outcome
    }

    /// The reference evaluator's answer with its reasons.
    public func explain(by evaluator: SpecificationEvaluator, in directory: Directory) throws -> Explanation {
        try evaluator.explain(request, under: try policies(in: directory))
    }

    private func policies(in directory: Directory) throws -> EffectivePolicies {
        var policies = try directory.effectivePolicies(for: request, session: session, at: now)
        if isContextComplete { policies.context = request.context }
        return policies
    }
}
