import Vocabulary

/// Makes policies of every type that come near to the requests of ``RandomWorld``.
///
/// They are valid in strict mode unless faults are asked for.
struct RandomPolicy {
    let population: RandomPopulation
    /// Whether faults that only the lenient modes let through may occur.
    let hasFaults: Bool

    private static let services = [
        "s3", "s3", "s3", "s3", "kms", "sqs", "sts", "iam", "application-autoscaling",
        "dynamodb",
    ]

    /// A policy document, with an Allow of everything so many times of a hundred.
    ///
    /// The denies are few, since a request meets many policies.
    func text(_ type: PolicyType, openPercent: Int, _ random: inout RandomSource) -> String {
        let version =
            type == .resourceControl || random.chance(92)
            ? #""Version": "2012-10-17", "# : random.pick(["", #""Version": "2008-10-17", "#])
        let expandsVariables = version.contains("2012")
        // More statements than an index may keep in one word of bits.
        let count = random.chance(2) ? random.number(63...140) : random.number(1...3)
        var statements = (0..<count).map { index in
            statement(type, index, expandsVariables, isNarrow: count > 3, &random)
        }
        if random.chance(openPercent), type != .resourceControl {
            statements.insert(wideAllow(type, &random), at: random.number(0...statements.count))
        }
        let list = statements.joined(separator: ", ")
        return "{\(version)\"Statement\": " + (statements.count == 1 ? list : "[\(list)]") + "}"
    }

    private func wideAllow(_ type: PolicyType, _ random: inout RandomSource) -> String {
        let isTrust = type == .trust
        let members = [
            #""Effect": "Allow""#, isTrust ? #""Action": "sts:*""# : #""Action": "*""#,
            isTrust ? nil : #""Resource": "*""#,
            needsPrincipal(type) ? principal(type, &random, everyonePercent: 40) : nil,
        ]
        return "{" + members.compactMap(\.self).joined(separator: ", ") + "}"
    }

