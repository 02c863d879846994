import Vocabulary

/// A slot of a hash table: zero means empty.
struct Slot: BitwiseCopyable {
    /// The upper half of the hash.
    var tag: UInt32 = 0
    /// Where the record stands.
    var offset: UInt32 = 0
}

/// A user, role or other principal that the directory lists.
struct PrincipalRecord: BitwiseCopyable {
    var name = StringRef()
    /// The last part of the name: user or role name.
    var shortName = StringRef()
    var uniqueID = StringRef()
    var account: UInt32 = 0
    var kind: UInt32 = 0
    /// Own policies and those of the groups.
    var identity = ListRef()
    /// One policy, or none.
    var boundary = ListRef()
    var tags = ListRef()
    /// `arn:P:sts::A:assumed-role/NAME/` of a role.
    var sessionPrefix = StringRef()
    /// The role's ARN without its path.
    var pathlessName = StringRef()

    static let user: UInt32 = 0
    static let role: UInt32 = 1
    static let serviceLinkedRole: UInt32 = 2
}

/// An account, with the guardrails on it.
struct AccountRecord: BitwiseCopyable {
    var id = StringRef()
    var organizationPath = StringRef()
    var serviceControl = ListRef()
    var resourceControl = ListRef()
    var flags: UInt32 = 0
    var padding: UInt32 = 0

    static let isMember: UInt32 = 1
    static let isManagement: UInt32 = 2
    static let hasServiceControl: UInt32 = 4
}

/// One level of an organization: a list of policies.
struct LevelRecord: BitwiseCopyable {
    var policies = ListRef()
}

/// A resource, user or role as the target of a request.
struct ResourceRecord: BitwiseCopyable {
    var name = StringRef()
    var account: UInt32 = 0
    var flags: UInt32 = 0
    var policy = ListRef()
    var tags = ListRef()

    static let requiresTrust: UInt32 = 1
    /// A user or role: nothing lies below it, and its policy is a trust policy.
    static let isIdentity: UInt32 = 2
    static let isRole: UInt32 = 4
    static let hasPolicy: UInt32 = 8
}

struct EndpointRecord: BitwiseCopyable {
    var id = StringRef()
    var policies = ListRef()
}

struct TagRecord: BitwiseCopyable {
    /// In lower case: the letters of tag keys ignore case (A2).
    var key = StringRef()
    var value = StringRef()
}

/// A chunk of at most 64 statements of a policy, attached somewhere.
///
/// The two masks say, before the chunk itself is touched, whether any of its statements can concern an
/// action: by service, or by service and the first three letters of the name.
struct PolicyEntry: BitwiseCopyable {
    var policy: UInt32 = 0
    var serviceMask: UInt32 = 0
    var nameMask: UInt64 = 0
}

/// A chunk of at most 64 statements of a policy.
struct PolicyRecord: BitwiseCopyable {
    var denies: UInt64 = 0
    /// Statements that concern what their actions do not match (D2).
    var negatedActions: UInt64 = 0
    var statements = ListRef()
    var actionSlots = ListRef()
    var actionPatterns = ListRef()
    /// The policy this is a chunk of, and the position of its first statement there.
    var policyIndex: UInt32 = 0
    var firstStatement: UInt32 = 0
    var name = StringRef()
}

/// An action written out, with the statements that list it.
struct ActionSlot: BitwiseCopyable {
    var name = StringRef()
    var tag: UInt32 = 0
    var padding: UInt32 = 0
    var statements: UInt64 = 0
}

/// A pattern of actions, with the statements that list it.
struct ActionPatternRecord: BitwiseCopyable {
    var pattern = PatternRecord()
    /// The literal bytes with which every matching action begins, as far as sixteen: words and their masks.
    var firstWord: UInt64 = 0
    var firstMask: UInt64 = 0
    var secondWord: UInt64 = 0
    var secondMask: UInt64 = 0
    var statements: UInt64 = 0
    /// Whether the words say all: a prefix of at most sixteen bytes.
    var isDecidedByWords: UInt64 = 0
}

