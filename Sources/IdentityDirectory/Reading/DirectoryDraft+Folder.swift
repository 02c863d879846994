import PolicyLanguage
import Vocabulary

/// The files that describe one identity.
private struct IdentityFiles {
    var metadata: SourceText?
    var trustPolicy: SourceText?
    var inlinePolicies: [(name: UTF8Text, source: SourceText)] = []
    let place: Place
}

private struct IdentityKey: Hashable, Comparable {
    let account: AccountID
    let kind: IdentityKind
    let name: UTF8Text

    static func < (lhs: Self, rhs: Self) -> Bool {
        (lhs.account, lhs.kind.rawValue, lhs.name) < (rhs.account, rhs.kind.rawValue, rhs.name)
    }
}

extension DirectoryDraft {
    private static let accountMembers: [UTF8Text] = [
        "Name", "ServiceControlPolicies", "ResourceControlPolicies",
    ]
    private static let resourceMembers: [UTF8Text] = [
        "ResourceArn", "Policy", "Tags", "RequiresResourcePolicyTrust",
    ]

    /// Reads the files of a folder layout.
    mutating func read(_ snapshot: FolderSnapshot) {
        var identities: [IdentityKey: IdentityFiles] = [:]
        var listings: [AccountID: [SourceText]] = [:]
        for file in snapshot.files {
            guard let entry = FolderEntry(file.path) else {
                let message = "the folder layout has no such file; see directory-layout.md"
                faults.report(.directoryLayout, message, at: .file(file.source.name))
                continue
            }
            switch entry {
            case .organization: readOrganization(file.source)
            case .serviceControlPolicy(let name): readGuardrail(name, file.source, .serviceControl)
            case .resourceControlPolicy(let name): readGuardrail(name, file.source, .resourceControl)
            case .managedPolicy(let name): readManagedPolicy(name, of: nil, file.source)
            case .account(let account, .identity(let kind, let name, let entry)):
                let key = IdentityKey(account: account, kind: kind, name: name)
                let place = Place.file(file.source.name)
                identities[key, default: IdentityFiles(place: place)].take(entry, file.source)
            case .account(let account, .authorizationDetails):
                listings[account, default: []].append(file.source)
            case .account(let account, let entry): read(entry, of: account, file.source)
            }
        }
        for (key, files) in identities.sorted(by: { $0.key < $1.key }) { readIdentity(key, files) }
        for (account, pages) in listings.sorted(by: { $0.key < $1.key }) {
            accounts[account] = accounts[account] ?? AccountDraft()
            // `…-10` comes after `…-2`.
            readAuthorizationDetails(pages.sorted { Self.pageOrder($0.name, $1.name) }, of: account)
        }
    }

    private static func pageOrder(_ lhs: String, _ rhs: String) -> Bool {
        lhs.utf8.count == rhs.utf8.count
            ? lhs.utf8.lexicographicallyPrecedes(rhs.utf8) : lhs.utf8.count < rhs.utf8.count
    }

    private mutating func read(_ entry: FolderEntry.AccountEntry, of account: AccountID, _ source: SourceText)
    {
        accounts[account] = accounts[account] ?? AccountDraft()
        switch entry {
        case .account: readAccount(account, source)
        case .managedPolicy(let name): readManagedPolicy(name, of: account, source)
        case .resourcePolicy: readResource(of: account, source)
        case .endpoint(let id): readEndpoint(id, source)
        case .authorizationDetails, .identity: break  // gathered by the caller: each takes several files
        }
    }

    // MARK: Policies

    private mutating func readGuardrail(_ name: UTF8Text, _ source: SourceText, _ type: PolicyType) {
        let isBuiltIn =
            name == BuiltInPolicies.fullAccess.name || name == BuiltInPolicies.fullResourceAccess.name
        if isBuiltIn {
            faults.report(.directoryDuplicate, "`\(name)` is built in", at: .file(source.name))
        }
        guard let policy = policy(source, as: type), !isBuiltIn else { return }
        if type == .serviceControl {
            serviceControlPolicies[name] = EffectivePolicy(name: name, policy)
        } else {
            resourceControlPolicies[name] = EffectivePolicy(name: name, policy)
        }
    }

    /// Reads a policy file whose ARN is told by its path.
    private mutating func readManagedPolicy(
        _ name: ManagedPolicyName,
        of account: AccountID?,
        _ source: SourceText
    ) {
        let place = Place.file(source.name)
        guard name.path.isIAMPath,
            let arn = ARN.iam(account?.text ?? "aws", "policy", path: name.path, name: name.name)
        else {
            return faults.report(.directoryLayout, "the folders cannot be the path of a policy", at: place)
        }
        guard let document = json(source, bytesMax: reader.documentBytesMax) else { return }
        if account == nil {
            addAWSManagedPolicy(arn.text, document, at: place)
        } else {
            addCustomerPolicy(arn, document, at: place)
        }
    }

    // MARK: Accounts

    private mutating func readAccount(_ id: AccountID, _ source: SourceText) {
        guard let value = json(source, bytesMax: Limits.directoryFileBytesMax),
            let record = JSONRecord(value, members: Self.accountMembers, &faults)
        else { return }
        var account = accounts[id] ?? AccountDraft()
        account.name = record.text("Name", &faults)
        account.guardrails = GuardrailsDraft(record, &faults)
        account.place = .value(value)
        accounts[id] = account
    }

    private mutating func readEndpoint(_ id: UTF8Text, _ source: SourceText) {
        guard claim("VPC endpoint `\(id)`", at: .file(source.name)),
            let policy = policy(source, as: .endpoint)
        else {
            return
        }
        endpoints[id] = EffectivePolicy(name: "endpoint-policy", carrier: id, policy)
    }

