import PolicyLanguage
import RandomWorlds
import Vocabulary

/// Requests derived from the statements of one policy: its actions, resources and condition keys with wildcards
/// replaced, and what lies just beside them.
struct NearRequests {
    private let role: RequestPrincipal
    private let statements: [Statement]
    private var random: RandomSource

    init(_ policy: PolicyDocument, _ role: RequestPrincipal, seed: UInt64) {
        statements = policy.statements
        self.role = role
        random = RandomSource(seed: seed)
    }

    mutating func next() -> AuthorizationRequest {
        guard !statements.isEmpty else { return request("s3:GetObject", "*", RequestContext()) }
        let statement = random.pick(statements)
        // Conditions of another statement now and then, so that several meet in one request.
        var context = context(of: statement)
        if random.chance(30) { context.override(with: self.context(of: random.pick(statements))) }
        let resources = random.chance(90) ? statement : random.pick(statements)
        return request(action(of: statement), resource(of: resources), context)
    }

    private func request(
        _ action: String,
        _ resource: String,
        _ context: RequestContext
    ) -> AuthorizationRequest {
        AuthorizationRequest(
            principal: role,
            action: UTF8Text(action),
            resource: UTF8Text(resource),
            context: context
        )
    }

    // MARK: Parts

    private mutating func action(of statement: Statement) -> String {
        let patterns =
            switch statement.action {
            case .action(let patterns), .notAction(let patterns): patterns
            }
        guard !patterns.isEmpty else { return "s3:GetObject" }
        let pattern = random.pick(patterns).text.description
        var action =
            pattern == "*" ? "s3:GetObject" : filled(pattern, ["", "X", "GetThings", "a-b"], ["x", "T"])
        switch random.number(0...9) {
        case 0: action = String(action.dropLast())
        case 1: action += random.pick(["s", "X"])
        case 2: action = random.caseChanged(action)
        case 3: action = random.pick(["s3", "iam", "ec2"]) + action.drop { $0 != ":" }
        default: break
        }
        return action
    }

    private mutating func resource(of statement: Statement) -> String {
        let patterns =
            switch statement.resource {
            case .resource(let patterns)?, .notResource(let patterns)?: patterns
            case nil: [ResourcePattern]()
            }
        let others = ["*", "arn:aws:s3:::b/k", "arn:aws:ec2:eu-west-1:111122223333:instance/i-1"]
        guard !patterns.isEmpty, random.chance(92) else { return random.pick(others) }
        let pattern = random.pick(patterns).text.description
        if pattern == "*" { return random.pick(others) }
        var resource = filled(
            pattern,
            ["", "x", "a/b", "eu-west-1", "111122223333", "a:b"],
            ["x", "\u{E9}"]
        )
        switch random.number(0...9) {
        case 0 where resource.utf8.count > 1: resource = String(resource.dropLast())
        case 1: resource += random.pick(["x", "/x", ":x"])
        case 2: resource = random.caseChanged(resource)
        default: break
        }
        return resource
    }

    /// Each key absent, equal to a value of the policy, near it, of another type, or a list.
    private mutating func context(of statement: Statement) -> RequestContext {
        var context = RequestContext()
        for condition in statement.conditions where random.chance(75) {
            let value = value(of: condition)
            let isMulti = condition.operator.qualifier != nil
            if random.chance(isMulti ? 85 : 5) {
                let second = self.value(of: condition)
                context[condition.name] = .multi(random.pick([[], [value], [value, second], [value, "x"]]))
            } else {
                context[condition.name] = .single(value)
            }
        }
        return context
    }

    private mutating func value(of condition: Condition) -> UTF8Text {
        guard !condition.operands.isEmpty else { return "x" }
        let text = random.pick(condition.operands).text.description
        let filled = filled(text, ["", "x", "a/b"], ["x"])
        return UTF8Text(
            random.pick([
                filled, filled, filled + "x", String(filled.dropLast()), random.caseChanged(filled), "true",
                "7",
            ])
        )
    }

    /// The pattern with its variables and wildcards replaced.
    private mutating func filled(_ pattern: String, _ runs: [String], _ letters: [String]) -> String {
        var text = ""
        var rest = pattern[...]
        while let first = rest.first {
            if rest.hasPrefix("${"), let end = rest.firstIndex(of: "}") {
                text += random.pick([Self.account, "x", "alice"])
                rest = rest[rest.index(after: end)...]
            } else {
                rest.removeFirst()
                text += first == "*" ? random.pick(runs) : first == "?" ? random.pick(letters) : String(first)
            }
        }
        return text
    }

    private static let account = "111122223333"
}
