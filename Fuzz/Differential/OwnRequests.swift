import PolicyLanguage
import Vocabulary

/// Requests that the statements of one policy are about: every action and every resource that a statement lists,
/// once at least, with a context in which its conditions hold as far as a request can make them.
struct OwnRequests {
    let requests: [AuthorizationRequest]

    init(_ policy: PolicyDocument, _ role: RequestPrincipal) {
        requests = policy.statements.flatMap { Self.requests(of: $0, role) }
    }

    private static func requests(of statement: Statement, _ role: RequestPrincipal) -> [AuthorizationRequest]
    {
        let actions = actions(of: statement)
        let resources = resources(of: statement)
        let context = context(of: statement)
        return (0..<max(actions.count, resources.count)).map { index in
            AuthorizationRequest(
                principal: role,
                action: UTF8Text(actions[index % actions.count]),
                resource: UTF8Text(resources[index % resources.count]),
                context: context
            )
        }
    }

    /// Those that the statement lists; for `NotAction` also one that it does not.
    private static func actions(of statement: Statement) -> [String] {
        switch statement.action {
        case .action(let patterns): names(patterns)
        case .notAction(let patterns): names(patterns) + ["zz-none:GetObject"]
        }
    }

    private static func names(_ patterns: [ActionPattern]) -> [String] {
        let names = patterns.map { pattern in
            let text = pattern.text.description
            return text == "*" ? "s3:GetObject" : filled(text)
        }
        return names.isEmpty ? ["s3:GetObject"] : names
    }

    private static func resources(of statement: Statement) -> [String] {
        let other = "arn:aws:zz-none:eu-west-1:111122223333:thing/x"
        return switch statement.resource {
        case .resource(let patterns)? where !patterns.isEmpty: patterns.map { filled($0.text.description) }
        case .notResource(let patterns)?: patterns.map { filled($0.text.description) } + [other]
        default: [other]
        }
    }

    /// Wildcards and variables replaced by what they match, or may stand for.
    private static func filled(_ pattern: String) -> String {
        if pattern == "*" { return "arn:aws:s3:::bucket/key" }
        var text = ""
        var rest = pattern[...]
        while let first = rest.first {
            if rest.hasPrefix("${"), let end = rest.firstIndex(of: "}") {
                text += "111122223333"
                rest = rest[rest.index(after: end)...]
            } else {
                rest.removeFirst()
                text += first == "*" ? "x1" : first == "?" ? "x" : String(first)
            }
        }
        return text
    }

    // MARK: Context

    private static func context(of statement: Statement) -> RequestContext {
        var context = RequestContext()
        for condition in statement.conditions {
            guard let value = value(for: condition) else { continue }
            let text = UTF8Text(value)
            context[condition.name] = condition.operator.qualifier == nil ? .single(text) : .multi([text])
        }
        return context
    }

    /// A value under which the condition holds; nil where it holds without any.
    private static func value(for condition: Condition) -> String? {
        let wanted = condition.operands.first?.text.description ?? "x"
        switch condition.operator.comparison {
        case .null: return wanted.lowercased() == "true" ? nil : "x"
        case .stringNotEquals, .stringNotEqualsIgnoreCase, .stringNotLike, .numericNotEquals, .dateNotEquals,
            .notIpAddress, .arnNotEquals, .arnNotLike:
            return nil
        case .numericLessThan, .numericLessThanEquals: return "-1"
        case .numericGreaterThan, .numericGreaterThanEquals: return "9999999999"
        case .dateLessThan, .dateLessThanEquals: return "1970-01-01T00:00:01Z"
        case .dateGreaterThan, .dateGreaterThanEquals: return "9999-01-01T00:00:00Z"
        case .ipAddress: return String(wanted.prefix { $0 != "/" })
        case .stringEquals, .stringEqualsIgnoreCase, .stringLike, .numericEquals, .dateEquals, .bool,
            .binaryEquals, .arnEquals, .arnLike:
            return filled(wanted)
        }
    }
}
