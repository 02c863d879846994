public import DecisionIndex
public import Vocabulary

extension AuthorizationEngine {
    /// Decides a request given as strings, on any thread and in any task.
    ///
    /// A malformed request is denied with the outcome ``Outcome/error`` (A4).
    public func authorize(
        principal: String,
        action: String,
        resource: String,
        context: [String: String] = [:],
        at now: Instant
    ) -> Decision {
        guard let caller = RequestPrincipal(UTF8Text(principal)) else { return .malformedRequest }
        do throws(RequestError) {
            let pairs = context.map {
                (key: UTF8Text($0.key), value: ContextValue.single(UTF8Text($0.value)))
            }
            let request = AuthorizationRequest(
                principal: caller,
                action: UTF8Text(action),
                resource: UTF8Text(resource),
                context: try RequestContext(pairs)
            )
            return authorize(try CompactRequest(request, at: now))
        } catch {
            return .malformedRequest
        }
    }
}
