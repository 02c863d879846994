/// One key of a request's context.
struct ContextEntry: BitwiseCopyable, Sendable {
    var key: StringRef
    var firstValue: UInt32
    var valueCount: UInt32 = 0
    var isMulti: UInt32 = 0
}

/// What every check reads of a request: one cache line, with the strings behind it.
///
/// Places are counted from the beginning of the request's block.
struct RequestHead: BitwiseCopyable, Sendable {
    enum PrincipalKind: UInt8, BitwiseCopyable, Sendable {
        case user, role, roleSession, federatedUser, root, service, federated, canonicalUser, anonymous
    }

    var principal = StringRef()
    var action = StringRef()
    var resource = StringRef()
    /// Of the principal.
    var account = StringRef()
    /// The owner that the request names, or the account in the resource's ARN.
    var statedAccount = StringRef()
    /// The role behind a session, or the user behind a federated one.
    var entity = StringRef()
    /// Where the colon of the action stands.
    var actionColon: UInt32 = 0
    /// Where ``RequestDetails`` stand.
    var detailsOffset: UInt32 = 0
    var kind = PrincipalKind.anonymous
    private var marks: UInt8 = 0

    /// Whether the resource is `*`.
    var isAnyResource: Bool {
        get { has(0) }
        set { mark(0, newValue) }
    }

    /// Whether an `sts` action is asked on a role, so that its trust policy decides (G3).
    var isRoleSTS: Bool {
        get { has(1) }
        set { mark(1, newValue) }
    }

    /// Whether the context holds every fact, so that the engine fills in none.
    var isContextComplete: Bool {
        get { has(2) }
        set { mark(2, newValue) }
    }

    var hasSessionPolicies: Bool {
        get { has(3) }
        set { mark(3, newValue) }
    }

    var isTemporary: Bool {
        get { has(4) }
        set { mark(4, newValue) }
    }

    var hasSessionName: Bool {
        get { has(5) }
        set { mark(5, newValue) }
    }

    /// Whether the action makes a session of a role, whatever it is asked on (G3).
    var assumesRole: Bool {
        get { has(7) }
        set { mark(7, newValue) }
    }

    var hasEndpoint: Bool {
        get { has(6) }
        set { mark(6, newValue) }
    }

    private func has(_ bit: UInt8) -> Bool { marks & 1 << bit != 0 }

    private mutating func mark(_ bit: UInt8, _ isSet: Bool) {
        marks = isSet ? marks | 1 << bit : marks & ~(1 << bit)
    }
}

/// What a check reads only when a condition or a credential asks for it.
struct RequestDetails: BitwiseCopyable, Sendable {
    struct Time: BitwiseCopyable, Sendable {
        var seconds: Int64 = 0
        var nanoseconds: UInt32 = 0
    }

    var entries = ListRef()
    var values = ListRef()
    var tags = ListRef()
    /// The value of `aws:SourceVpce`.
    var endpoint = StringRef()
    var isMultiFactorAuthenticated = false
    var hasMultiFactorAuthAge = false
    var isIssueTimeKnown = false
    var hasSourceIdentity = false
    var hasFederatedProvider = false
    var now = Time()
    var sessionName = StringRef()
    var multiFactorAuthAge: Int64 = 0
    var issuedAt = Time()
    var sourceIdentity = StringRef()
    var federatedProvider = StringRef()
}
