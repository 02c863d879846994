public import IdentityDirectory
import PolicyLanguage
public import Vocabulary

/// The specification as plain code: the answer that every faster path must give.
///
/// There is no index, no cache and no cleverness: each check reads every statement that bears on it.
public struct SpecificationEvaluator: Sendable {
    /// The choices where AWS is silent.
    public var options: EvaluationOptions

    /// An evaluator with the specification's defaults, unless told otherwise.
    public init(options: EvaluationOptions = EvaluationOptions()) { self.options = options }

    /// Decides a request against a directory.
    ///
    /// - Parameters:
    ///   - session: what the caller's temporary credential carries; nil for long-term credentials.
    ///   - now: the time of the check (E26).
    /// - Complexity: O(statements that bear on the request).
    public func decide(
        _ request: AuthorizationRequest,
        in directory: Directory,
        session: SessionFacts? = nil,
        at now: Instant
    ) -> ReferenceDecision {
        do throws(RequestError) {
            return decide(
                request,
                under: try directory.effectivePolicies(for: request, session: session, at: now)
            )
        } catch {
            return .failed(error)
        }
    }

    /// Decides a request under the policies that bear on it.
    public func decide(_ request: AuthorizationRequest, under policies: EffectivePolicies)
        -> ReferenceDecision
    {
        do throws(RequestError) {
            try request.validate()
            return try Ladder(request, policies, options).decide()
        } catch {
            return .failed(error)
        }
    }
}
