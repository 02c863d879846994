/// Who asks, with every name the caller answers to (table C1).
public enum RequestPrincipal: Sendable, Hashable {
    /// An IAM user.
    case user(ARN)
    /// Some session of a role, where the session's own name is not known.
    case role(ARN)
    /// A named session of a role. The role's own ARN is carried: a session ARN has no path (C1).
    case roleSession(session: ARN, role: ARN)
    /// A federated-user session, with the IAM user behind it where that is known.
    case federatedUser(session: ARN, user: ARN?)
    /// The root user of an account.
    case root(ARN)
    /// A service acting for itself, such as `sns.amazonaws.com`.
    case service(UTF8Text)
    /// A web or SAML identity provider; only in the evaluation of a trust policy.
    case federated(provider: UTF8Text)
    /// A canonical user id, as S3 access lists use it.
    case canonicalUser(UTF8Text)
    /// Nobody in particular.
    case anonymous

    /// Reads a principal as a request names it: an ARN, a service name, a canonical id, `anonymous`.
    ///
    /// A session ARN alone stands for the role of that name without a path.
    public init?(_ text: UTF8Text) {
        if text == "anonymous" || text == "*" {
            self = .anonymous
        } else if let arn = ARN(text) {
            guard let principal = Self.principal(named: arn) else { return nil }
            self = principal
        } else if text.count == 64, text.bytes.allSatisfy({ $0.isASCIIDigit || $0.isASCIILetter }) {
            self = .canonicalUser(text)
        } else if Self.isServiceName(text) {
            self = .service(text)
        } else {
            return nil
        }
    }

    private static func principal(named arn: ARN) -> RequestPrincipal? {
        guard !arn.account.isEmpty else { return nil }
        let resource = arn.resource
        let isIAM = arn.service.equals("iam")
        let isSTS = arn.service.equals("sts")
        if resource.equals("root") { return isIAM ? .root(arn) : nil }
        guard let slash = resource.firstOffset(of: UInt8(ascii: "/")), slash + 1 < resource.count else {
            return nil
        }
        let kind = resource[0..<slash]
        switch kind.description {
        case "user" where isIAM: return .user(arn)
        case "role" where isIAM: return .role(arn)
        case "saml-provider" where isIAM, "oidc-provider" where isIAM: return .federated(provider: arn.text)
        case "federated-user" where isSTS: return .federatedUser(session: arn, user: nil)
        case "assumed-role" where isSTS: return session(arn, of: resource.dropFirst(slash + 1))
        default: return nil
        }
    }

    private static func session(_ arn: ARN, of name: UTF8Text) -> RequestPrincipal? {
        guard let slash = name.firstOffset(of: UInt8(ascii: "/")), slash > 0, slash + 1 < name.count,
            let role = ARN(UTF8Text("arn:\(arn.partition):iam::\(arn.account):role/\(name[0..<slash])"))
        else { return nil }
        return .roleSession(session: arn, role: role)
    }

    private static func isServiceName(_ text: UTF8Text) -> Bool {
        !text.isEmpty
            && text.bytes.allSatisfy {
                $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: "_")
            }
    }

    /// The account the caller belongs to; nil for services, providers and anonymous callers.
    public var account: AccountID? {
        switch self {
        case .user(let arn), .role(let arn), .roleSession(_, let arn), .federatedUser(let arn, _),
            .root(let arn):
            AccountID(unchecked: arn.account)
        case .service, .federated, .canonicalUser, .anonymous: nil
        }
    }

    /// The name by which messages call the caller.
    public var displayName: UTF8Text {
        switch self {
        case .user(let arn), .role(let arn), .roleSession(let arn, _), .federatedUser(let arn, _),
            .root(let arn):
            arn.text
        case .service(let name), .federated(let name), .canonicalUser(let name): name
        case .anonymous: "anonymous"
        }
    }

    /// What follows the role, or the word `federated-user`, in a session's ARN.
    var sessionName: UTF8Text? {
        let (arn, partCount): (ARN, Int)
        switch self {
        case .roleSession(let session, _): (arn, partCount) = (session, 2)
        case .federatedUser(let session, _): (arn, partCount) = (session, 1)
        case .user, .role, .root, .service, .federated, .canonicalUser, .anonymous: return nil
        }
        var name = arn.resource
        for _ in 0..<partCount {
            guard let slash = name.firstOffset(of: UInt8(ascii: "/")) else { return "" }
            name = name.dropFirst(slash + 1)
        }
        return name
    }

    /// Whether every ARN of the caller is in a partition of AWS; an account's number alone says nothing elsewhere.
    var isInAWSPartition: Bool {
        switch self {
        case .user(let arn), .role(let arn), .root(let arn): arn.isInAWSPartition
        case .roleSession(let session, let role): session.isInAWSPartition && role.isInAWSPartition
        case .federatedUser(let session, let user):
            session.isInAWSPartition && (user?.isInAWSPartition ?? true)
        case .federated(let provider): ARN(provider)?.isInAWSPartition ?? true
        case .service, .canonicalUser, .anonymous: true
        }
    }

    var texts: [UTF8Text] {
        switch self {
        case .user(let arn), .role(let arn), .root(let arn): [arn.text]
        case .roleSession(let session, let role): [session.text, role.text]
        case .federatedUser(let session, let user): [session.text] + (user.map { [$0.text] } ?? [])
        case .service(let name), .federated(let name), .canonicalUser(let name): [name]
        case .anonymous: []
        }
    }
}
