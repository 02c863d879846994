import PolicyLanguage
import Vocabulary

/// Compares requests with action and resource elements (D1–D8).
struct ResourceMatching {
    let action: UTF8Text
    let resource: UTF8Text
    let context: RequestContext
    let options: EvaluationOptions

    /// Takes the request's action and resource.
    init(_ request: AuthorizationRequest, context: RequestContext, options: EvaluationOptions) {
        action = request.action.asciiLowercased
        resource = request.resource
        self.context = context
        self.options = options
    }

    /// D1, D2; an empty list never applies (B10).
    func matches(_ element: ActionElement) -> Bool {
        switch element {
        case .action(let patterns): patterns.contains { $0.matches(folded: action) }
        case .notAction(let patterns):
            !patterns.isEmpty && !patterns.contains { $0.matches(folded: action) }
        }
    }

    /// D3–D7; an empty list never applies (B10).
    func matches(_ element: ResourceElement, effect: Effect) -> Bool {
        switch element {
        case .resource(let patterns): patterns.contains { matches($0) == true }
        case .notResource(let patterns): !patterns.isEmpty && isOutside(patterns, effect: effect)
        }
    }

    /// E24: an unresolved variable makes an Allow with NotResource not apply, and is no exemption from a Deny.
    private func isOutside(_ patterns: [ResourcePattern], effect: Effect) -> Bool {
        patterns.allSatisfy { pattern in
            switch matches(pattern) {
            case true?: false
            case false?: true
            case nil: effect == .deny
            }
        }
    }

    /// Whether the resource matches; nil when a variable does not resolve.
    private func matches(_ pattern: ResourcePattern) -> Bool? {
        pattern.template(options.arnWildcards).resolved(in: context)?.matches(resource)
    }
}
