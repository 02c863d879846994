/// What a caller must show, as the files said when they were read last.
struct AccessRules: Sendable {
    /// What is asked for.
    enum Area: Sendable {
        /// Health and readiness: whoever reaches the listener.
        case open
        /// Decisions for applications, with a token in `Authorization`.
        case check
        /// Decisions for gateways, where `Authorization` is their client's; the token stands in `x-portcullis-token`.
        case checkForOthers
        /// Status and metrics.
        case observe
        /// Simulations, where `Authorization` holds a signature; the token stands in `x-portcullis-token`.
        case observeForOthers
        /// What changes how the server decides.
        case administer
    }

    /// What came of asking.
    enum Verdict: Equatable {
        case allowed
        case noToken
        case refused
    }

    let settings: AccessSettings
    let hasAuthorities: Bool
    private let tokens: BearerTokens?
    private let adminTokens: BearerTokens?

    init(_ configuration: ServerConfiguration) throws(ServerError) {
        settings = configuration.access
        hasAuthorities = configuration.tls?.clientAuthorities != nil
        tokens = try settings.tokens.map { path throws(ServerError) in try BearerTokens(contentsOf: path) }
        adminTokens = try settings.adminTokens.map { path throws(ServerError) in
            try BearerTokens(contentsOf: path)
        }
    }

    /// Judges a caller.
    ///
    /// A Unix socket's permissions stand in for a certificate.
    func judge(_ head: MessageHead, _ peer: ServerPeer, _ area: Area, isUnix: Bool) -> Verdict {
        switch area {
        case .open: return .allowed
        case .check, .checkForOthers:
            guard isUnix || !hasAuthorities || bears(peer, settings.clientNames) else { return .refused }
            guard let tokens else { return .allowed }
            return tokens.verdict(Self.token(head, isForOthers: area == .checkForOthers))
        case .observe, .observeForOthers, .administer:
            let asksNames = !settings.adminClientNames.isEmpty
            guard isUnix || !asksNames || bears(peer, settings.adminClientNames) else { return .refused }
            if let adminTokens {
                return adminTokens.verdict(Self.token(head, isForOthers: area == .observeForOthers))
            }
            return area != .administer || isUnix || asksNames ? .allowed : .refused
        }
    }

    private func bears(_ peer: ServerPeer, _ names: [String]) -> Bool {
        guard peer.isVerified else { return false }
        return names.isEmpty || peer.certificateNames.contains { names.contains($0) }
    }

    /// The token that a request bears; nil where it bears none, or several.
    private static func token(_ head: MessageHead, isForOthers: Bool) -> [UInt8]? {
        guard let found = try? head.value(isForOthers ? "x-portcullis-token" : "authorization") else {
            return nil
        }
        if isForOthers { return Array(head.bytes[found]) }
        guard head.begins(found, "bearer ") else { return nil }
        return Array(head.bytes[found].dropFirst(7).drop { $0 == 32 })
    }
}

extension BearerTokens {
    fileprivate func verdict(_ token: [UInt8]?) -> AccessRules.Verdict {
        guard let token else { return .noToken }
        return name(of: token) == nil ? .refused : .allowed
    }
}
