/// Makes `Condition` blocks whose keys the requests of ``RandomWorld`` hold, miss, or hold with other values.
///
/// Every block is valid in strict mode.
struct RandomCondition {
    /// The kinds of value, each with its operators, its keys, and values that occur on both sides.
    struct Family: Sendable {
        let operators: [String]
        let singleKeys: [String]
        let multiKeys: [String]
        let values: [String]
        /// Values that only a request holds, since no policy may.
        var requestOnly: [String] = []
    }

    static let strings = Family(
        operators: [
            "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase",
            "StringLike", "StringNotLike",
        ],
        singleKeys: [
            "app:color", "aws:username", "aws:PrincipalTag/team", "aws:ResourceTag/class",
            "aws:PrincipalAccount",
        ],
        multiKeys: ["app:list", "aws:TagKeys"],
        values: ["red", "Red", "redder", "re", "blue", "alice", "111122223333"],
        requestOnly: ["", "re*", "${app:color}"]
    )
    static let numbers = Family(
        operators: [
            "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals",
            "NumericGreaterThan",
            "NumericGreaterThanEquals",
        ],
        singleKeys: ["app:size"],
        multiKeys: ["app:sizes"],
        values: ["1", "1.0", "10", "-1", "9007199254740993", "9007199254740992"],
        requestOnly: ["ten", "1x"]
    )
    static let dates = Family(
        operators: [
            "DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan",
            "DateGreaterThanEquals",
        ],
        singleKeys: ["app:since", "aws:CurrentTime"],
        multiKeys: [],
        values: ["2026-03-01T12:00:00Z", "2026-03-01", "1772366400", "2026-03-01T13:00:00+01:00"],
        requestOnly: ["noon"]
    )
    static let booleans = Family(
        operators: ["Bool", "Bool", "Null"],
        singleKeys: ["app:flag", "aws:MultiFactorAuthPresent", "aws:SecureTransport"],
        multiKeys: ["app:list"],
        values: ["true", "false"],
        requestOnly: ["TRUE", "yes"]
    )
    static let addresses = Family(
        operators: ["IpAddress", "NotIpAddress"],
        singleKeys: ["aws:SourceIp"],
        multiKeys: ["app:addresses"],
        values: ["10.0.0.7", "10.0.1.7", "2001:db8::7", "::ffff:10.0.0.7"],
        requestOnly: ["nowhere"]
    )
    static let blocks = [
        "10.0.0.0/24", "10.0.0.0/8", "2001:db8::/32", "0.0.0.0/0", "10.0.0.7", "::ffff:0:0/96",
    ]
    static let names = Family(
        operators: ["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"],
        singleKeys: ["aws:PrincipalArn", "app:topic"],
        multiKeys: [],
        values: [
            "arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:user/team/al",
            "arn:aws:iam::111122223333:role/ml/trainer", "arn:aws:sns:eu-west-1:111122223333:jobs",
        ],
        requestOnly: ["jobs"]
    )
    static let bytes = Family(
        operators: ["BinaryEquals"],
        singleKeys: ["app:blob"],
        multiKeys: [],
        values: ["AQI=", "AQM="],
        requestOnly: ["?"]
    )
    static let families = [strings, numbers, dates, booleans, addresses, names, bytes]

    /// One or two operators, each with one or two keys.
    static func block(_ random: inout RandomSource) -> String {
        var members: [String: String] = [:]
        for _ in 0...(random.chance(25) ? 1 : 0) {
            let family = random.chance(50) ? strings : random.pick(families)
            let isMulti = !family.multiKeys.isEmpty && random.chance(35)
            let keys = isMulti ? family.multiKeys : family.singleKeys
            let name = operatorName(family, isMulti: isMulti, &random)
            var chosen: [String: String] = [:]
            for _ in 0...(random.chance(20) ? 1 : 0) {
                let key = random.pick(keys)
                chosen[key] = values(family, name, &random)
            }
            let inner = chosen.sorted { $0.key < $1.key }.map { key, values in
                #""\#(random.chance(10) ? key.uppercased() : key)": \#(values)"#
            }
            members[name] = "{" + inner.joined(separator: ", ") + "}"
        }
        let text = members.sorted { $0.key < $1.key }.map { #""\#($0.key)": \#($0.value)"# }
        return "{" + text.joined(separator: ", ") + "}"
    }

    private static func operatorName(
        _ family: Family,
        isMulti: Bool,
        _ random: inout RandomSource
    ) -> String {
        let base = random.pick(family.operators)
        let qualifier =
            random.chance(isMulti ? 85 : 12) ? random.pick(["ForAllValues:", "ForAnyValue:"]) : ""
        return qualifier + base + (base != "Null" && random.chance(20) ? "IfExists" : "")
    }

    private static func values(_ family: Family, _ name: String, _ random: inout RandomSource) -> String {
        // An empty list under a negated operator is refused (B10).
        if !name.contains("Not"), random.chance(2) { return "[]" }
        return random.json((0...random.number(0...1)).map { _ in value(family, name, &random) })
    }

    private static func value(_ family: Family, _ name: String, _ random: inout RandomSource) -> String {
        let plain = random.pick(name.contains("IpAddress") ? blocks : family.values)
        if name.contains("String") {
            if random.chance(15) { return variable(&random) }
            return name.contains("Like") ? random.pattern(near: plain) : plain
        }
        if name.contains("Arn"), random.chance(60) {
            let parts = plain.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            return random.pick([
                parts[..<5].joined(separator: ":") + ":" + random.pattern(near: parts[5]),
                "arn:aws:*:*:*:" + parts[5], "arn:aws:iam::*:user/${aws:username}", "*",
            ])
        }
        if name.contains("Bool"), random.chance(10) { return "${app:flag}" }
        return plain
    }

    /// A policy variable that resolves for some requests only.
    static func variable(_ random: inout RandomSource) -> String {
        random.pick([
            "${aws:username}", "${app:color}", "${app:list}", "${aws:PrincipalTag/team}",
            "${APP:Color, 'red'}",
            "re${*}", "${app:none}",
        ])
    }
}