/// A pattern of texts.
struct PatternRecord: BitwiseCopyable {
    enum Kind: UInt32 {
        /// Matches everything.
        case everything
        /// A literal text.
        case exact
        /// A literal text and what follows.
        case prefix
        /// Literal text with unrestricted runs, written `*`.
        case glob
        /// Symbols of sixteen bits, see ``PatternSymbol``.
        case symbols
    }

    var kind: UInt32 = Kind.exact.rawValue
    var offset: UInt32 = 0
    var count: UInt32 = 0
    /// The variables of `symbols`.
    var variables: UInt32 = 0

    var string: StringRef { StringRef(offset: offset, count: count) }
}

/// A policy variable in a pattern (E20, E21).
struct VariableRecord: BitwiseCopyable {
    var key: UInt32 = 0
    var hasDefault: UInt32 = 0
    var defaultValue = StringRef()
}

/// A symbol of a pattern: a byte, a wildcard, or a variable by its position.
struct PatternSymbol: BitwiseCopyable, Equatable {
    var rawValue: UInt16

    static let anyScalar = PatternSymbol(rawValue: 0x100)
    static let anyRun = PatternSymbol(rawValue: 0x101)
    static let anyScalarInPart = PatternSymbol(rawValue: 0x102)
    static let anyRunInPart = PatternSymbol(rawValue: 0x103)
    static let firstVariable: UInt16 = 0x8000

    var isVariable: Bool { rawValue >= Self.firstVariable }
    var variableIndex: Int { Int(rawValue - Self.firstVariable) }
}

struct StatementRecord: BitwiseCopyable {
    enum ElementKind: UInt8 {
        case absent, positive, negated
    }

    var resources = ListRef()
    var principals = ListRef()
    var conditions = ListRef()
    var resourceKind: UInt8 = 0
    var principalKind: UInt8 = 0
    var isDeny: UInt8 = 0
    /// Whether the statement concerns what its actions do not match; the chunk's mask says the same.
    var isActionNegated: UInt8 = 0
    /// Entries of the chunk's action tables that list the statement, so that none can be missing unnoticed.
    var actionCount: UInt32 = 0
}

struct PrincipalEntryRecord: BitwiseCopyable {
    enum Kind: UInt32 {
        case everyone, account, arn, uniqueID, service, federated, canonicalUser
    }

    var kind: UInt32 = 0
    var padding: UInt32 = 0
    var name = StringRef()
}

/// A context key that a condition or variable names.
struct KeyRecord: BitwiseCopyable {
    /// The key in lower case; for a tag the part after the slash.
    var name = StringRef()
    var fact: UInt32 = 0
    var padding: UInt32 = 0
}

struct ConditionRecord: BitwiseCopyable {
    var code: UInt8 = 0
    /// 0 none, 1 ForAllValues, 2 ForAnyValue.
    var qualifier: UInt8 = 0
    var ifExists: UInt8 = 0
    var isNegated: UInt8 = 0
    var key: UInt32 = 0
    var operands = ListRef()

    static let forAllValues: UInt8 = 1
    static let forAnyValue: UInt8 = 2
}

/// A policy value.
///
/// What the fields mean depends on the kind.
struct OperandRecord: BitwiseCopyable {
    enum Kind: UInt32 {
        /// `pattern` is a text or template.
        case pattern
        /// `pattern` holds the digits; `low` the exponent; `extra` is 1 for negative numbers.
        case number
        /// `low` seconds, `extra` nanoseconds.
        case date
        /// `extra` is 1 for true.
        case bool
        /// `pattern` is a template of a truth value.
        case boolVariable
        /// `pattern` holds the bytes.
        case binary
        /// `low` and `high` the address, `extra` the prefix length, `pattern.count` 4 or 6.
        case ip
        /// `pattern` is a list of six patterns, or of one for a whole ARN.
        case arn
        case unreadable
    }

    var kind: UInt32 = 0
    var extra: UInt32 = 0
    var pattern = PatternRecord()
    var low: UInt64 = 0
    var high: UInt64 = 0
}
