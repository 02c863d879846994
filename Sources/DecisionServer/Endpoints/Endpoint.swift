/// What a request can ask for.
enum Endpoint: Int, CaseIterable {
    case authZEN
    case discovery
    case simulation
    case extAuthz
    case authRequest
    case health
    case readiness
    case metrics
    case status
    case reload
    case rollback
    /// Nothing that the listener offers.
    case none

    /// Its name in metrics.
    var name: String { "\(self)" }

    /// Who may ask.
    var area: AccessRules.Area {
        switch self {
        case .health, .readiness, .discovery, .none: .open
        case .authZEN: .check
        case .extAuthz, .authRequest: .checkForOthers
        case .metrics, .status: .observe
        case .simulation: .observeForOthers
        case .reload, .rollback: .administer
        }
    }

    /// The methods it is for, as `Allow` names them; nil for all, since they are the client's of a gateway.
    var methods: [StaticString]? {
        switch self {
        case .extAuthz, .none: nil
        case .authZEN, .simulation, .reload, .rollback: ["POST"]
        case .authRequest, .discovery, .health, .readiness, .metrics, .status: ["GET", "HEAD"]
        }
    }

    /// Whether an answer may take so long that other connections of the loop should not wait for it.
    var isSlow: Bool { self == .simulation }

    static let extAuthzPrefix: StaticString = "/ext_authz"

    /// Finds what a request on a listener asks for.
    ///
    /// Paths are compared byte by byte: another spelling is another path.
    ///
    /// - Parameter base: what may stand before the paths of AuthZEN.
    init(_ head: MessageHead, isAdmin: Bool, base: [UInt8]) {
        func isAt(_ path: StaticString) -> Bool { head.path.count == path.utf8CodeUnitCount && begins(path) }
        func begins(_ path: StaticString) -> Bool { head.hasBytes(head.path, beginningWith: path) }
        if isAt("/healthz") {
            self = .health
        } else if isAt("/readyz") {
            self = .readiness
        } else if isAdmin {
            self =
                isAt("/metrics")
                ? .metrics
                : isAt("/status")
                    ? .status
                    : isAt("/reload")
                        ? .reload : isAt("/rollback") ? .rollback : isAt("/") ? .simulation : .none
        } else if begins("/ext_authz/") {
            self = .extAuthz
        } else if isAt("/auth_request") {
            self = .authRequest
        } else if begins("/access/v1/") {
            self = .authZEN
        } else if begins("/.well-known/authzen-configuration") {
            self = .discovery
        } else if !base.isEmpty, head.bytes[head.path].starts(with: base),
            head.hasBytes(head.path.dropFirst(base.count), beginningWith: "/access/v1/")
        {
            self = .authZEN
        } else {
            self = .none
        }
    }
}

extension MessageHead {
    /// Whether some bytes begin with exactly these.
    func hasBytes(_ range: Range<Int>, beginningWith text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard range.count >= count else { return false }
        // INVARIANT: a literal's pointer is good for its count.
        let other = unsafe UnsafeBufferPointer(start: text.utf8Start, count: count)
        for offset in 0..<count {
            if unsafe bytes[range.lowerBound + offset] != other[offset] { return false }
        }
        return true
    }

    /// Whether some bytes are exactly these.
    func hasBytes(_ range: Range<Int>, _ text: StaticString) -> Bool {
        range.count == text.utf8CodeUnitCount && hasBytes(range, beginningWith: text)
    }
}
