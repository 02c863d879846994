package import IdentityDirectory
import PolicyLanguage
import Vocabulary

/// What a temporary credential carries, made once and used by many requests of a ``RandomWorld``.
package struct RandomSession: Sendable {
    /// Its place among the world's sessions.
    package let index: Int
    /// What it carries.
    package private(set) var facts = SessionFacts()
    /// Whether some evaluator might refuse it, and all must agree whether to.
    let isStrange: Bool
    /// Its policies as text.
    private(set) var policyTexts: [String]?

    private static let longNames = [64, 300, 2_048].map { UTF8Text(String(repeating: "n", count: $0)) }

    init(_ index: Int, _ policies: RandomPolicy, mayBeStrange: Bool, _ random: inout RandomSource) throws {
        self.index = index
        self.isStrange = mayBeStrange && random.chance(20)
        if random.chance(15) { facts.name = random.pick(["job", "job", "other", "e\u{301}"]) }
        facts.isMultiFactorAuthenticated = random.chance(50)
        if random.chance(50) {
            facts.multiFactorAuthAgeSeconds = random.pick([10, 3_600, -1, 0, .max, .min])
        }
        if random.chance(60) {
            let seconds: [Int64] = [1_772_366_400, 1_772_323_200, 0, -1, 253_402_300_799, -62_135_596_800]
            facts.issuedAt = Instant(
                seconds: random.pick(seconds),
                nanoseconds: random.pick([0, 0, 500_000_000])
            )
        }
        if random.chance(40) { facts.sourceIdentity = random.pick(["alice", "Alice", "al", "", "a*"]) }
        if random.chance(40) { facts.federatedProvider = random.pick(["accounts.example.com", "x"]) }
        if random.chance(40) {
            facts.tags = [random.pick(["Team", "team"]): random.pick(["red", "blue", "", "*"])]
            if random.chance(30) { facts.tags["Gr\u{F6}\u{DF}e"] = "red" }
        }
        if index % 2 == 0, random.chance(85) {
            let texts = (0..<random.pick([0, 1, 1, 1, 2])).map { _ in
                policies.text(.session, openPercent: 65, &random)
            }
            policyTexts = texts
            facts.policies = try texts.enumerated().map { index, text in
                let policy = try PolicyReader().read(SourceText(text), as: .session)
                return EffectivePolicy(name: UTF8Text("session policy \(index)"), policy)
            }
        }
        if isStrange { makeStrange(&random) }
    }

    /// Names and tags that are refused, or nearly.
    private mutating func makeStrange(_ random: inout RandomSource) {
        switch random.number(0...6) {
        case 0: facts.name = random.pick(["", "a/b", "a:b", "a\u{1}", "*"])
        case 1: facts.tags = ["team": "red", "Team": "blue"]
        case 2: facts.tags = ["": "red"]
        case 3: facts.tags = ["team": "a\u{7}b"]
        case 4: facts.sourceIdentity = "a\nb"
        case 5: facts.federatedProvider = "\u{7F}"
        default: facts.name = random.pick(Self.longNames)
        }
    }

    /// The session as a request document gives it.
    var json: JSONTree {
        var members: [(name: String, value: JSONTree)] = []
        func add(_ name: String, _ text: UTF8Text?) {
            if let text { members.append((name, .string(text.description))) }
        }
        add("name", facts.name)
        add("sourceIdentity", facts.sourceIdentity)
        add("federatedProvider", facts.federatedProvider)
        add("issuedAt", facts.issuedAt.map { UTF8Text($0.vectorText) })
        if facts.isMultiFactorAuthenticated { members.append(("mfa", .scalar("true"))) }
        if let age = facts.multiFactorAuthAgeSeconds { members.append(("mfaAgeSeconds", .scalar("\(age)"))) }
        if !facts.tags.isEmpty {
            let tags = facts.tags.sorted { $0.key < $1.key }
            members.append(
                ("tags", .object(tags.map { ($0.key.description, .string($0.value.description)) }))
            )
        }
        if let policyTexts {
            members.append(("policies", .array(policyTexts.compactMap { try? JSONTree(reading: $0) })))
        }
        return .object(members)
    }
}

extension Instant {
    /// The instant as a vector writes it, with its fraction.
    var vectorText: String {
        guard nanoseconds > 0 else { return description }
        let digits = String(nanoseconds)
        let fraction = String(repeating: "0", count: 9 - digits.count) + digits
        return description.dropLast() + ".\(fraction)Z"
    }
}
