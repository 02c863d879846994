import Vocabulary

/// Who and what there is in a ``RandomWorld``.
///
/// Names share prefixes, differ in case or in Unicode normalisation only, and have lengths around the words of
/// 64 that an index may count in.
package struct RandomPopulation: Sendable {
    package static let home = "111122223333"
    static let partner = "222233334444"
    /// A member of the organization of which nothing else is known.
    static let bare = "333344445555"
    static let stranger = "555566667777"
    static let management = "999999999999"
    static let canonicalUser = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"

    /// A user, group or role.
    struct Person: Sendable {
        let account: String
        let kind: String
        let path: String
        let name: String
        var uniqueID: String?

        var arn: String { "arn:aws:iam::\(account):\(kind)\(path)\(name)" }
        var folder: String { "accounts/\(account)/\(kind)s/\(name)" }
    }

    /// A registered resource.
    struct Thing: Sendable {
        let account: String
        let service: String
        let arn: String
    }

    /// What a request may ask about.
    struct Target: Sendable {
        let service: String
        let arn: String
    }

    let people: [Person]
    let things: [Thing]
    let targets: [Target]

    init(_ random: inout RandomSource) {
        people = Self.people(&random)
        things = Self.things(&random)
        targets = Self.targets(people, things, &random)
    }

    var users: [Person] { people.filter { $0.kind == "user" } }
    var roles: [Person] { people.filter { $0.kind == "role" } }

    /// Lengths on both sides of the words of 64.
    private static let lengths = [63, 64, 65, 127, 128, 129, 191, 192, 193]

    private static func padded(_ prefix: String, _ random: inout RandomSource) -> String {
        let length = random.pick(lengths.filter { $0 > prefix.utf8.count })
        let tail = (prefix.utf8.count..<length).map { $0.isMultiple(of: 7) ? "w" : "v" }
        return prefix + tail.joined()
    }

    private static func people(_ random: inout RandomSource) -> [Person] {
        func long(_ kind: String, _ path: String) -> Person {
            let prefix = "arn:aws:iam::\(home):\(kind)\(path)"
            let name = String(padded(prefix, &random).dropFirst(prefix.count))
            return Person(account: home, kind: kind, path: path, name: name)
        }
        func id(_ id: String) -> String? { random.chance(70) ? id : nil }
        return [
            Person(
                account: home,
                kind: "user",
                path: "/",
                name: "alice",
                uniqueID: id("AIDAEXAMPLEALICE0001")
            ),
            Person(account: home, kind: "user", path: "/team/", name: "al"),
            long("user", "/"), long("role", "/deep/path/"),
            Person(
                account: home,
                kind: "role",
                path: "/ml/",
                name: "trainer",
                uniqueID: id("AROAEXAMPLETRAINER01")
            ),
            Person(account: home, kind: "role", path: "/aws-service-role/x.amazonaws.com/", name: "Linked"),
            Person(account: partner, kind: "user", path: "/", name: "bob"),
            Person(
                account: partner,
                kind: "role",
                path: "/",
                name: "auditor",
                uniqueID: id("AROAEXAMPLEAUDITOR01")
            ),
            Person(account: stranger, kind: "user", path: "/", name: "olga"),
            Person(account: management, kind: "user", path: "/", name: "admin"),
        ]
    }

    private static func things(_ random: inout RandomSource) -> [Thing] {
        var things = [
            Thing(account: home, service: "s3", arn: "arn:aws:s3:::vault"),
            Thing(account: partner, service: "s3", arn: "arn:aws:s3:::depot"),
            Thing(account: home, service: "kms", arn: "arn:aws:kms:eu-west-1:\(home):key/k1"),
            Thing(account: partner, service: "kms", arn: "arn:aws:kms:eu-west-1:\(partner):key/k2"),
            Thing(account: home, service: "sqs", arn: "arn:aws:sqs:eu-west-1:\(home):jobs"),
        ]
        let others = [
            Thing(account: partner, service: "s3", arn: "arn:aws:s3:::vault/alice"),
            Thing(account: home, service: "s3", arn: padded("arn:aws:s3:::long/", &random)),
            Thing(account: partner, service: "s3", arn: padded("arn:aws:s3:::vault/deep/", &random)),
            Thing(account: management, service: "s3", arn: "arn:aws:s3:::ledger"),
            Thing(account: stranger, service: "s3", arn: "arn:aws:s3:::foreign"),
            Thing(account: home, service: "s3", arn: "arn:aws:s3:::caf\u{E9}"),
            Thing(account: partner, service: "s3", arn: "arn:aws:s3:::cafe\u{301}"),
            Thing(account: home, service: "sqs", arn: "arn:aws:sqs:eu-west-1:\(home):jobs:dead"),
        ]
        for thing in others where random.chance(45) { things.append(thing) }
        return things
    }

    /// What is registered, what lies below and beside it, and what nobody registered.
    private static func targets(
        _ people: [Person],
        _ things: [Thing],
        _ random: inout RandomSource
    ) -> [Target] {
        var targets: [Target] = []
        for thing in things {
            for ending in [
                "", "/alice/a", random.pick(["/al/ab", ":dead", ":dead/x", "x", "/", "//", "/\u{E9}"]),
            ] {
                targets.append(Target(service: thing.service, arn: thing.arn + ending))
            }
        }
        for role in people where role.kind == "role" { targets.append(Target(service: "sts", arn: role.arn)) }
        targets.append(Target(service: "iam", arn: people[random.number(0...3)].arn))
        targets.append(Target(service: "iam", arn: people[4].arn + random.pick(["/x", "x", ":x"])))
        return targets + [
            Target(service: "s3", arn: "arn:aws:s3:::vault/red/x"), Target(service: "s3", arn: "*"),
            Target(service: "s3", arn: "arn:aws:s3:::Vault/alice/a"),
            Target(service: "s3", arn: "arn:aws:s3:::depot/redder/x:y"),
            Target(service: "s3", arn: "arn:aws:s3:::depot/e\u{301}/x"),
            Target(service: "sqs", arn: "arn:aws:sqs:eu-west-1:\(partner):jobs"),
            // Keys that nobody registered, and what is nearly one.
            Target(
                service: "kms",
                arn: "arn:aws:kms:eu-west-1:\(random.pick([home, partner, bare])):key/lost"
            ),
            Target(
                service: "kms",
                arn: random.pick([
                    "arn:aws-cn:kms:cn-north-1:\(home):key/lost", "arn:aws:kms:eu-west-1:\(home):alias/k1",
                    "arn:aws:kms:eu-west-1:\(home):key", "arn:aws:kmsx:eu-west-1:\(home):key/lost", "*",
                ])
            ),
            // Roles are assumed by their ARNs only.
            Target(service: "sts", arn: random.pick(["*", "arn:aws:s3:::vault/x", people[0].arn])),
            Target(service: "sqs", arn: "arn:aws:sqs:us-west-1:\(home):jobs:x"),
            Target(service: "sqs", arn: "arn:aws:sqs:eu-west-1:\(home):jobs:dead"),
            Target(service: "s3", arn: "arn:aws:s3:::vault:alice:a"),
            Target(service: "dynamodb", arn: "arn:aws:dynamodb:eu-west-1:\(home):table/t/index/i"),
            Target(service: "application-autoscaling", arn: "*"),
            Target(service: "s3", arn: random.pick(["vault", "arn:aws:s3", "arn:aws:s3:::", "a*"])),
        ]
    }

    /// The actions that requests ask for, by service.
    static let actions = [
        "s3": ["s3:GetObject", "s3:GetObjectAcl", "s3:PutObject", "s3:ListBucket"],
        "kms": ["kms:Decrypt", "kms:DescribeKey"],
        "sqs": ["sqs:SendMessage", "sqs:SendMessageBatch", "sqs:SendMessageBulk"],
        "sts": ["sts:AssumeRole", "sts:TagSession", "sts:AssumeRoleWithWebIdentity"],
        "iam": ["iam:GetRole", "iam:GetUser"], "dynamodb": ["dynamodb:Query", "dynamodb:GetItem"],
        "application-autoscaling": [
            "application-autoscaling:DescribeScalingPolicies",
            "application-autoscaling:DescribeScalableTargets",
            "application-autoscaling:DeleteScalingPolicy",
        ],
    ]
}
