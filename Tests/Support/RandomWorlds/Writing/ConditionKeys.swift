import PolicyLanguage
import Vocabulary

/// The kinds of value that conditions compare, each with its operators and with values for both sides.
enum ValueKind: CaseIterable {
    case string, number, date, boolean, address, name, bytes

    var operators: [String] {
        switch self {
        case .string:
            [
                "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase",
                "StringLike", "StringNotLike",
            ]
        case .number: Self.ordered("Numeric")
        case .date: Self.ordered("Date")
        case .boolean: ["Bool"]
        case .address: ["IpAddress", "NotIpAddress"]
        case .name: ["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"]
        case .bytes: ["BinaryEquals"]
        }
    }

    private static func ordered(_ type: String) -> [String] {
        [
            "Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals",
        ].map { type + $0 }
    }

    /// Values that a policy and a request may both hold.
    var values: [String] {
        switch self {
        case .string: Self.strings
        case .number: Self.numbers
        case .date: Self.dates
        case .boolean: ["true", "false", "TRUE"]
        case .address: ["10.0.0.7", "10.0.1.7", "2001:db8::7", "::ffff:10.0.0.7", "0.0.0.0", "::"]
        case .name: Self.names
        case .bytes: ["AQI=", "AQM=", "", "AQIDBA=="]
        }
    }

    private static let strings = [
        "red", "Red", "redder", "re", "blue", "al", "alice", "111122223333", "", "caf\u{E9}", "cafe\u{301}",
        "\u{E9}", "\u{1F600}x", "\u{E9}\u{E9}",
    ]
    private static let numbers = [
        "1", "1.0", "10", "-1", "9007199254740993", "9007199254740992", "0", "-0", "1e2", "100", "0.1",
        "0.10",
    ]
    private static let dates = [
        "2026-03-01T12:00:00Z", "2026-03-01", "1772366400", "2026-03-01T13:00:00+01:00", "2026",
        "2026-03-01T12:00:00.5Z", "1772366400.5", "-1", "2026-03-01T12:00:00.5000000000Z",
        "1772366400.50000000009",
    ]
    private static let names = [
        "arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:user/team/al",
        "arn:aws:iam::111122223333:role/ml/trainer", "arn:aws:sns:eu-west-1:111122223333:jobs",
        "arn:aws:sns:eu-west-1:111122223333:jobs:x",
    ]

    /// Values of a request that some operator cannot read, or that mean something in a pattern.
    static let garbage = [
        "ten", "1x", "noon", "yes", "nowhere", "?", "*", "re*", "${app:color}", "a:b", "a/b", "arn:aws",
        "10.0.0.0/8",
        " 1", "+1", "01", "1e9999", "300.0.0.1", "2026-13-01", "AQI", "arn:aws:iam::1:x", "9999999999999",
        String(repeating: "9", count: 101),
    ]
}

/// A context key with the values that make sense for it.
struct ConditionKey: Sendable {
    let name: String
    let kind: ValueKind
    let isMulti: Bool
    let values: [String]
    /// Whether the engine fills it in; what a request says is then ignored (E27).
    let isEngineOwned: Bool

    init(
        _ name: String,
        _ kind: ValueKind,
        multi: Bool = false,
        owned: Bool = false,
        _ values: [String]? = nil
    ) {
        self.name = name
        self.kind = kind
        isMulti = multi
        self.values = values ?? kind.values
        isEngineOwned = owned
    }

    /// Text of lengths around the words of the automata, and beyond the memory set aside for them.
    static let longTexts = [63, 64, 65, 127, 128, 129, 4_100].map { String(repeating: "l", count: $0) }

    private static let organization = ["o-random"]
    private static let paths = ["o-random/r-0/", "o-random/r-0/ou-0-1/", "o-random/r-0/ou-0-1/ou-0-2/"]
    private static let accounts = ["111122223333", "222233334444", "anonymous"]

