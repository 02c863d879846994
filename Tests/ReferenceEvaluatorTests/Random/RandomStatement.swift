import Vocabulary

/// Makes policies of every type, valid in strict mode, that come near to the requests of ``RandomWorld``.
struct RandomStatement {
    static let resources: [(service: String, arn: String)] = [
        ("s3", "arn:aws:s3:::vault"), ("s3", "arn:aws:s3:::vault/alice/a"),
        ("s3", "arn:aws:s3:::vault/al/ab"),
        ("s3", "arn:aws:s3:::Vault/alice/a"), ("s3", "arn:aws:s3:::depot/red/x"),
        ("s3", "arn:aws:s3:::depot/redder/x:y"), ("kms", "arn:aws:kms:eu-west-1:111122223333:key/k1"),
        ("kms", "arn:aws:kms:eu-west-1:222233334444:key/k2"),
        ("sqs", "arn:aws:sqs:eu-west-1:111122223333:jobs"),
        ("sts", "arn:aws:iam::111122223333:role/ml/trainer"),
        ("sts", "arn:aws:iam::222233334444:role/auditor"),
        ("s3", "*"),
    ]
    static let actions = [
        "s3": ["s3:GetObject", "s3:GetObjectAcl", "s3:PutObject", "s3:ListBucket"],
        "kms": ["kms:Decrypt", "kms:DescribeKey"], "sqs": ["sqs:SendMessage", "sqs:SendMessageBatch"],
        "sts": ["sts:AssumeRole", "sts:TagSession"],
    ]
    static let services = ["s3", "s3", "s3", "kms", "sqs", "sts"]
    static let awsPrincipals = [
        "111122223333", "arn:aws:iam::111122223333:root", "222233334444", "555566667777",
        "arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:user/team/al",
        "arn:aws:iam::111122223333:user/Alice", "arn:aws:iam::111122223333:role/ml/trainer",
        "arn:aws:sts::111122223333:assumed-role/trainer/job",
        "arn:aws:sts::111122223333:federated-user/guest",
        "arn:aws:iam::222233334444:user/bob", "arn:aws:iam::222233334444:role/auditor",
        "arn:aws:iam::555566667777:user/olga", "AROAEXAMPLETRAINER01", "*",
    ]

    /// A policy document, with an Allow of everything so many times of a hundred.
    ///
    /// The denies are few, since a request meets many policies.
    static func policy(_ type: PolicyType, openPercent: Int, _ random: inout RandomSource) -> String {
        var statements = (0..<random.number(1...3)).map { _ in statement(type, &random) }
        if random.chance(openPercent), type != .resourceControl {
            statements.insert(wideAllow(type, &random), at: random.number(0...statements.count))
        }
        // A truth value may be a variable only where there are variables.
        let needsVersion = type == .resourceControl || statements.contains { $0.contains("${app:flag}") }
        let version =
            needsVersion || random.chance(90)
            ? #""Version": "2012-10-17", "# : random.pick(["", #""Version": "2008-10-17", "#])
        return "{\(version)\"Statement\": [" + statements.joined(separator: ", ") + "]}"
    }

    private static func wideAllow(_ type: PolicyType, _ random: inout RandomSource) -> String {
        let isTrust = type == .trust
        let members = [
            #""Effect": "Allow""#, isTrust ? #""Action": "sts:*""# : #""Action": "*""#,
            isTrust ? nil : #""Resource": "*""#,
            needsPrincipal(type) ? principal(type, &random, everyonePercent: 40) : nil,
        ]
        return "{" + members.compactMap(\.self).joined(separator: ", ") + "}"
    }

    private static func statement(_ type: PolicyType, _ random: inout RandomSource) -> String {
        let isDeny = type == .resourceControl || random.chance(22)
        let service = type == .trust ? "sts" : random.pick(services)
        var members = [#""Effect": "\#(isDeny ? "Deny" : "Allow")""#]
        if random.chance(30) { members.append(#""Sid": "S\#(random.number(0...999_999_999))""#) }
        if needsPrincipal(type) { members.append(principal(type, &random, everyonePercent: 25)) }
        members.append(action(type, service, &random))
        if type != .trust, type != .resource || random.chance(90) {
            members.append(resource(service, &random))
        }
        // A Deny without a condition would decide too much.
        if random.chance(isDeny ? 75 : 35) {
            members.append(#""Condition": \#(RandomCondition.block(&random))"#)
        }
        return "{" + members.joined(separator: ", ") + "}"
    }

    private static func needsPrincipal(_ type: PolicyType) -> Bool {
        switch type {
        case .resource, .trust, .endpoint, .resourceControl: true
        case .identity, .boundary, .session, .serviceControl: false
        }
    }

    // MARK: Elements

    private static func principal(
        _ type: PolicyType,
        _ random: inout RandomSource,
        everyonePercent: Int
    ) -> String {
        if type == .resourceControl { return #""Principal": "*""# }
        let name = type != .trust && random.chance(10) ? "NotPrincipal" : "Principal"
        if random.chance(everyonePercent) {
            return #""\#(name)": \#(random.pick([#""*""#, #"{"AWS": "*"}"#]))"#
        }
        switch random.number(0...9) {
        case 0: return #""\#(name)": {"Service": "sns.amazonaws.com"}"#
        case 1: return #""\#(name)": {"Federated": "accounts.example.com"}"#
        case 2:
            return #""\#(name)": {"AWS": "111122223333", "CanonicalUser": "\#(RandomWorld.canonicalUser)"}"#
        default:
            let names = (0...random.number(0...2)).map { _ in random.pick(awsPrincipals) }
            return #""\#(name)": {"AWS": \#(random.json(names))}"#
        }
    }

    private static func action(_ type: PolicyType, _ service: String, _ random: inout RandomSource) -> String
    {
        let isGuardrail = type == .resourceControl || type == .trust
        let name = !isGuardrail && random.chance(10) ? "NotAction" : "Action"
        let known = actions[service] ?? []
        let patterns = (0...random.number(0...1)).map { _ in
            let whole = random.pick(known)
            let verb = String(whole.dropFirst(service.count + 1))
            switch random.number(0...9) {
            case 0...3: return service + ":*"
            case 4 where !isGuardrail: return "*"
            case 5...6: return random.caseChanged(whole)
            default: return service + ":" + random.pattern(near: verb)
            }
        }
        return #""\#(name)": \#(random.json(patterns))"#
    }

    private static func resource(_ service: String, _ random: inout RandomSource) -> String {
        let name = random.chance(12) ? "NotResource" : "Resource"
        let near = resources.filter { $0.service == service && $0.arn != "*" }
        let patterns = (0...random.number(0...1)).map { _ in pattern(of: random.pick(near).arn, &random) }
        return #""\#(name)": \#(random.json(patterns))"#
    }

    private static func pattern(of arn: String, _ random: inout RandomSource) -> String {
        let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
        let head = parts[..<5].joined(separator: ":") + ":"
        switch random.number(0...9) {
        case 0...2: return "*"
        case 3: return "arn:aws:\(parts[2]):*:*:" + parts[5]
        case 4:
            // A `*` that may pass the colon (D4).
            return "arn:aws:\(parts[2]):" + random.pick(["*:", "eu-*:"]) + random.pick(["*", parts[5]]) + ":*"
        case 5:
            let last = parts[5].split(separator: "/").dropLast().joined(separator: "/")
            return head + last + "/" + RandomCondition.variable(&random) + random.pick(["", "/*", "*"])
        default: return head + random.pattern(near: parts[5])
        }
    }
}
