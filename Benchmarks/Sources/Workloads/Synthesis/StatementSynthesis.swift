/// Statements as people write them, from the proportions of the workload generator.
struct StatementSynthesis: Sendable {
    static let teams = [
        "red", "blue", "green", "data", "ml", "web", "ops", "sec", "pay", "search", "ads", "infra", "mobile",
        "risk", "core", "edge",
    ]

    /// How many applications own resources.
    let applicationCount: Int

    /// A statement: one in ten a Deny, one in five with a condition.
    func statement(_ random: inout RandomSource) -> StatementDraft {
        let service = Service.any(&random)
        let application = random.below(applicationCount)
        let isDeny = random.unit() < 0.10
        let actions = actions(service, &random)
        let count = [1, 1, 1, 2, 3][random.below(5)]
        var resources = Set<String>()
        for _ in 0..<count { resources.insert(resource(service, application, &random)) }
        // Denies are narrow or conditional: none forbids everything everywhere.
        if isDeny {
            resources.remove("*")
            while resources.isEmpty {
                let pattern = resource(service, application, &random)
                if pattern != "*" { resources.insert(pattern) }
            }
        }
        if resources.contains("*") { resources = ["*"] }
        var draft = StatementDraft(actions: actions, resources: resources.sorted())
        draft.isDeny = isDeny
        if random.unit() < 0.20 { draft.conditions = [condition(&random)] }
        return draft
    }

    /// Some actions by name, all of a verb or two, all of the service, or all on one kind of thing.
    private func actions(_ service: Service, _ random: inout RandomSource) -> [String] {
        let choice = random.unit()
        switch choice {
        case ..<0.45:
            return random.sample(1 + random.below(4), of: service.actions).map { "\(service.name):\($0)" }
        case ..<0.80:
            return random.sample(1 + random.below(2), of: service.verbs).map { "\(service.name):\($0)*" }
        case ..<0.95: return ["\(service.name):*"]
        default:
            let action = random.element(of: service.actions)
            let rest = action.dropFirst(Service.verb(action).count)
            return ["\(service.name):*\(rest.isEmpty ? action[...] : rest)"]
        }
    }

    private func resource(_ service: Service, _ application: Int, _ random: inout RandomSource) -> String {
        switch random.unit() {
        case ..<0.10: service.resource(application, &random)
        case ..<0.50: service.partPattern(application, &random)
        case ..<0.80: service.applicationPattern(application)
        case ..<0.90: service.innerPattern(application)
        default: "*"
        }
    }

    private func condition(_ random: inout RandomSource) -> StatementDraft.Condition {
        switch random.below(4) {
        case 0:
            let teams = random.sample(1 + random.below(3), of: Self.teams)
            return .init(operation: "StringEquals", key: "aws:PrincipalTag/team", values: teams)
        case 1:
            let networks = ["10.\(random.below(4) * 64).0.0/10", "203.0.113.\(random.below(4) * 64)/26"]
            let values = Array(networks.prefix(1 + random.below(2)))
            return .init(operation: "IpAddress", key: "aws:SourceIp", values: values)
        case 2: return .init(operation: "Bool", key: "aws:MultiFactorAuthPresent", values: ["true"])
        default:
            let month = random.below(12) + 1
            let date = "202\([5, 7, 8][random.below(3)])-\(month < 10 ? "0" : "")\(month)-01T00:00:00Z"
            return .init(operation: "DateLessThan", key: "aws:CurrentTime", values: [date])
        }
    }
}
