/// Choices where AWS is silent or contradicts itself.
///
/// The defaults are those of the specification.
public struct EvaluationOptions: Sendable, Hashable {
    /// Whom a Deny with `NotPrincipal` exempts (C6).
    public enum NotPrincipalExemption: String, Sendable, CaseIterable {
        /// Only a caller whose every name is listed: session, role and account.
        case wholeChain
        /// A caller whose most specific name is listed.
        case mostSpecific
    }

    /// What a request value means that its operator cannot read (E19).
    public enum UnparsableValue: String, Sendable, CaseIterable {
        /// It equals nothing: positive operators fail, negated ones hold.
        case noMatch
        /// The request is malformed and denied.
        case error
    }

    /// How an IPv4 address written as IPv6 (`::ffff:10.0.0.1`) compares (E17).
    public enum MappedIPv6: String, Sendable, CaseIterable {
        /// As the IPv4 address.
        case unmap
        /// As an IPv6 address.
        case distinct
    }

    /// How far `*` reaches in the first five parts of a resource ARN (D4).
    public var arnWildcards: WildcardReach = .aws
    /// Whom a Deny with `NotPrincipal` exempts (C6).
    public var notPrincipal: NotPrincipalExemption = .wholeChain
    /// Whether `ForAnyValue:…IfExists` holds for a missing key (E10).
    public var forAnyValueIfExistsMissing = true
    /// Whether the root user is allowed in its account by default (F9).
    public var rootUser = false
    /// What an unreadable request value means (E19).
    public var unparsableRequestValue: UnparsableValue = .noMatch
    /// How IPv4-mapped IPv6 addresses compare (E17).
    public var ipv4MappedIPv6: MappedIPv6 = .unmap

    /// The specification's defaults.
    public init() {}
}

/// How far `*` reaches in parts 1–5 of a resource ARN (D4).
public enum WildcardReach: String, Sendable, CaseIterable {
    /// A `*` that ends its part may pass the colon, as the AWS guide says.
    case aws
    /// No wildcard passes a colon of the first five.
    case segmented
}