    /// Keys that a request may give, and the engine may not know better.
    static let open = [
        ConditionKey("app:color", .string), ConditionKey("app:list", .string, multi: true),
        ConditionKey("app:long", .string, longTexts), ConditionKey("aws:TagKeys", .string, multi: true),
        ConditionKey("aws:ResourceTag/class", .string, ["red", "Red", "blue"]),
        ConditionKey("aws:ResourceTag/Gr\u{F6}\u{DF}e", .string, ["red", "10"]),
        ConditionKey("aws:RequestTag/team", .string, ["red", "Red", "blue"]),
        ConditionKey("app:size", .number), ConditionKey("app:sizes", .number, multi: true),
        ConditionKey("app:since", .date), ConditionKey("app:times", .date, multi: true),
        ConditionKey("app:flag", .boolean), ConditionKey("aws:SecureTransport", .boolean),
        ConditionKey("app:flags", .boolean, multi: true), ConditionKey("aws:SourceIp", .address),
        ConditionKey("app:addresses", .address, multi: true), ConditionKey("app:topic", .name),
        ConditionKey("app:topics", .name, multi: true), ConditionKey("app:blob", .bytes),
        ConditionKey("app:blobs", .bytes, multi: true),
        ConditionKey("aws:SourceVpce", .string, ["vpce-1", "vpce-2", "vpce-3"]),
    ]

    /// Keys of the engine (E26).
    static let owned = [
        ConditionKey("aws:PrincipalArn", .name, owned: true),
        ConditionKey("aws:PrincipalAccount", .string, owned: true, accounts),
        ConditionKey(
            "aws:PrincipalType",
            .string,
            owned: true,
            ["User", "AssumedRole", "FederatedUser", "Account", "Anonymous", "AWSService", "user"]
        ),
        ConditionKey(
            "aws:userid",
            .string,
            owned: true,
            [
                "AIDAEXAMPLEALICE0001", "AROAEXAMPLETRAINER01:job", "111122223333:guest", "111122223333",
                "anonymous",
                "AROAEXAMPLETRAINER01:*",
            ]
        ),
        ConditionKey("aws:username", .string, owned: true, ["alice", "al", "Alice", "bob"]),
        ConditionKey("aws:PrincipalOrgID", .string, owned: true, organization),
        ConditionKey("aws:PrincipalOrgPaths", .string, multi: true, owned: true, paths),
        ConditionKey("aws:PrincipalIsAWSService", .boolean, owned: true),
        ConditionKey("aws:PrincipalServiceName", .string, owned: true, ["sns.amazonaws.com"]),
        ConditionKey(
            "aws:PrincipalServiceNamesList",
            .string,
            multi: true,
            owned: true,
            ["sns.amazonaws.com"]
        ),
        ConditionKey("aws:TokenIssueTime", .date, owned: true),
        ConditionKey("aws:MultiFactorAuthPresent", .boolean, owned: true),
        ConditionKey("aws:MultiFactorAuthAge", .number, owned: true, ["10", "3600", "-1", "0"]),
        ConditionKey("aws:SourceIdentity", .string, owned: true, ["alice", "Alice", "al"]),
        ConditionKey(
            "aws:FederatedProvider",
            .string,
            owned: true,
            ["accounts.example.com", "cognito-identity.amazonaws.com"]
        ),
        ConditionKey("aws:CurrentTime", .date, owned: true),
        ConditionKey("aws:EpochTime", .date, owned: true),
        ConditionKey("aws:ResourceAccount", .string, owned: true, accounts),
        ConditionKey("aws:ResourceOrgID", .string, owned: true, organization),
        ConditionKey("aws:ResourceOrgPaths", .string, multi: true, owned: true, paths),
        ConditionKey("aws:PrincipalTag/team", .string, owned: true, ["red", "Red", "blue", ""]),
        ConditionKey("aws:PrincipalTag/Gr\u{F6}\u{DF}e", .string, owned: true, ["red", "10"]),
    ]

    /// Variables, some of which resolve for some requests only, or to text that would mean something else.
    static let variables =
        [
            "${aws:username}", "${aws:username}", "${app:color}", "${app:color}", "${app:list}",
            "${app:none}",
            "${aws:PrincipalTag/team}", "${APP:Color, 'red'}", "${app:none,'al'}", "${app:none, 'a*?:b'}",
            "${app:none, ''}", "${app:long}", "re${*}", "${?}", "${$}", "$",
            "${aws:PrincipalTag/Gr\u{F6}\u{DF}e}",
        ] + owned.map { "${\($0.name)}" } + [
            "${aws:MultiFactorAuthAge, '0'}", "${aws:FederatedProvider, 'red'}",
        ]
}
