package import IdentityDirectory
import PolicyLanguage
package import Vocabulary

/// A question to a ``RandomWorld``.
package struct RandomRequest: Sendable {
    /// The question.
    package private(set) var request: AuthorizationRequest
    /// What the caller's credential carries.
    package private(set) var credential: RandomSession?
    /// When it is asked.
    package private(set) var at = RandomWorld.noon

    /// The facts of the credential.
    package var session: SessionFacts? { credential?.facts }

    private static let times: [Instant] = [
        RandomWorld.noon, RandomWorld.noon, RandomWorld.noon,
        Instant("2026-02-28T23:59:59.999Z") ?? .distantPast, Instant(seconds: 0) ?? .distantPast,
        Instant(seconds: -1, nanoseconds: 1) ?? .distantPast, Instant(seconds: 1_772_323_200) ?? .distantPast,
        .distantPast, Instant(seconds: 253_402_300_799) ?? .distantPast,
    ]

    init(_ world: borrowing RandomWorld, _ random: inout RandomSource) {
        let principal = random.pick(world.callers)
        let target = random.pick(world.population.targets)
        let service = random.chance(90) ? target.service : random.pick(["s3", "kms", "sts"])
        var action = random.pick(RandomPopulation.actions[service] ?? ["s3:GetObject"])
        switch random.number(0...19) {
        case 0...2: action = random.caseChanged(action)
        case 3: action = String(action.dropLast())
        case 4: action += random.pick(["x", "Batch", "-1", "_", "."])
        case 5...6:
            // One letter off, anywhere: a prefix that is compared in words must see it.
            let last = action.utf8.count - 1
            let near = random.pick([7, 8, 15, 16, 17, random.number(0...last)])
            let cut = min(last, max(near, service.utf8.count + 1))
            action = action.prefix(cut) + "q" + action.dropFirst(cut + 1)
        default: break
        }
        var context = RandomContext(&random)
        var resource = UTF8Text(target.arn)
        if random.chance(12) { resource = Self.resource(following: context, principal, &random) }
        if random.chance(3), target.arn.hasPrefix("arn:") { context.add("app:topic", .single(resource)) }
        request = AuthorizationRequest(
            principal: principal,
            action: UTF8Text(action),
            resource: resource,
            context: context.context
        )
        if random.chance(12) {
            let accounts = [
                RandomPopulation.home, RandomPopulation.partner, RandomPopulation.bare,
                RandomPopulation.stranger,
                "666677778888",
            ]
            // An owner that the ARN names, too, must be the same.
            request.resourceAccount =
                ARN(resource).flatMap { AccountID($0.account) } ?? AccountID(UTF8Text(random.pick(accounts)))
        }
        credential = Self.credential(for: principal, in: world, &random)
        if random.chance(20) { at = random.pick(Self.times) }
        if random.chance(world.traits.malformedPercent) { spoil(&random) }
    }

    /// A resource whose name holds what a variable would resolve to.
    private static func resource(
        following context: RandomContext,
        _ principal: RequestPrincipal,
        _ random: inout RandomSource
    ) -> UTF8Text {
        var name: UTF8Text = "alice"
        if case .user(let arn) = principal {
            name = UTF8Text(arn.resource.bytes.split(separator: UInt8(ascii: "/")).last ?? [])
        }
        if random.chance(60) {
            let key = random.pick(["app:color", "app:color", "app:long", "app:topic"])
            if case .single(let value)? = context.context[UTF8Text(key)] { name = value }
        }
        let prefix = random.pick([
            "arn:aws:s3:::vault/", "arn:aws:s3:::vault", "arn:aws:s3:::depot/", "arn:aws:s3:::",
        ])
        let ending = random.pick(["", "", "/a", "x"])
        return UTF8Text(Array(prefix.utf8) + name.bytes + Array(ending.utf8))
    }

    private static func credential(
        for principal: RequestPrincipal,
        in world: borrowing RandomWorld,
        _ random: inout RandomSource
    ) -> RandomSession? {
        let isFederated = if case .federatedUser = principal { true } else { false }
        guard isFederated || random.chance(45) else { return nil }
        let session = random.pick(world.sessions)
        if session.isStrange { return random.chance(35) ? session : nil }
        // A name that contradicts the session's ARN is refused.
        guard case .roleSession = principal, session.facts.name != nil else { return session }
        return world.traits.malformedPercent > 0 && random.chance(10) ? session : nil
    }

    // MARK: Malformed requests

    private static let strangers = [
        "arn:aws:iam::111122223333:user/nobody", "arn:aws:iam::111122223333:user/Alice",
        "arn:aws:iam::111122223333:user/team/alice", "arn:aws:iam::111122223333:role/trainer",
        "arn:aws:iam::111122223333:role/alice", "arn:aws:iam::123456789012:root",
        "arn:aws:iam:eu-west-1:111122223333:root", "arn:aws:sts::111122223333:assumed-role/trainer/a/b",
        "arn:aws:sts::111122223333:assumed-role/nobody/x", "arn:aws:sts::222233334444:assumed-role/auditor/x",
        "arn:aws:sts::123456789012:federated-user/x", "arn:aws-cn:iam::111122223333:user/alice",
    ].compactMap { RequestPrincipal(UTF8Text($0)) }

    /// Principals that only a program can make.
    private static let contradictions: [RequestPrincipal] = {
        func arn(_ text: String) -> ARN? { ARN(UTF8Text(text)) }
        let pairs = [
            ("assumed-role/trainer/job", "role/ml/other"), ("assumed-role/trainer/job", "user/alice"),
            ("assumed-role/trainer", "role/ml/trainer"), ("assumed-role/trainer/x", "role/trainer"),
            ("assumed-role/trainer/", "role/ml/trainer"),
            ("assumed-role/trainer/" + String(repeating: "n", count: 2_049), "role/ml/trainer"),
            ("assumed-role/trainer/job", "role/x/trainer"), ("assumed-role/auditor/job", "role/ml/trainer"),
            ("assumed-role/trainer/a:b", "role/ml/trainer"), ("assumed-role/trainer/a/b", "role/ml/trainer"),
        ]
        var principals: [RequestPrincipal] = pairs.compactMap { session, role in
            guard let session = arn("arn:aws:sts::111122223333:\(session)"),
                let role = arn("arn:aws:iam::111122223333:\(role)")
            else { return nil }
            return .roleSession(session: session, role: role)
        }
        for (session, user) in [
            ("arn:aws:sts::111122223333:federated-user/x", "arn:aws:iam::222233334444:user/bob"),
            ("arn:aws:sts::111122223333:federated-user/x", "arn:aws:iam::111122223333:role/ml/trainer"),
            ("arn:aws:sts::111122223333:federated-user/", "arn:aws:iam::111122223333:user/alice"),
            ("arn:aws:sts::111122223333:federated-user/a/b", "arn:aws:iam::111122223333:user/alice"),
            (
                "arn:aws:sts::111122223333:federated-user/" + String(repeating: "n", count: 2_049),
                "arn:aws:iam::111122223333:user/alice"
            ),
            ("arn:aws:iam::111122223333:federated-user/x", "arn:aws:iam::111122223333:user/alice"),
        ] {
            if let session = arn(session) {
                principals.append(.federatedUser(session: session, user: arn(user)))
            }
        }
        for text in ["arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:root/x"] {
            if let arn = arn(text) { principals += [.root(arn), .role(arn)] }
        }
        for text in ["arn:evil:iam::111122223333:root", "arn::iam::111122223333:root"] {
            if let arn = arn(text) { principals += [.root(arn), .federated(provider: arn.text)] }
        }
        return principals + [.service("a\u{1}"), .service(""), .federated(provider: ""), .canonicalUser("")]
    }()

    private mutating func spoil(_ random: inout RandomSource) {
        switch random.number(0...10) {
        case 0...1: request.principal = random.pick(Self.strangers)
        case 2...3: request.principal = random.pick(Self.contradictions)
        case 4:
            request.action = random.pick([
                "", "s3", ":", "s3:", ":x", "s3:Get*", "s3:a:b", "s3:\u{E9}", "s3:a b",
            ])
        case 5: request.resource = random.pick(["", "arn:aws:s3:::a\u{0}b", "\n", "arn:aws:s3:::\u{7F}"])
        case 6: request.context[random.pick(["app:color", "", "a\u{1F}b"])] = .single("a\tb")
        case 7: request.context["app:list"] = .multi(["red", random.pick(["\u{0}", "\r", "blue"])])
        case 8:
            request.context["aws:sourceVPCE"] = .multi(random.pick([[], ["vpce-1"], ["vpce-1", "vpce-2"]]))
        case 9:
            request.resource = UTF8Text("arn:aws:sqs:eu-west-1:\(RandomPopulation.home):jobs")
            request.resourceAccount = AccountID(
                UTF8Text(random.pick([RandomPopulation.partner, "666677778888"]))
            )
        default:
            request.resourceAccount = AccountID(
                unchecked: random.pick(["", "1", "x", "12345678901a", "a\nb"])
            )
        }
    }
}
