import IdentityDirectory
import PolicyLanguage
import Vocabulary

/// A question to a ``RandomWorld``.
struct RandomRequest: Sendable {
    let request: AuthorizationRequest
    let session: SessionFacts?

    private static let callers: [RequestPrincipal] = [
        caller("arn:aws:iam::111122223333:user/alice"), caller("arn:aws:iam::111122223333:user/alice"),
        caller("arn:aws:iam::111122223333:user/team/al"), caller("arn:aws:iam::111122223333:role/ml/trainer"),
        .roleSession(
            session: arn("arn:aws:sts::111122223333:assumed-role/trainer/job"),
            role: arn("arn:aws:iam::111122223333:role/ml/trainer")
        ),
        .federatedUser(
            session: arn("arn:aws:sts::111122223333:federated-user/guest"),
            user: arn("arn:aws:iam::111122223333:user/alice")
        ),
        caller("arn:aws:iam::222233334444:user/bob"), caller("arn:aws:iam::222233334444:role/auditor"),
        caller("arn:aws:iam::555566667777:user/olga"), caller("arn:aws:iam::999999999999:user/admin"),
        caller("arn:aws:iam::111122223333:root"), .service("sns.amazonaws.com"), .anonymous,
        .federated(provider: "accounts.example.com"),
        .canonicalUser(UTF8Text(RandomWorld.canonicalUser)),
    ]

    init(_ random: inout RandomSource) throws {
        let principal = random.pick(Self.callers)
        let (service, resource) = random.pick(RandomStatement.resources)
        let known = RandomStatement.actions[random.chance(90) ? service : random.pick(["s3", "kms", "sts"])]
        let action = random.pick(known ?? [])
        request = AuthorizationRequest(
            principal: principal,
            action: UTF8Text(random.chance(15) ? random.caseChanged(action) : action),
            resource: UTF8Text(resource),
            context: try Self.context(&random)
        )
        session = try Self.session(principal, &random)
    }

    /// Each key of each family is there more often than not, mostly with a value that policies hold, too.
    private static func context(_ random: inout RandomSource) throws -> RequestContext {
        var pairs: [(key: UTF8Text, value: ContextValue)] = []
        var seen: Set<String> = []
        for family in RandomCondition.families {
            func value(_ random: inout RandomSource) -> UTF8Text {
                UTF8Text(random.pick(random.chance(3) ? family.requestOnly : family.values))
            }
            for key in family.singleKeys where random.chance(65) && seen.insert(key).inserted {
                let name = random.chance(10) ? key.uppercased() : key
                pairs.append((UTF8Text(name), .single(value(&random))))
            }
            for key in family.multiKeys where random.chance(65) && seen.insert(key).inserted {
                let values = (0..<random.number(0...3)).map { _ in value(&random) }
                pairs.append((UTF8Text(key), .multi(values)))
            }
        }
        if random.chance(20) { pairs.append(("aws:SourceVpce", .single(random.pick(["vpce-1", "vpce-2"])))) }
        return try RequestContext(pairs)
    }

    private static func session(
        _ principal: RequestPrincipal,
        _ random: inout RandomSource
    ) throws -> SessionFacts? {
        let isFederated = if case .federatedUser = principal { true } else { false }
        guard isFederated || random.chance(40) else { return nil }
        var session = SessionFacts()
        session.isMultiFactorAuthenticated = random.chance(50)
        if random.chance(30) { session.tags = ["Team": random.pick(["red", "blue"])] }
        if random.chance(isFederated ? 80 : 40) {
            let text = RandomStatement.policy(.session, openPercent: 65, &random)
            let policy = try PolicyReader().read(SourceText(text), as: .session)
            session.policies = [EffectivePolicy(name: "session policy 0", policy)]
        }
        return session
    }
}
