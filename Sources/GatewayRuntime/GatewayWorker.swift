public import Portcullis
public import RequestMapping

/// One thread's part of a gateway; not for use by two threads at once.
public final class GatewayWorker {
    /// The request that is decided next.
    public let request = HTTPRequestBuffer()
    private let gateway: Gateway
    private var gate: RequestGate
    private var mappingRevision: UInt64
    private var names = StatementNames()
    private var routeNames: [[UInt8]]
    /// Whether a revision of the engine denies everything for want of policies.
    private var standing: (revision: UInt64, isClosed: Bool) = (0, true)

    init(_ gateway: Gateway) {
        self.gateway = gateway
        let (mapping, revision) = gateway.mappings.mapping
        gate = RequestGate(mapping, gateway.engine)
        mappingRevision = revision
        routeNames = Self.routeNames(mapping)
    }

    /// Decides the request by the mapping and the policies in force, now.
    public func decide() -> GateAnswer { decide(at: WallClock.now) }

    /// Decides the request by the mapping and the policies in force.
    public func decide(at now: Instant) -> GateAnswer {
        if gateway.mappings.revision != mappingRevision { changeMapping() }
        var answer = gate.decide(request, at: now)
        if !answer.isAllowed, let decision = answer.decision, isClosed(decision) {
            answer = GateAnswer(.notReady, decision: decision, route: answer.route, isDryRun: answer.isDryRun)
        }
        guard gateway.configuration.isDryRun, !answer.isDryRun else { return answer }
        return GateAnswer(answer.reason, decision: answer.decision, route: answer.route, isDryRun: true)
    }

    private func changeMapping() {
        let (mapping, revision) = gateway.mappings.mapping
        gate = RequestGate(mapping, gateway.engine)
        mappingRevision = revision
        routeNames = Self.routeNames(mapping)
    }

    private static func routeNames(_ mapping: RequestMapping) -> [[UInt8]] {
        (0..<mapping.routeCount).map { Array((mapping.routeName($0) ?? "").utf8) }
    }

    private func isClosed(_ decision: Decision) -> Bool {
        if standing.revision != decision.revision {
            standing = (decision.revision, gateway.feed.isClosed(at: decision))
        }
        return standing.isClosed
    }

    /// What decided, for logs: policy and statement, such as `arn:aws:iam::111122223333:policy/reading#0`.
    ///
    /// Empty where no statement decided. Lent until `body` returns.
    public func withStatementName<Result>(
        _ answer: GateAnswer,
        _ body: (borrowing Span<UInt8>) -> Result
    ) -> Result {
        guard let decision = answer.decision else { return body([UInt8]().span) }
        return names.withName(of: decision, gateway.engine, body)
    }

    /// The name of the last answer's route, for logs.
    ///
    /// Empty where there is none. Lent until `body` returns.
    public func withRouteName<Result>(
        _ answer: GateAnswer,
        _ body: (borrowing Span<UInt8>) -> Result
    ) -> Result {
        guard let route = answer.route, routeNames.indices.contains(route) else {
            return body([UInt8]().span)
        }
        let name = routeNames[route]
        return body(name.span)
    }
}

/// The names of statements that decided lately, so that a log line allocates nothing.
struct StatementNames {
    private struct Key: Hashable {
        let revision: UInt64
        let policy: UInt32
        let statement: Int
    }

    private var names: [Key: [UInt8]] = [:]
    private static let countMax = 512

    mutating func withName<Result>(
        of decision: Decision,
        _ engine: AuthorizationEngine,
        _ body: (borrowing Span<UInt8>) -> Result
    ) -> Result {
        guard let policy = decision.policy, let statement = decision.statement else {
            return body([UInt8]().span)
        }
        let key = Key(revision: decision.revision, policy: policy.rawValue, statement: statement)
        if let name = names[key] { return body(name.span) }
        if names.count >= Self.countMax { names.removeAll(keepingCapacity: true) }
        let name = engine.policyName(of: decision).map { Array("\($0)#\(statement)".utf8) } ?? []
        names[key] = name
        return body(name.span)
    }
}
