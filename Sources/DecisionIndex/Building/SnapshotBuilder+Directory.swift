package import Vocabulary

extension SnapshotBuilder {
    /// An account with the guardrails on it, laid out.
    package struct AccountHandle: Sendable {
        let offset: UInt32
    }

    /// What an organization says about an account.
    package struct Membership: Sendable {
        /// `o-x/r-y/ou-z/`.
        package var path: UTF8Text
        package var isManagement: Bool
        /// Nil where service control policies are not enabled.
        package var serviceControl: [[PolicyHandle]]?
        package var resourceControl: [[PolicyHandle]]

        /// Describes a membership; levels are listed root first.
        package init(
            path: UTF8Text,
            isManagement: Bool,
            serviceControl: [[PolicyHandle]]?,
            resourceControl: [[PolicyHandle]]
        ) {
            self.path = path
            self.isManagement = isManagement
            self.serviceControl = serviceControl
            self.resourceControl = resourceControl
        }
    }

    /// A target of requests.
    package struct ResourcePlan: Sendable {
        /// What kind of target it is.
        package enum Kind: Sendable {
            case registered, user, role
        }

        package var arn: UTF8Text
        package var kind: Kind
        package var account: AccountID
        package var policy: PolicyHandle?
        package var requiresTrust: Bool
        package var tags: [UTF8Text: UTF8Text]

        /// Describes a target.
        package init(
            arn: UTF8Text,
            kind: Kind,
            account: AccountID,
            policy: PolicyHandle?,
            requiresTrust: Bool,
            tags: [UTF8Text: UTF8Text]
        ) {
            self.arn = arn
            self.kind = kind
            self.account = account
            self.policy = policy
            self.requiresTrust = requiresTrust
            self.tags = tags
        }
    }

    /// Sets the organization's id.
    package mutating func setOrganization(_ id: UTF8Text) { header.organizationID = buffer.string(id) }

    mutating func levels(_ levels: [[PolicyHandle]]) throws(Failure) -> ListRef {
        if levels.count > Limits.organizationDepthMax { throw .tooMany("levels of the organization") }
        var records: [LevelRecord] = []
        for level in levels { records.append(LevelRecord(policies: try list(level))) }
        return buffer.append(list: records)
    }

    /// Lays an account out.
    mutating func layOut(_ id: AccountID, _ membership: Membership?) throws(Failure) -> AccountHandle {
        var record = AccountRecord(id: buffer.string(id.text))
        if let membership {
            record.flags |= AccountRecord.isMember
            record.organizationPath = buffer.string(membership.path)
            if membership.isManagement { record.flags |= AccountRecord.isManagement }
            if let serviceControl = membership.serviceControl, !membership.isManagement {
                record.flags |= AccountRecord.hasServiceControl
                record.serviceControl = try levels(serviceControl)
                most.take(serviceControl: chunkCount(of: serviceControl.joined()))
            }
            record.resourceControl = try levels(membership.resourceControl)
            most.take(resourceControl: chunkCount(of: membership.resourceControl.joined()))
        }
        return AccountHandle(offset: buffer.append(record))
    }

    /// Lays the accounts out, in the order given.
    package mutating func addAccounts(
        _ accounts: [(id: AccountID, membership: Membership?)]
    ) throws(Failure) -> [AccountID: AccountHandle] {
        var handles: [AccountID: AccountHandle] = [:]
        var offsets: [UInt32] = []
        var rows: [(key: UTF8Text, offset: UInt32)] = []
        for (id, membership) in accounts {
            let handle = try layOut(id, membership)
            offsets.append(handle.offset)
            rows.append((id.text, handle.offset))
            handles[id] = handle
        }
        header.accounts = buffer.append(list: offsets)
        header.accountSlots = try table(rows)
        return handles
    }

    /// Lays a user or role out; answers where its record stands.
    mutating func layOut(_ plan: PrincipalPlanEntry, in account: AccountHandle) throws(Failure) -> UInt32 {
        var record = PrincipalRecord()
        // The record comes first, so that what a check reads next lies behind it.
        let offset = buffer.append(record)
        record.identity = try ownList(plan.identity.flatMap { chunks($0) })
        record.name = buffer.string(plan.arn.text)
        record.account = account.offset
        record.boundary =
            try plan.boundary.map { handle throws(Failure) in try list([handle]) } ?? ListRef()
        most.take(own: Int(record.identity.count + record.boundary.count))
        record.tags = tags(plan.tags)
        record.shortName = buffer.string(plan.arn.resource.afterLastSlash)
        if let id = plan.uniqueID { record.uniqueID = buffer.string(id) }
        record.kind = plan.kind.code
        if let pathless = plan.pathlessName, let prefix = plan.sessionPrefix {
            guard prefix.count + (plan.uniqueID?.count ?? 0) <= Scratch.roleTextsBytesMax else {
                throw .tooMany("bytes in the name of role \(plan.arn)")
            }
            record.sessionPrefix = buffer.string(prefix)
            record.pathlessName = buffer.string(pathless)
        }
        buffer.store(record, at: Int(offset))
        return offset
    }

    /// Lays users and roles out, in the order given.
    package mutating func addPrincipals(
        _ principals: [PrincipalPlanEntry],
        _ accounts: [AccountID: AccountHandle]
    ) throws(Failure) {
        var offsets: [UInt32] = []
        var rows: [(key: UTF8Text, offset: UInt32)] = []
        var roles: [(key: UTF8Text, offset: UInt32)] = []
        for plan in principals {
            guard let account = accounts[plan.account] else { continue }
            let offset = try layOut(plan, in: account)
            offsets.append(offset)
            rows.append((plan.arn.text, offset))
            if let pathless = plan.pathlessName { roles.append((pathless, offset)) }
        }
        header.principals = buffer.append(list: offsets)
        header.principalSlots = try table(rows)
        header.roleSlots = try table(roles)
    }