    private mutating func readResource(of account: AccountID, _ source: SourceText) {
        guard let value = json(source, bytesMax: reader.documentBytesMax),
            let record = JSONRecord(value, members: Self.resourceMembers, &faults)
        else { return }
        let arn = resourceARN(record, of: account)
        let policy = record["Policy"].flatMap { self.policy($0, as: .resource) }
        let requiresTrust = record.bool("RequiresResourcePolicyTrust", &faults)
        let tags = record.tags("Tags", &faults)
        guard let arn, claim("resource `\(arn)`", ignoringCase: false, at: .value(value)) else { return }
        var resource = Resource(
            arn: arn,
            account: account,
            requiresResourcePolicyTrust: requiresTrust ?? arn.isKMSKey
        )
        resource.policy = policy.map { EffectivePolicy(name: "resource-policy", carrier: arn.text, $0) }
        resource.tags = tags
        resources[arn.text] = resource
    }

    private mutating func resourceARN(_ record: JSONRecord, of account: AccountID) -> ARN? {
        guard let text = record.requiredText("ResourceArn", &faults), let value = record["ResourceArn"] else {
            return nil
        }
        guard let arn = ARN(text) else {
            faults.report(.directoryLayout, "`\(text)` is not the ARN of one resource", at: .value(value))
            return nil
        }
        if let fault = arn.faultAsResource(of: account) {
            faults.report(.directoryLayout, fault, at: .value(value))
        }
        return arn
    }

    // MARK: Identities

    private mutating func readIdentity(_ key: IdentityKey, _ files: IdentityFiles) {
        let record = files.metadata.flatMap { json($0, bytesMax: reader.documentBytesMax) }
            .flatMap { JSONRecord($0, members: key.kind.members, &faults) }
        let place = record.map { Place.value($0.value) } ?? files.place
        let path = record?.text("Path", &faults) ?? "/"
        guard path.isIAMPath,
            let arn = ARN.iam(key.account.text, key.kind.rawValue, path: path, name: key.name)
        else {
            return faults.report(
                .directoryLayout,
                "`Path` must begin and end with `/`, not be `\(path)`",
                at: place
            )
        }
        var identity = IdentityDraft(key.kind, key.name, in: key.account, arn: arn, at: place)
        if let record { take(record, into: &identity) }
        for (name, source) in files.inlinePolicies {
            checkName(name, at: .file(source.name))
            guard let policy = policy(source, as: .identity, isManaged: false) else { continue }
            identity.inlinePolicies.append(EffectivePolicy(name: name, carrier: arn.text, policy))
        }
        if let source = files.trustPolicy {
            identity.trustPolicy = policy(source, as: .trust)
                .map { EffectivePolicy(name: "trust-policy", carrier: arn.text, $0) }
        } else if key.kind == .role {
            faults.report(.schemaMissing, "role `\(key.name)` has no `trust-policy.json`", at: place)
        }
        add(identity)
    }

    private mutating func take(_ record: JSONRecord, into identity: inout IdentityDraft) {
        identity.uniqueID = record.text(identity.kind.uniqueIDMember, &faults)
        identity.attachedPolicies = record.references("AttachedManagedPolicies", &faults) ?? []
        identity.groups = record.references("Groups", &faults) ?? []
        if let boundary = record["PermissionsBoundary"],
            let name = faults.text(boundary, of: "PermissionsBoundary")
        {
            identity.boundary = Reference(name: name, place: .value(boundary))
        }
        identity.tags = record.tags("Tags", &faults)
    }
}

extension IdentityFiles {
    fileprivate mutating func take(_ entry: FolderEntry.IdentityEntry, _ source: SourceText) {
        switch entry {
        case .metadata: metadata = source
        case .trustPolicy: trustPolicy = source
        case .inlinePolicy(let name): inlinePolicies.append((name, source))
        }
    }
}

extension IdentityKind {
    /// The member that holds the unique id.
    var uniqueIDMember: UTF8Text {
        switch self {
        case .user: "UserId"
        case .group: "GroupId"
        case .role: "RoleId"
        }
    }

    /// The members of `user.json`, `group.json` and `role.json`.
    fileprivate var members: [UTF8Text] {
        let common: [UTF8Text] = ["Path", uniqueIDMember, "AttachedManagedPolicies"]
        return switch self {
        case .user: common + ["Groups", "PermissionsBoundary", "Tags"]
        case .group: common + ["Groups"]
        case .role: common + ["PermissionsBoundary", "Tags"]
        }
    }
}

extension ARN {
    /// Why this cannot be the ARN of a resource that an account describes; nil if it can.
    func faultAsResource(of owner: AccountID) -> String? {
        guard !resource.isEmpty, text.count <= Limits.patternBytesMax,
            !text.bytes.contains(UInt8(ascii: "*")), !text.bytes.contains(UInt8(ascii: "?"))
        else { return "`\(text)` is not the ARN of one resource" }
        if AccountID.isWellFormed(account), account != owner.text {
            return "`\(text)` belongs to account \(account), not to \(owner)"
        }
        // Users and roles have folders of their own: their tags and trust policies (G3) must not stand twice, and
        // what is below one in name, `user/team/alice` below `user/team`, is somebody else.
        if service == "iam", resource.hasPrefix("user/") || resource.hasPrefix("role/") {
            return "`\(text)` is described in the folder `users` or `roles`"
        }
        return nil
    }
}
