import Portcullis

/// A workload of which one quantity grows while the rest stays.
public struct ScalingWorld: Sendable {
    /// Statements of all policies together.
    public var statements = 800
    /// Roles; where there are too few for every policy to be attached to one, the rest is not compiled.
    public var principals = 1_000
    /// Statements of the policies of each role.
    public var statementsPerPrincipal = 32
    /// Conditions of each statement, all of which hold; nil for what people write.
    public var conditionsPerStatement: Int?
    /// How resources are written; nil for what people write.
    public var shape: PatternShape?
    /// Requests.
    public var requests = 5_000

    /// A world of the usual quantities.
    public init() {}

    private static let statementsPerPolicy = 4

    /// Makes the workload.
    ///
    /// - Throws: ``InvalidDirectory``.
    public func workload(seed: String = Workload.defaultSeed) throws -> Workload {
        var random = RandomSource(seed: "\(seed)-scaling")
        let policyCount = max(1, statements / Self.statementsPerPolicy)
        let attached = min(policyCount, max(1, statementsPerPrincipal / Self.statementsPerPolicy))
        let synthesis = StatementSynthesis(applicationCount: max(1, policyCount / 5))
        let policies = (0..<policyCount).map { number in
            let count = statements / policyCount + (number < statements % policyCount ? 1 : 0)
            return PolicyDraft(id: "pol-\(number)", (0..<count).map { _ in statement(synthesis, &random) })
        }
        let roles = Workload.roles(principals, dealing: attached, of: policyCount, &random)
        return try Workload(
            name: "scaling",
            World(policies: policies, principals: roles),
            requestCount: requests,
            attemptsPerRequest: 4,
            &random,
            target(applicationCount: synthesis.applicationCount)
        )
    }

    private func statement(_ synthesis: StatementSynthesis, _ random: inout RandomSource) -> StatementDraft {
        var draft =
            shape?.statement(random.below(synthesis.applicationCount), &random)
            ?? synthesis.statement(&random)
        if let count = conditionsPerStatement {
            draft.conditions = Array(Self.conditions.prefix(count))
        } else if shape != nil {
            draft.conditions = []
        }
        return draft
    }

    /// How many conditions there are to choose from.
    public static var conditionsMax: Int { conditions.count }

    /// All of them hold for all requests, so that each that is reached is evaluated, and then the next.
    private static let conditions: [StatementDraft.Condition] = [
        .init(operation: "StringEquals", key: "aws:PrincipalTag/team", values: StatementSynthesis.teams),
        .init(operation: "IpAddress", key: "aws:SourceIp", values: ["10.0.0.0/8", "203.0.113.0/24"]),
        .init(operation: "DateLessThan", key: "aws:CurrentTime", values: ["2030-01-01T00:00:00Z"]),
        .init(operation: "Bool", key: "aws:SecureTransport", values: ["true"]),
        .init(operation: "StringLike", key: "app:path", values: ["data/*/table-?", "data/prod-*"]),
        .init(operation: "NumericLessThanEquals", key: "app:size", values: ["1000"]),
        .init(operation: "ArnLike", key: "aws:PrincipalArn", values: ["arn:aws:iam::*:role/app-*"]),
        .init(operation: "StringNotEquals", key: "app:stage", values: ["closed", "retired"]),
    ]

    private func target(applicationCount: Int) -> RequestSynthesis.Target {
        let synthetic = RequestSynthesis.synthetic(applicationCount: applicationCount)
        return { [shape, conditionsPerStatement] random, statement, wanted, caller in
            var draft = synthetic(&random, statement, wanted, caller)
            if conditionsPerStatement != nil {
                let size = String(random.below(1_000))
                draft.context += [
                    ("app:path", ["data/prod-1/table-7"]), ("app:size", [size]), ("app:stage", ["open"]),
                ]
            }
            guard shape != nil, wanted != .implicitDeny, !statement.isNotResource else { return draft }
            let pattern = PatternFilling.resolve(random.element(of: statement.resources), draft.context)
            draft.resource = PatternFilling.fill(pattern, &random)
            if statement.isNotAction { draft.action = Service.any(&random).anyAction(&random) }
            return draft
        }
    }
}
