public import Vocabulary

/// `Principal` or `NotPrincipal` (C2).
public enum PrincipalElement: Sendable, Hashable {
    /// The statement concerns callers that match an entry.
    case principal([PrincipalEntry])
    /// The statement concerns callers that do not (C6).
    case notPrincipal([PrincipalEntry])

    /// The entries, whichever element it is.
    public var entries: [PrincipalEntry] {
        switch self {
        case .principal(let entries), .notPrincipal(let entries): entries
        }
    }
}

/// One entry of a principal element.
public enum PrincipalEntry: Sendable, Hashable {
    /// `"*"` or `{"AWS": "*"}`: anybody, anonymous callers included.
    case everyone
    /// An account id, or its `:root` ARN: the account as a whole, not only its root user.
    case account(AccountID)
    /// A user, role, role session or federated user.
    case arn(ARN)
    /// The unique id that AWS writes in place of a deleted user or role (C7).
    case uniqueID(UTF8Text)
    /// A service.
    case service(UTF8Text)
    /// A web or SAML identity provider.
    case federated(UTF8Text)
    /// A canonical user id.
    case canonicalUser(UTF8Text)
}

/// `Action` or `NotAction` (D1, D2).
public enum ActionElement: Sendable, Hashable {
    /// The statement concerns actions that match a pattern.
    case action([ActionPattern])
    /// The statement concerns actions that match none.
    case notAction([ActionPattern])
}

/// A pattern of `service:Name`, compared without regard to ASCII case (D1).
public struct ActionPattern: Sendable, Hashable {
    /// The pattern as written.
    public let text: UTF8Text

    init(_ text: UTF8Text) { self.text = text }

    /// Whether an action that is already in lower case matches.
    public func matches(folded action: UTF8Text) -> Bool {
        WildcardPattern(asciiLowercasing: text).matches(action)
    }
}

/// `Resource` or `NotResource` (D3–D7).
public enum ResourceElement: Sendable, Hashable {
    /// The statement concerns resources that match a pattern.
    case resource([ResourcePattern])
    /// The statement concerns resources that match none.
    case notResource([ResourcePattern])
}

/// A pattern of resource ARNs; case-sensitive (D3).
public struct ResourcePattern: Sendable, Hashable {
    private let written: UTF8Text?
    private let reaching: PatternTemplate
    private let segmented: PatternTemplate?

    /// - Parameters:
    ///   - written: the text as written, where the templates read it otherwise (D5).
    ///   - segmented: the template with the shorter reach, where it is not the same text.
    init(written: UTF8Text?, reaching: PatternTemplate, segmented: PatternTemplate?) {
        self.written = written
        self.reaching = reaching
        self.segmented = segmented
    }

    /// The pattern as written.
    public var text: UTF8Text { written ?? reaching.text }

    /// The pattern with the chosen reach of its wildcards.
    public func template(_ reach: WildcardReach) -> PatternTemplate {
        switch reach {
        case .aws: reaching
        case .segmented: segmented ?? reaching.withoutReach
        }
    }

    /// The policy variables in the pattern.
    public var variables: [PolicyVariable] { reaching.variables }
}