    /// Lays a target out; answers where its record stands.
    mutating func layOut(_ plan: ResourcePlan, in account: AccountHandle) throws(Failure) -> UInt32 {
        var record = ResourceRecord(name: buffer.string(plan.arn), account: account.offset)
        if plan.requiresTrust { record.flags |= ResourceRecord.requiresTrust }
        if plan.kind != .registered { record.flags |= ResourceRecord.isIdentity }
        if plan.kind == .role { record.flags |= ResourceRecord.isRole }
        if let policy = plan.policy {
            record.flags |= ResourceRecord.hasPolicy
            record.policy = try list([policy])
            most.take(policy: Int(record.policy.count))
        }
        record.tags = tags(plan.tags)
        return buffer.append(record)
    }

    /// Lays resources, users and roles out as targets, in the order given.
    package mutating func addResources(
        _ resources: [ResourcePlan],
        _ accounts: [AccountID: AccountHandle]
    ) throws(Failure) {
        var offsets: [UInt32] = []
        var rows: [(key: UTF8Text, offset: UInt32)] = []
        var (resourceLengths, identityLengths) = (LengthSet(), LengthSet())
        for plan in resources {
            guard let account = accounts[plan.account] else { continue }
            let offset = try layOut(plan, in: account)
            offsets.append(offset)
            rows.append((plan.arn, offset))
            if plan.kind == .registered {
                resourceLengths.insert(plan.arn.count)
            } else {
                identityLengths.insert(plan.arn.count)
            }
        }
        header.resources = buffer.append(list: offsets)
        header.resourceSlots = try table(rows)
        header.resourceLengths = buffer.append(list: resourceLengths.words)
        header.identityLengths = buffer.append(list: identityLengths.words)
    }

    /// Lays a VPC endpoint out; answers where its record stands.
    mutating func layOut(endpoint id: UTF8Text, _ policy: PolicyHandle) throws(Failure) -> UInt32 {
        let policies = try list([policy])
        most.take(policy: Int(policies.count))
        return buffer.append(EndpointRecord(id: buffer.string(id), policies: policies))
    }

    /// Lays VPC endpoints out, in the order given.
    package mutating func addEndpoints(_ endpoints: [(id: UTF8Text, policy: PolicyHandle)]) throws(Failure) {
        var offsets: [UInt32] = []
        var rows: [(key: UTF8Text, offset: UInt32)] = []
        for (id, policy) in endpoints {
            let offset = try layOut(endpoint: id, policy)
            offsets.append(offset)
            rows.append((id, offset))
        }
        header.endpoints = buffer.append(list: offsets)
        header.endpointSlots = try table(rows)
    }

    /// A principal's attachments stand right behind its record, shared with nobody.
    mutating func ownList(_ entries: [PolicyEntry]) throws(Failure) -> ListRef {
        if entries.count > Scratch.candidatesMax { throw .tooMany("policies attached at one place") }
        return buffer.append(list: entries)
    }

    private mutating func tags(_ tags: [UTF8Text: UTF8Text]) -> ListRef {
        let sorted = tags.map { (key: $0.key.asciiLowercased, value: $0.value) }.sorted { $0.key < $1.key }
        let records = sorted.map { TagRecord(key: buffer.string($0.key), value: buffer.string($0.value)) }
        return buffer.append(list: records)
    }
}

extension PrincipalPlanEntry.Kind {
    fileprivate var code: UInt32 {
        switch self {
        case .user: PrincipalRecord.user
        case .role: PrincipalRecord.role
        case .serviceLinkedRole: PrincipalRecord.serviceLinkedRole
        }
    }
}

extension UTF8Text {
    /// The part after the last `/`; the whole text where there is none.
    var afterLastSlash: UTF8Text {
        var start = count
        while start > 0, self[start - 1] != UInt8(ascii: "/") { start -= 1 }
        return dropFirst(start)
    }
}

extension PrincipalPlanEntry {
    /// The ARN of a role without its path; nil for a user.
    var pathlessName: UTF8Text? {
        guard kind != .user else { return nil }
        let name = arn.resource.afterLastSlash
        if arn.resource.count == "role/".utf8.count + name.count { return arn.text }
        return UTF8Text("arn:\(arn.partition):iam::\(arn.account):role/\(name)")
    }

    /// What the ARNs of a role's sessions begin with; nil for a user.
    fileprivate var sessionPrefix: UTF8Text? {
        guard kind != .user else { return nil }
        let parts: [UTF8Text] = [
            "arn:", arn.partition, ":sts::", arn.account, ":assumed-role/", arn.resource.afterLastSlash, "/",
        ]
        return UTF8Text(Array(parts.map(\.bytes).joined()))
    }
}

/// A set of small numbers as bits.
struct LengthSet {
    private(set) var words: [UInt64] = []

    init() {}

    init(_ words: [UInt64]) { self.words = words }

    /// Says whether the number is new.
    @discardableResult
    mutating func insert(_ length: Int) -> Bool {
        while words.count <= length / 64 { words.append(0) }
        let bit: UInt64 = 1 << UInt64(length % 64)
        defer { words[length / 64] |= bit }
        return words[length / 64] & bit == 0
    }
}
