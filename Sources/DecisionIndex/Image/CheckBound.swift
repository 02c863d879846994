public import Vocabulary

/// The most policies that a single check by an image may have to look at, and where they are attached.
///
/// Policies are counted in chunks of 64 statements. A check meets those of its caller (identity policies,
/// boundary, and the SCPs on the account), of its target (its policy, and the RCPs on the account), of the VPC
/// endpoint, and of the session. The bound is the sum of the largest of each.
public struct CheckBound: Sendable, Hashable {
    /// What a check meets in one place.
    public struct Place: Sendable, Hashable {
        /// The ARN of the principal or resource, the account, or the id of the endpoint.
        public let name: UTF8Text
        /// The chunks attached there.
        public let chunks: Int
    }

    /// The caller with most policies on it; nil where nothing is attached to any.
    public let principal: Place?
    /// The target with most policies on it; nil where nothing is attached to any.
    public let resource: Place?
    /// The VPC endpoint with the longest policy; nil where there are none.
    public let endpoint: Place?

    /// Chunks kept for the policies of a session, which come with the request.
    public static let sessionChunksMax = 128
    /// Chunks that a check may look at; images for which it could be more are refused.
    public static var chunksMax: Int { Scratch.candidatesMax }

    /// The chunks of the worst check, those kept for a session included.
    public var chunks: Int {
        [principal, resource, endpoint].reduce(Self.sessionChunksMax) { $0 + ($1?.chunks ?? 0) }
    }

    /// Whether every check has room for what it may meet.
    var isKept: Bool { chunks <= Self.chunksMax }

    /// Refuses an image, just built, by which a check may meet too many policies.
    static func demand(_ image: VerifiedImage) throws(SnapshotBuilder.Failure) {
        let bound = image.checkBound
        if !bound.isKept { throw .tooManyChunks(bound) }
    }
}

/// The most chunks in each kind of place, whichever principal or account has them: never less than the bound.
///
/// An image that is extended is not looked through after each change.
struct ChunkMaxima {
    private var own = 0
    private var serviceControl = 0
    private var resourceControl = 0
    private var policy = 0

    mutating func take(own chunks: Int) { own = max(own, chunks) }
    mutating func take(serviceControl chunks: Int) { serviceControl = max(serviceControl, chunks) }
    mutating func take(resourceControl chunks: Int) { resourceControl = max(resourceControl, chunks) }
    /// The policy of a resource or of an endpoint.
    mutating func take(policy chunks: Int) { policy = max(policy, chunks) }

    var isKept: Bool {
        own + serviceControl + resourceControl + 2 * policy + CheckBound.sessionChunksMax
            <= CheckBound.chunksMax
    }
}

extension CheckBound: CustomStringConvertible {
    /// One line for people.
    public var description: String {
        let places = [("principal", principal), ("resource", resource), ("endpoint", endpoint)]
        let parts = places.compactMap { kind, place in place.map { "\($0.chunks) on \(kind) \($0.name)" } }
        return (["\(chunks) chunks of policies: \(Self.sessionChunksMax) kept for a session"] + parts)
            .joined(separator: ", ")
    }
}

extension CheckBound {
    /// Looks through an image whose lists have been verified, or were built here.
    ///
    /// - Complexity: O(accounts, principals, resources and endpoints).
    init(_ view: ImageView) {
        let header = view.header
        let accounts = AccountChunks(view)
        var principal = Largest(accounts.serviceControl)
        for index in header.principals.indices {
            let offset = view.load(UInt32.self, header.principals, index)
            let record = view[PrincipalRecord.self, at: offset]
            // Service-linked roles have no guardrails.
            let isLinked = record.kind == PrincipalRecord.serviceLinkedRole
            let guardrails = isLinked ? 0 : accounts.byOffset[record.account]?.serviceControl ?? 0
            principal.take(
                Int(record.identity.count) + Int(record.boundary.count) + guardrails,
                record.name
            )
        }
        var resource = Largest(accounts.resourceControl)
        for index in header.resources.indices {
            let offset = view.load(UInt32.self, header.resources, index)
            let record = view[ResourceRecord.self, at: offset]
            // A request may name any owner of a user or role.
            let isIdentity = record.flags & ResourceRecord.isIdentity != 0
            let guardrails =
                isIdentity
                ? accounts.resourceControl.chunks : accounts.byOffset[record.account]?.resourceControl ?? 0
            resource.take(Int(record.policy.count) + guardrails, record.name)
        }
        var endpoint = Largest()
        for index in header.endpoints.indices {
            let record = view[EndpointRecord.self, at: view.load(UInt32.self, header.endpoints, index)]
            endpoint.take(Int(record.policies.count), record.id)
        }
        self.principal = principal.place(in: view)
        self.resource = resource.place(in: view)
        self.endpoint = endpoint.place(in: view)
    }

    /// The largest count so far, and the name it belongs to.
    private struct Largest {
        private(set) var chunks = 0
        private var name = StringRef()

        init() {}

        init(_ other: Largest) { self = other }

        mutating func take(_ chunks: Int, _ name: StringRef) {
            if chunks > self.chunks { (self.chunks, self.name) = (chunks, name) }
        }

        func place(in view: ImageView) -> Place? {
            chunks == 0 ? nil : Place(name: view.bytes(name).text, chunks: chunks)
        }
    }

    /// The guardrails on each account.
    private struct AccountChunks {
        private(set) var byOffset: [UInt32: (serviceControl: Int, resourceControl: Int)] = [:]
        private(set) var serviceControl = Largest()
        private(set) var resourceControl = Largest()

        init(_ view: ImageView) {
            func count(_ levels: ListRef) -> Int {
                levels.indices.reduce(0) {
                    $0 + Int(view.load(LevelRecord.self, levels, $1).policies.count)
                }
            }
            let accounts = view.header.accounts
            byOffset.reserveCapacity(Int(accounts.count))
            for index in accounts.indices {
                let offset = view.load(UInt32.self, accounts, index)
                let record = view[AccountRecord.self, at: offset]
                let (own, others) = (count(record.serviceControl), count(record.resourceControl))
                byOffset[offset] = (own, others)
                serviceControl.take(own, record.id)
                resourceControl.take(others, record.id)
            }
        }
    }
}
