import PolicyLanguage
import Vocabulary

/// Makes `Condition` blocks whose keys the requests of ``RandomWorld`` hold, miss, or hold with other values.
struct RandomCondition {
    /// Whether the policy expands variables (B4).
    let expandsVariables: Bool
    /// Whether faults that only the lenient modes let through may occur.
    let hasFaults: Bool

    /// Values that each kind of operator can read; no policy may hold others.
    private static let readable: [ValueKind: [String]] = [
        .string: ValueKind.string.values,
        .number: ValueKind.number.values.filter { ExactDecimal(UTF8Text($0)) != nil },
        .date: ValueKind.date.values.filter { Instant(UTF8Text($0))?.isInCalendar == true },
        .boolean: ["true", "false"],
        .address: [
            "10.0.0.0/24", "10.0.0.0/8", "2001:db8::/32", "0.0.0.0/0", "10.0.0.7", "::ffff:0:0/96", "::/0",
        ],
        .name: ValueKind.name.values,
        .bytes: ValueKind.bytes.values.filter { Base64.decode(UTF8Text($0)) != nil },
    ]

    /// One to three operators, each with one or two keys.
    func block(_ random: inout RandomSource) -> String {
        var operators: [String: (name: String, keys: [String: String])] = [:]
        for _ in 0..<random.pick([1, 1, 1, 1, 2, 2, 3]) {
            let key = random.pick(random.chance(55) ? ConditionKey.open : ConditionKey.owned)
            let kind = random.chance(92) ? key.kind : random.pick(ValueKind.allCases)
            let base = random.chance(9) ? "Null" : random.pick(kind.operators)
            var name = operatorName(base, isMulti: key.isMulti, &random)
            if random.chance(5) { name = random.caseChanged(name) }
            let keyName = random.chance(12) ? random.caseChanged(key.name) : key.name
            let operands = values(key, kind, base, &random)
            let folded = name.lowercased()
            var entry = operators[folded] ?? (name, [:])
            if !entry.keys.keys.contains(where: { $0.lowercased() == keyName.lowercased() }) {
                entry.keys[keyName] = operands
            }
            operators[folded] = entry
        }
        if hasFaults, random.chance(5) { operators["x"] = ("StringMatches", ["app:color": #""red""#]) }
        let members = operators.sorted { $0.key < $1.key }.map { _, entry in
            let keys = entry.keys.sorted { $0.key < $1.key }.map { "\(JSONTree.quoted($0.key)): \($0.value)" }
            return "\(JSONTree.quoted(entry.name)): {" + keys.joined(separator: ", ") + "}"
        }
        return "{" + members.joined(separator: ", ") + "}"
    }

    private func operatorName(_ base: String, isMulti: Bool, _ random: inout RandomSource) -> String {
        let qualifier =
            random.chance(isMulti ? 85 : 12) ? random.pick(["ForAllValues:", "ForAnyValue:"]) : ""
        return qualifier + base + (base != "Null" && random.chance(20) ? "IfExists" : "")
    }

    private func values(
        _ key: ConditionKey,
        _ kind: ValueKind,
        _ base: String,
        _ random: inout RandomSource
    ) -> String {
        // An empty list under a negated operator is refused in strict mode (B10).
        if !base.contains("Not") || hasFaults, random.chance(2) { return "[]" }
        if base == "Null" { return random.pick(["true", "false", #""true""#, #"["true", "false"]"#]) }
        let texts = (0..<random.pick([1, 1, 1, 2, 2, 3])).map { _ in value(key, kind, base, &random) }
        // Numbers and truth values may be written without quotes (B12).
        if texts.count == 1, ["1", "10", "-1", "1.0", "true", "false"].contains(texts[0]), random.chance(40) {
            return texts[0]
        }
        return random.json(texts)
    }

    private func value(
        _ key: ConditionKey,
        _ kind: ValueKind,
        _ base: String,
        _ random: inout RandomSource
    ) -> String {
        if hasFaults, random.chance(8) { return random.pick(ValueKind.garbage.filter { !$0.contains("$") }) }
        let plain = random.pick(kind == key.kind && kind == .string ? key.values : Self.readable[kind] ?? [])
        switch kind {
        case .string:
            if random.chance(15) { return random.pick(ConditionKey.variables) }
            // Patterns have a limit, plain texts have none.
            return base.contains("Like") && plain.utf8.count < 2_000 ? random.pattern(near: plain) : plain
        case .name:
            return random.chance(60) ? namePattern(near: plain, &random) : plain
        case .boolean:
            return expandsVariables && random.chance(10) ? "${app:flag}" : plain
        case .number, .date, .address, .bytes: return plain
        }
    }

    private func namePattern(near plain: String, _ random: inout RandomSource) -> String {
        let parts = plain.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false).map(
            String.init
        )
        return random.pick([
            parts[..<5].joined(separator: ":") + ":" + random.pattern(near: parts[5]),
            "arn:aws:*:*:*:" + parts[5], "arn:*:\(parts[2].prefix(1))*:?*:\(parts[4]):" + parts[5],
            "arn:aws:iam::*:user/${aws:username}", "*", "arn:aws:iam::${aws:PrincipalAccount}:*",
            expandsVariables ? random.pick(["${app:topic}", "${aws:PrincipalArn}"]) : plain,
        ])
    }
}
