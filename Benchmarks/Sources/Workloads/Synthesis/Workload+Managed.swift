import Portcullis

extension Workload {
    /// W4: 2,000 roles with 10 policies each of those that AWS wrote, 20,000 requests.
    ///
    /// Made of the policies that come with the project it is another workload, and called `W4-fixture`.
    public static func w4(_ managed: ManagedPolicies, seed: String = defaultSeed) throws -> Workload {
        var random = RandomSource(seed: "\(seed)-W4")
        let policies = managed.policies
        let attached = min(10, policies.count)
        let world = World(
            policies: policies,
            principals: roles(2_000, attached: attached, of: policies.count, &random)
        )
        let actions = ActionCatalog(policies)
        return try Workload(
            name: managed.isFallback ? "W4-fixture" : "W4",
            world,
            requestCount: 20_000,
            attemptsPerRequest: 20,
            &random,
            actions.target
        )
    }
}

/// The actions that policies name in full, from which those are chosen that a pattern means.
private final class ActionCatalog {
    private let all: [String]
    private let byService: [String: [String]]
    private var byPattern: [String: [String]] = [:]

    init(_ policies: [PolicyDraft]) {
        var names = Set<String>()
        for statement in policies.flatMap(\.statements) where !statement.isNotAction {
            names.formUnion(statement.actions.filter { !$0.contains { "*?".contains($0) } })
        }
        all = names.sorted()
        byService = Dictionary(grouping: all) { Self.service(of: $0) }
    }

    private static func service(of action: String) -> String { action.prefix { $0 != ":" }.lowercased() }

    /// An action that a pattern matches; one made up where nobody names one.
    private func action(_ pattern: String, _ random: inout RandomSource) -> String {
        let fitting = byPattern[pattern] ?? matches(pattern)
        byPattern[pattern] = fitting
        if fitting.isEmpty { return PatternFilling.fill(pattern, &random, star: "Thing") }
        return random.element(of: fitting)
    }

    private func matches(_ pattern: String) -> [String] {
        let service = Self.service(of: pattern)
        let isAnyService = !pattern.contains(":") || service.contains("*")
        let matcher = WildcardPattern(asciiLowercasing: UTF8Text(pattern))
        return (isAnyService ? all : byService[service] ?? []).filter {
            matcher.matches(UTF8Text($0.lowercased()))
        }
    }

    private func anyResource(_ action: String, _ random: inout RandomSource) -> String {
        let item = String(1_000_000 + random.below(1_000_000)).dropFirst()
        let service = Self.service(of: action)
        return
            "arn:aws:\(service):us-east-1:\(World.account):resource/app-\(random.below(1_000))/item-\(item)"
    }

    /// Actions, resources and context values are filled in from what the statement says of them.
    func target(
        _ random: inout RandomSource,
        _ statement: StatementDraft,
        _ wanted: Outcome,
        _ caller: PrincipalDraft
    ) -> RequestDraft {
        var context = RequestSynthesis.context(&random, caller)
        context += [
            ("aws:PrincipalAccount", [World.account]), ("aws:username", ["alice"]),
            ("aws:RequestedRegion", ["us-east-1"]),
        ]
        let isNamed = wanted != .implicitDeny && !statement.isNotAction && !statement.actions.isEmpty
        let action =
            isNamed
            ? self.action(random.element(of: statement.actions), &random) : random.element(of: all)
        var resource = anyResource(action, &random)
        if wanted != .implicitDeny, !statement.isNotResource {
            let pattern = random.element(of: statement.resources)
            if pattern != "*" {
                resource = PatternFilling.fill(PatternFilling.resolve(pattern, context), &random)
            }
        }
        for condition in statement.conditions
        where !condition.operation.contains("Not") && !condition.operation.contains("Null") {
            guard var value = condition.values.first else { continue }
            if condition.operation.contains("IpAddress") { value = String(value.prefix { $0 != "/" }) }
            value = PatternFilling.fill(PatternFilling.resolve(value, context), &random)
            let key = condition.key.lowercased()
            context.removeAll { $0.key.lowercased() == key }
            context.append((condition.key, [value]))
        }
        return RequestDraft(principal: caller.arn, action: action, resource: resource, context: context)
    }
}
