import Portcullis

/// One way to prove who asks.
struct CallerRule: Sendable {
    enum Method: Sendable {
        case certificate(CertificateRule)
        case token(TokenRule)
        case header(HeaderRule)
        case anonymous
    }

    let name: UTF8Text
    let method: Method
}

/// Callers by a name of their verified certificate.
final class CertificateRule: Sendable {
    let kind: HTTPRequestBuffer.CertificateName.Kind
    let name: TextTemplate
    let identity: IdentityTemplate

    init(
        kind: HTTPRequestBuffer.CertificateName.Kind,
        name: TextTemplate,
        identity: IdentityTemplate
    ) {
        self.kind = kind
        self.name = name
        self.identity = identity
    }

    /// Who a name is; nil where it is nobody's.
    func caller(named text: Span<UInt8>) -> Identity? {
        var values: [UTF8Text: UTF8Text] = [:]
        let names = name.captures
        let isMatch = name.match(text) { index, range in
            var bytes: [UInt8] = []
            ByteScan.append(text.extracting(range), to: &bytes)
            values[names[index]] = UTF8Text(bytes)
        }
        return isMatch ? identity.identity { values[$0] } : nil
    }
}

/// Callers by a token that somebody we trust has signed.
final class TokenRule: Sendable {
    let keys: KeySet
    let issuer: UTF8Text
    let audiences: [UTF8Text]
    let algorithms: Set<TokenAlgorithm>
    let leewaySeconds: Int64
    let multiFactorClaim: UTF8Text?
    /// What the claim must hold; none where it must be `true`.
    let multiFactorValues: [UTF8Text]
    let identity: IdentityTemplate

    init(
        keys: KeySet,
        issuer: UTF8Text,
        audiences: [UTF8Text],
        algorithms: Set<TokenAlgorithm>,
        leewaySeconds: Int64,
        multiFactorClaim: UTF8Text?,
        multiFactorValues: [UTF8Text],
        identity: IdentityTemplate
    ) {
        self.keys = keys
        self.issuer = issuer
        self.audiences = audiences
        self.algorithms = algorithms
        self.leewaySeconds = leewaySeconds
        self.multiFactorClaim = multiFactorClaim
        self.multiFactorValues = multiFactorValues
        self.identity = identity
    }
}

/// Callers by what a proxy that we trust says.
final class HeaderRule: Sendable {
    let header: WatchedHeaders.ID
    let peers: AddressList
    let certificates: [UTF8Text]
    let identity: IdentityTemplate

    init(
        header: WatchedHeaders.ID,
        peers: AddressList,
        certificates: [UTF8Text],
        identity: IdentityTemplate
    ) {
        self.header = header
        self.peers = peers
        self.certificates = certificates
        self.identity = identity
    }

    /// Who a value is; nil where it is nobody.
    func caller(named text: Span<UInt8>) -> Identity? {
        var bytes: [UInt8] = []
        ByteScan.append(text, to: &bytes)
        let value = UTF8Text(bytes)
        return identity.identity { $0.equals("value") ? value : nil }
    }
}

/// Who a caller is, before anything is asked.
struct Identity: Sendable {
    var principal: RequestPrincipal
    /// Nil for long-term credentials.
    var credential: CallerCredential?
}

/// Names of a caller with captures.
struct IdentityTemplate: Sendable {
    let principal: TextTemplate
    let sessionName: TextTemplate?
    let sourceIdentity: TextTemplate?
    let tags: [(key: UTF8Text, value: TextTemplate)]

    /// AWS allows 64 letters; SPIFFE IDs are longer.
    private static let insertedBytesMax = 256

    /// The names with values in place of captures; nil where a value is missing, or is no text for names.
    func identity(isTemporary: Bool = false, _ value: (UTF8Text) -> UTF8Text?) -> Identity? {
        func named(_ name: UTF8Text) -> UTF8Text? {
            guard let text = value(name), Self.isName(text) else { return nil }
            return text
        }
        guard let text = principal.filled(named), let principal = Self.principal(text) else { return nil }
        var credential = CallerCredential()
        if let sessionName {
            guard let name = sessionName.filled(named) else { return nil }
            credential.sessionName = name
        }
        if let sourceIdentity {
            guard let name = sourceIdentity.filled(named) else { return nil }
            credential.sourceIdentity = name
        }
        for (key, template) in tags {
            guard let tag = template.filled(value) else { continue }
            guard tag.count <= Self.insertedBytesMax, !tag.containsControlCharacter else { return nil }
            credential.tags[key] = tag
        }
        var needsCredential = isTemporary || sessionName != nil || sourceIdentity != nil || !tags.isEmpty
        if case .role = principal { needsCredential = true }
        return Identity(principal: principal, credential: needsCredential ? credential : nil)
    }

    /// Text that cannot become more than a part of a name.
    static func isName(_ text: UTF8Text) -> Bool {
        1...insertedBytesMax ~= text.count && text.bytes.allSatisfy { ByteSet.iamName.contains($0) }
    }

    /// The user or role of an ARN.
    static func principal(_ text: UTF8Text) -> RequestPrincipal? {
        guard let principal = RequestPrincipal(text) else { return nil }
        switch principal {
        case .user(let arn), .role(let arn): return AccountID.isWellFormed(arn.account) ? principal : nil
        default: return nil
        }
    }
}
