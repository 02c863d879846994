import Portcullis

extension Workload {
    /// Names of the workloads that can be made without any file, in order.
    public static let names = ["W1", "W2", "W3", "W4", "W5"]

    /// W1: one policy of three statements, one role, 1,000 requests.
    public static func w1(seed: String = defaultSeed) throws -> Workload {
        var random = RandomSource(seed: "\(seed)-W1")
        var statements = ["GetObject", "PutObject", "DeleteObject"].enumerated().map { number, action in
            StatementDraft(
                actions: ["s3:\(action)"],
                resources: ["arn:aws:s3:::bucket-17/prefix-\(number + 1)/*"]
            )
        }
        statements[2].isDeny = true
        let role = PrincipalDraft(arn: role(0), policies: [0], tags: [("team", "red")])
        let world = World(policies: [PolicyDraft(id: "pol-0", statements)], principals: [role])
        let actions = ["s3:GetObject", "s3:PutObject", "s3:GetObjectAcl"]
        return try Workload(name: "W1", world, requestCount: 1_000, &random) {
            random,
            statement,
            wanted,
            caller in
            let object = "2026/11/object-\(random.below(1_000_000)).parquet"
            var draft = RequestDraft(
                principal: caller.arn,
                action: statement.actions[0],
                resource: statement.resources[0].dropLast() + object,
                context: RequestSynthesis.context(&random, caller)
            )
            if wanted == .implicitDeny, let service = Service.named("s3") {
                draft.action = random.element(of: actions)
                draft.resource = service.resource(17 + random.below(2), &random)
            }
            return draft
        }
    }

    /// W2: 1,000 roles with 8 of 200 policies each, 20,000 requests; everything fits in the second cache.
    public static func w2(seed: String = defaultSeed) throws -> Workload {
        try synthetic("W2", policies: 200, roles: 1_000, requests: 20_000, seed)
    }

    /// W3: 100,000 roles with 8 of 10,000 policies each, 50,000 requests; tables larger than the caches.
    public static func w3(seed: String = defaultSeed) throws -> Workload {
        try synthetic("W3", policies: 10_000, roles: 100_000, requests: 50_000, seed)
    }

    /// W5: the requests of W2, its account under guardrails.
    public static func w5(of w2: Workload) throws -> Workload {
        var drafts = w2.drafts
        // The answers that came with the requests are those without guardrails.
        for index in drafts.indices { drafts[index].expected = nil }
        return try Workload(name: "W5", w2.world.guarded, drafts)
    }

    /// The seed of all figures that are compared with each other.
    public static let defaultSeed = "20261124"

    private static func synthetic(
        _ name: String,
        policies: Int,
        roles: Int,
        requests: Int,
        _ seed: String
    ) throws -> Workload {
        var random = RandomSource(seed: "\(seed)-\(name)")
        // Of 200 policies five concern each application.
        let synthesis = StatementSynthesis(applicationCount: policies / 5)
        let drafts = (0..<policies).map { number in
            let count = 2 + random.below(4)
            return PolicyDraft(
                id: "pol-\(number)",
                (0..<count).map { _ in synthesis.statement(&random) }
            )
        }
        let world = World(
            policies: drafts,
            principals: Self.roles(roles, attached: 8, of: policies, &random)
        )
        return try Workload(
            name: name,
            world,
            requestCount: requests,
            &random,
            RequestSynthesis.synthetic(applicationCount: synthesis.applicationCount)
        )
    }

    /// Roles with so many of the policies each, and a team.
    static func roles(
        _ count: Int,
        attached: Int,
        of policyCount: Int,
        _ random: inout RandomSource
    ) -> [PrincipalDraft] {
        (0..<count).map { number in
            PrincipalDraft(
                arn: role(number),
                policies: random.sample(attached, below: policyCount),
                tags: [("team", random.element(of: StatementSynthesis.teams))]
            )
        }
    }

    /// The same from a deck of all policies, shuffled anew when it is used up: with enough roles every policy is
    /// attached to one.
    static func roles(
        _ count: Int,
        dealing attached: Int,
        of policyCount: Int,
        _ random: inout RandomSource
    ) -> [PrincipalDraft] {
        var deck: [Int] = []
        return (0..<count).map { number in
            if deck.count < attached {
                deck = Array(0..<policyCount)
                random.shuffle(&deck)
            }
            defer { deck.removeLast(attached) }
            return PrincipalDraft(
                arn: role(number),
                policies: deck.suffix(attached),
                tags: [("team", random.element(of: StatementSynthesis.teams))]
            )
        }
    }

    private static func role(_ number: Int) -> String {
        "arn:aws:iam::\(World.account):role/app-\(number)-role"
    }

    /// A workload whose requests are made here.
    init(
        name: String,
        _ world: World,
        requestCount: Int,
        attemptsPerRequest: Int = 60,
        _ random: inout RandomSource,
        _ target: @escaping RequestSynthesis.Target
    ) throws {
        let directory = try world.directory()
        let synthesis = RequestSynthesis(
            world: world,
            directory: directory,
            isContextComplete: Self.hasCompleteContexts(name),
            target: target
        )
        let drafts = try synthesis.requests(
            requestCount,
            attemptsPerRequest: attemptsPerRequest,
            &random
        )
        try self.init(name: name, world, directory, drafts)
    }
}
