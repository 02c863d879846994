package import IdentityDirectory
package import PolicyLanguage
package import Vocabulary

/// A directory with policies in every layer, and requests that come near to them, from one seed.
///
/// There are two member accounts under guardrails, one of which nothing else is known, the management account
/// and a stranger's. What evaluators may get wrong is common: shared prefixes, other letter case, missing keys,
/// lists, variables without a value, negated elements, denies in another layer. In most worlds all of it is
/// valid in strict mode, so that any evaluator can take ``files``, or ``directory``.
package struct RandomWorld: Sendable {
    /// What a world holds besides well-formed policies and requests.
    package struct Traits: Sendable {
        /// How many requests of a hundred nobody can evaluate.
        package var malformedPercent = 0
        /// How many worlds of a hundred hold faults that only the lenient modes let through.
        package var faultyPercent = 0

        package init() {}

        /// Some of everything.
        package static let everything: Traits = {
            var traits = Traits()
            traits.malformedPercent = 3
            traits.faultyPercent = 10
            return traits
        }()
    }

    /// What made this world; print it when a comparison fails.
    package let seed: UInt64
    /// The directory as files.
    package let files: [String: String]
    /// How the files were read.
    package let mode: ValidationMode
    /// The directory.
    package let directory: Directory
    /// The choices under which the requests are decided.
    package let options: EvaluationOptions
    /// The questions.
    package private(set) var requests: [RandomRequest] = []
    /// The credentials that requests come with.
    package let sessions: [RandomSession]
    let traits: Traits
    let population: RandomPopulation
    let callers: [RequestPrincipal]
    var random: RandomSource

    /// The time of most requests.
    package static let noon = Instant("2026-03-01T12:00:00Z") ?? .distantPast

    /// Makes a world and some requests.
    package init(seed: UInt64, requestCount: Int, _ traits: Traits = Traits()) throws {
        self.seed = seed
        self.traits = traits
        var random = RandomSource(seed: seed)
        population = RandomPopulation(&random)
        let isFaulty = random.chance(traits.faultyPercent)
        mode = isFaulty ? .permissive : .strict
        files = RandomFiles(population, hasFaults: isFaulty, &random).files
        directory = try Directory(files: files.mapValues { Array($0.utf8) }, reader: PolicyReader(mode: mode))
        options = Self.options(&random)
        let policies = RandomPolicy(population: population, hasFaults: false)
        var sessions: [RandomSession] = []
        for index in 0..<24 {
            sessions.append(
                try RandomSession(index, policies, mayBeStrange: traits.malformedPercent > 0, &random)
            )
        }
        self.sessions = sessions
        callers = Self.callers(population, hasOrganization: files["organization.json"] != nil)
        self.random = random
        for _ in 0..<requestCount { requests.append(nextRequest()) }
    }

    /// One more question.
    package mutating func nextRequest() -> RandomRequest { RandomRequest(self, &random) }

    private static func options(_ random: inout RandomSource) -> EvaluationOptions {
        var options = EvaluationOptions()
        guard random.chance(65) else { return options }
        options.arnWildcards = random.pick(WildcardReach.allCases)
        options.notPrincipal = random.pick(EvaluationOptions.NotPrincipalExemption.allCases)
        options.forAnyValueIfExistsMissing = random.chance(50)
        options.rootUser = random.chance(50)
        options.unparsableRequestValue = random.chance(40) ? .error : .noMatch
        options.ipv4MappedIPv6 = random.pick(EvaluationOptions.MappedIPv6.allCases)
        return options
    }

    /// Every kind of caller (C1), those with more policies more often.
    private static func callers(_ population: RandomPopulation, hasOrganization: Bool) -> [RequestPrincipal] {
        let alice = population.people[0].arn
        var callers = [alice, alice, "arn:aws:iam::111122223333:root", "arn:aws:iam::222233334444:root"]
            .compactMap { RequestPrincipal(UTF8Text($0)) }
        for person in population.people {
            if let principal = RequestPrincipal(UTF8Text(person.arn)) { callers.append(principal) }
        }
        func session(_ name: String, of role: String) {
            let text = UTF8Text("arn:aws:sts::111122223333:assumed-role/\(name)")
            if let session = ARN(text), let role = ARN(UTF8Text(role)) {
                callers.append(.roleSession(session: session, role: role))
            }
        }
        session("trainer/job", of: "arn:aws:iam::111122223333:role/ml/trainer")
        session("trainer/job", of: "arn:aws:iam::111122223333:role/ml/trainer")
        session("trainer/jobs", of: "arn:aws:iam::111122223333:role/trainer")
        session("Linked/x", of: population.people[5].arn)
        session("\(population.people[3].name)/s", of: population.people[3].arn)
        for user in [alice, nil] {
            if let session = ARN("arn:aws:sts::111122223333:federated-user/guest") {
                callers.append(.federatedUser(session: session, user: user.flatMap { ARN(UTF8Text($0)) }))
            }
        }
        // Known by the organization alone.
        if hasOrganization, let root = ARN("arn:aws:iam::333344445555:root") { callers.append(.root(root)) }
        return callers + [
            .service("sns.amazonaws.com"), .service("sqs.amazonaws.com"), .anonymous,
            .federated(provider: "accounts.example.com"),
            .federated(provider: "arn:aws:iam::111122223333:oidc-provider/accounts.example.com"),
            .canonicalUser(UTF8Text(RandomPopulation.canonicalUser)),
        ]
    }
}
