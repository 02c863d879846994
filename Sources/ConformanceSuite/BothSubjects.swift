public import IdentityDirectory
public import ReferenceEvaluator
public import Vocabulary

/// The reference and the index side by side: where they differ, the answer is neither's.
public struct BothSubjects: ConformanceEvaluator {
    /// `both`.
    public let name = "both"

    /// The only one.
    public init() {}

    /// Decides with both; a difference in outcome, layer or statement is an error, which no vector but one
    /// about errors expects.
    public func decide(
        _ request: AuthorizationRequest,
        under policies: EffectivePolicies,
        options: EvaluationOptions
    ) -> ReferenceDecision {
        let reference = ReferenceSubject().decide(request, under: policies, options: options)
        return reference.compared(with: IndexSubject().decide(request, under: policies, options: options))
    }

    /// Decides with both against a whole directory.
    public func decide(
        _ document: RequestDocument,
        in directory: Directory,
        options: EvaluationOptions
    ) -> ReferenceDecision {
        let reference = ReferenceSubject().decide(document, in: directory, options: options)
        return reference.compared(with: IndexSubject().decide(document, in: directory, options: options))
    }
}

extension ReferenceDecision {
    /// Itself where the other is the same; else an answer that is neither's.
    fileprivate func compared(with other: ReferenceDecision) -> ReferenceDecision {
        if outcome == other.outcome, layer == other.layer, statement == other.statement { return self }
        return ReferenceDecision(
            outcome: outcome == .error ? .allow : .error,
            layer: other.layer,
            statement: other.statement,
            error: RequestError(.malformedPrincipal, in: .principal)
        )
    }
}