    private func statement(
        _ type: PolicyType,
        _ index: Int,
        _ expandsVariables: Bool,
        isNarrow: Bool,
        _ random: inout RandomSource
    ) -> String {
        let isDeny = type == .resourceControl || random.chance(isNarrow ? 5 : 20)
        let service = type == .trust ? "sts" : random.pick(Self.services)
        var members = [#""Effect": "\#(isDeny ? "Deny" : "Allow")""#]
        if random.chance(30) { members.append(#""Sid": "S\#(index)x\#(random.number(0...9))""#) }
        if needsPrincipal(type) { members.append(principal(type, &random, everyonePercent: 25)) }
        members.append(action(type, service, isNarrow: isNarrow, &random))
        let isResourceAbsent = type == .trust || type == .resource && random.chance(12)
        if !isResourceAbsent, !(hasFaults && random.chance(6)) {
            members.append(resource(service, &random))
        }
        // A Deny without a condition would decide too much.
        if random.chance(isDeny ? 80 : 35) {
            let condition = RandomCondition(expandsVariables: expandsVariables, hasFaults: hasFaults)
            members.append(#""Condition": \#(random.chance(2) ? "{}" : condition.block(&random))"#)
        }
        return "{" + members.joined(separator: ", ") + "}"
    }

    private func needsPrincipal(_ type: PolicyType) -> Bool {
        switch type {
        case .resource, .trust, .endpoint, .resourceControl: true
        case .identity, .boundary, .session, .serviceControl: false
        }
    }

    // MARK: Principal

    private static let otherPrincipals = [
        RandomPopulation.home, "arn:aws:iam::111122223333:root", RandomPopulation.partner,
        RandomPopulation.stranger,
        "arn:aws:iam::111122223333:user/Alice", "arn:aws:iam::111122223333:role/trainer",
        "arn:aws:sts::111122223333:assumed-role/trainer/job",
        "arn:aws:sts::111122223333:assumed-role/trainer/jobs",
        "arn:aws:sts::111122223333:federated-user/guest", "AROAEXAMPLETRAINER01", "AIDAEXAMPLEALICE0001", "*",
    ]

    private func principal(
        _ type: PolicyType,
        _ random: inout RandomSource,
        everyonePercent: Int
    ) -> String {
        if type == .resourceControl { return #""Principal": "*""# }
        let name = type != .trust && random.chance(10) ? "NotPrincipal" : "Principal"
        if name == "NotPrincipal", random.chance(60) { return #""\#(name)": {"AWS": \#(chain(&random))}"# }
        if random.chance(everyonePercent) {
            return #""\#(name)": \#(random.pick([#""*""#, #"{"AWS": "*"}"#]))"#
        }
        switch random.number(0...14) {
        case 0: return #""\#(name)": {"Service": \#(random.json(["sns.amazonaws.com"]))}"#
        case 1: return #""\#(name)": {"Federated": "accounts.example.com"}"#
        case 2:
            let account = random.pick([
                RandomPopulation.home, RandomPopulation.home, RandomPopulation.partner,
            ])
            return
                #""\#(name)": {"Federated": "arn:aws:iam::\#(account):oidc-provider/accounts.example.com"}"#
        case 3:
            let user = RandomPopulation.canonicalUser
            return #""\#(name)": {"AWS": "111122223333", "CanonicalUser": "\#(user)"}"#
        case 4 where name == "Principal" || hasFaults:
            return #""\#(name)": \#(random.pick(["{}", #"{"AWS": []}"#]))"#
        default:
            let names = (0...random.number(0...2)).map { _ in
                random.chance(60) ? random.pick(population.people).arn : random.pick(Self.otherPrincipals)
            }
            return #""\#(name)": {"AWS": \#(random.json(names))}"#
        }
    }

    /// Everything that a caller answers to, or all but one of it (C6).
    private func chain(_ random: inout RandomSource) -> String {
        let sts = "arn:aws:sts::111122223333:"
        var chain = random.pick([
            [sts + "assumed-role/trainer/job", "arn:aws:iam::111122223333:role/ml/trainer", "111122223333"],
            [sts + "assumed-role/trainer/job", "arn:aws:iam::111122223333:role/ml/trainer", "111122223333"],
            [sts + "federated-user/guest", "arn:aws:iam::111122223333:user/alice", "111122223333"],
            ["arn:aws:iam::111122223333:role/ml/trainer", "111122223333"],
            ["arn:aws:iam::111122223333:user/alice", "111122223333"],
        ])
        if random.chance(50) { chain.remove(at: random.number(0...(chain.count - 1))) }
        return random.json(chain)
    }

    // MARK: Action

    private func action(
        _ type: PolicyType,
        _ service: String,
        isNarrow: Bool,
        _ random: inout RandomSource
    ) -> String {
        let isGuardrail = type == .resourceControl
        let name = !isGuardrail && random.chance(10) ? "NotAction" : "Action"
        // An empty list of exceptions is refused in strict mode (B10).
        if name == "Action" || hasFaults, random.chance(1) { return #""\#(name)": []"# }
        let known = RandomPopulation.actions[service] ?? []
        let patterns = (0...random.number(0...2)).map { _ in
            let whole = random.pick(known)
            let verb = String(whole.dropFirst(service.count + 1))
            switch random.number(0...13) {
            case 0...2: return isNarrow ? whole + random.pick(["", "x", "?"]) : service + ":*"
            case 3 where !isGuardrail && type != .trust: return isNarrow ? whole : "*"
            case 4: return random.caseChanged(whole)
            case 5 where type != .trust:
                return random.pattern(near: service) + ":" + random.pattern(near: verb)
            case 7 where whole.utf8.count > 17:
                // Prefixes around one and two words of eight bytes.
                return whole.prefix(max(service.utf8.count + 1, random.pick([7, 8, 9, 15, 16, 17, 18]))) + "*"
            case 6 where type != .trust: return random.pick(["*", "?" + service.dropFirst()]) + ":" + verb
            default: return service + ":" + (verb.count > 1 ? random.pattern(near: verb) : verb)
            }
        }
        return #""\#(name)": \#(random.json(patterns))"#
    }

    // MARK: Resource

    private func resource(_ service: String, _ random: inout RandomSource) -> String {
        let name = random.chance(12) ? "NotResource" : "Resource"
        if name == "Resource" || hasFaults, random.chance(1) { return #""\#(name)": []"# }
        let near = population.targets.filter {
            $0.service == service && $0.arn.hasPrefix("arn:aws:\(service)")
        }
        let all = near.filter { $0.arn.split(separator: ":", omittingEmptySubsequences: false).count >= 6 }
        let patterns = (0...random.number(0...1)).map { _ in
            all.isEmpty ? "*" : pattern(of: random.pick(all).arn, &random)
        }
        return #""\#(name)": \#(random.json(patterns))"#
    }

    private func pattern(of arn: String, _ random: inout RandomSource) -> String {
        if hasFaults, random.chance(10) {
            return random.pick(["arn:aws:s3", "vault*", "arn:aws:sqs:*", "*x*"])
        }
        let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
        let head = parts[..<5].joined(separator: ":") + ":"
        switch random.number(0...12) {
        case 0...2: return "*"
        case 3: return "arn:aws:\(parts[2]):*:*:" + parts[5]
        case 4:
            // A `*` that may pass the colon (D4): in place of two parts, or before what would be a part of its own.
            var pieces = arn.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            if pieces.count > 6 {
                let first = random.number(1...4)
                pieces.replaceSubrange(
                    first...(first + 1),
                    with: [random.pick(["*", pieces[first] + "*", "*" + pieces[first]])]
                )
                return pieces.joined(separator: ":")
            }
            return "arn:aws:\(parts[2]):" + random.pick(["*:", "eu-*:"]) + random.pick(["*", parts[5]]) + ":*"
        case 5:
            let last = parts[5].split(separator: "/").dropLast().joined(separator: "/")
            return head + last + "/" + random.pick(ConditionKey.variables) + random.pick(["", "/*", "*"])
        case 6:
            // Wildcards inside the head stay inside their part.
            let masked = parts[1..<5].map { $0.isEmpty || random.chance(50) ? $0 : random.pattern(near: $0) }
            return "arn:" + masked.joined(separator: ":") + ":" + random.pattern(near: parts[5])
        case 7: return head + parts[5] + random.pick(ConditionKey.variables)
        case 8: return "arn:aws:\(parts[2]):${aws:region}:*:" + parts[5]
        default: return head + random.pattern(near: parts[5])
        }
    }
}
