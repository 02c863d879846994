public import Vocabulary

extension Explanation {
    /// The message that AWS shows a denied caller, with the layer that denies but no policy (H4); nil when allowed.
    ///
    ///     User: arn:… is not authorized to perform: s3:GetObject on resource: arn:… because no identity-based
    ///     policy allows the s3:GetObject action
    public var denialMessage: String? { decision.denialMessage(for: request) }
}

extension ReferenceDecision {
    /// The message that AWS shows a denied caller (H4); nil when allowed.
    public func denialMessage(for request: AuthorizationRequest) -> String? {
        let subject =
            "User: \(request.principal.displayName) is not authorized to perform: \(request.action) "
            + "on resource: \(request.resource)"
        switch outcome {
        case .allow:
            return nil
        case .error:
            return "\(subject) because the request could not be evaluated (\(error?.description ?? "error"))"
        case .explicitDeny:
            return "\(subject) with an explicit deny in \(layer?.policyPhraseWithArticle ?? "a policy")"
        case .implicitDeny:
            if layer == .rootUser {
                return "\(subject) because root users have no permissions by default here"
            }
            return
                "\(subject) because no \(layer?.policyPhrase ?? "policy") allows the \(request.action) action"
        }
    }
}

extension PolicyLayer {
    fileprivate var policyPhraseWithArticle: String { (self == .identity ? "an " : "a ") + policyPhrase }
}
