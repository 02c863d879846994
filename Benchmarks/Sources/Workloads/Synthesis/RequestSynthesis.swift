import Portcullis
import ReferenceEvaluator

/// Requests for a world: of a hundred, 70 allowed, 15 denied by a statement and 15 denied because nothing allows.
///
/// Each request is made for a statement of its caller and then decided by the reference evaluator; what nobody
/// needs any more is thrown away.
struct RequestSynthesis {
    /// Makes a request for a statement of a caller, so that the wanted answer is likely.
    typealias Target = (
        _ random: inout RandomSource, _ statement: StatementDraft, _ wanted: Outcome, _ caller: PrincipalDraft
    ) -> RequestDraft

    let world: World
    let directory: Directory
    let isContextComplete: Bool
    let target: Target

    /// So many requests in random order; fewer where after so many attempts for each the rest has not come up.
    func requests(_ count: Int, attemptsPerRequest: Int = 60, _ random: inout RandomSource) throws
        -> [RequestDraft]
    {
        let outcomes: [Outcome] = [.allow, .explicitDeny, .implicitDeny]
        var missing = [count * 7 / 10, count * 15 / 100]
        missing.append(count - missing[0] - missing[1])
        let evaluator = SpecificationEvaluator()
        var made: [RequestDraft] = []
        var attempts = 0
        while made.count < count, attempts < attemptsPerRequest * count {
            attempts += 1
            let wanted = outcomes[random.index(weights: missing)]
            let caller = random.element(of: world.principals)
            let statements = caller.policies.flatMap { world.policies[$0].statements }
            let fitting = statements.filter { $0.isDeny == (wanted == .explicitDeny) }
            let statement = random.element(of: fitting.isEmpty ? statements : fitting)
            var draft = target(&random, statement, wanted, caller)
            let request = try WorkloadRequest(draft, isContextComplete: isContextComplete)
            let answer = try request.decide(by: evaluator, in: directory)
            guard let index = outcomes.firstIndex(of: answer), missing[index] > 0 else { continue }
            missing[index] -= 1
            draft.expected = answer
            made.append(draft)
        }
        random.shuffle(&made)
        return made
    }

    /// The facts that every request states.
    static func context(_ random: inout RandomSource, _ caller: PrincipalDraft) -> [(
        key: String, values: [String]
    )] {
        let inside = "10.\(random.below(256)).\(random.below(256)).\(1 + random.below(254))"
        let address = random.below(2) == 0 ? inside : "203.0.113.\(1 + random.below(254))"
        let (hour, minute) = (random.below(24), random.below(60))
        let time = "2026-11-24T\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute):00Z"
        return [
            ("aws:PrincipalTag/team", [caller.team]), ("aws:SourceIp", [address]),
            ("aws:MultiFactorAuthPresent", [random.below(2) == 0 ? "true" : "false"]),
            ("aws:CurrentTime", [time]), ("aws:SecureTransport", ["true"]),
        ]
    }

    /// Requests for the statements of ``StatementSynthesis``.
    static func synthetic(applicationCount: Int) -> Target {
        { random, statement, wanted, caller in
            var service = statement.actions[0].split(separator: ":").first.flatMap { Service.named($0) }
            let context = context(&random, caller)
            if wanted == .implicitDeny, random.below(2) == 0 { service = nil }
            let chosen = service ?? Service.any(&random)
            func draft(_ action: String, _ resource: String) -> RequestDraft {
                RequestDraft(principal: caller.arn, action: action, resource: resource, context: context)
            }
            if wanted == .implicitDeny {
                let action = chosen.anyAction(&random)
                return draft(action, chosen.resource(random.below(applicationCount), &random))
            }
            let pattern = WildcardPattern(UTF8Text(random.element(of: statement.actions)))
            let actions = chosen.actions.map { "\(chosen.name):\($0)" }
                .filter { pattern.matches(UTF8Text($0)) }
            let action = actions.isEmpty ? chosen.anyAction(&random) : random.element(of: actions)
            let named = random.element(of: statement.resources)
            return draft(action, resource(chosen, named, applicationCount, &random))
        }
    }

    /// A resource that a pattern matches, found by trying.
    private static func resource(
        _ service: Service,
        _ pattern: String,
        _ applicationCount: Int,
        _ random: inout RandomSource
    ) -> String {
        guard pattern.contains("*") else { return pattern }
        if pattern == "*" { return service.resource(random.below(applicationCount), &random) }
        let application = application(in: pattern) ?? random.below(applicationCount)
        let matcher = WildcardPattern(UTF8Text(pattern))
        var resource = ""
        for _ in 0..<40 {
            resource = service.resource(application, &random)
            if matcher.matches(UTF8Text(resource)) { break }
        }
        return resource
    }

    /// The number behind `bucket-` or `app-`.
    private static func application(in pattern: String) -> Int? {
        for marker in ["bucket-", "app-"] {
            if let range = pattern.firstRange(of: marker) {
                return Int(pattern[range.upperBound...].prefix { $0.isNumber })
            }
        }
        return nil
    }
}
