/// The answer to one request (A4).
@frozen public enum Outcome: UInt8, Sendable, Hashable {
    /// Every layer that applies lets the request pass.
    case allow
    /// Nothing forbids the request, and some layer that must grant it does not.
    case implicitDeny
    /// An applicable statement forbids the request (F1).
    case explicitDeny
    /// The request could not be evaluated; it is denied (A4: evaluation closes on an error).
    case error

    /// True only for ``allow``.
    public var isAllowed: Bool { self == .allow }

    /// The word used in conformance vectors and in JSON output.
    public var name: String {
        switch self {
        case .allow: "allow"
        case .implicitDeny: "implicitDeny"
        case .explicitDeny: "explicitDeny"
        case .error: "error"
        }
    }
}
