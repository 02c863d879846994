import Vocabulary

/// What a file of the folder layout holds, told by its path alone.
enum FolderEntry {
    /// `organization.json`
    case organization
    /// `service-control-policies/NAME.json`
    case serviceControlPolicy(UTF8Text)
    /// `resource-control-policies/NAME.json`
    case resourceControlPolicy(UTF8Text)
    /// `aws-managed-policies/[FOLDER/…]NAME.json`
    case managedPolicy(ManagedPolicyName)
    /// `accounts/ID/…`
    case account(AccountID, AccountEntry)

    enum AccountEntry {
        /// `account.json`
        case account
        /// `authorization-details.json`, `authorization-details-….json`
        case authorizationDetails
        /// `policies/[FOLDER/…]NAME.json`
        case managedPolicy(ManagedPolicyName)
        /// `resource-policies/FILE.json`
        case resourcePolicy
        /// `vpc-endpoints/ID.json`
        case endpoint(UTF8Text)
        /// `users/NAME/…`, `groups/NAME/…`, `roles/NAME/…`
        case identity(IdentityKind, UTF8Text, IdentityEntry)
    }

    enum IdentityEntry {
        /// `user.json`, `group.json`, `role.json`
        case metadata
        /// `trust-policy.json`
        case trustPolicy
        /// `inline/NAME.json`
        case inlinePolicy(UTF8Text)
    }

    /// Tells what stands at a path; nil for a path that the layout does not know.
    init?(_ path: [UTF8Text]) {
        guard let first = path.first else { return nil }
        let rest = Array(path.dropFirst())
        switch (first.description, rest.count) {
        case ("organization.json", 0): self = .organization
        case ("service-control-policies", 1):
            guard let name = rest[0].jsonFileStem else { return nil }
            self = .serviceControlPolicy(name)
        case ("resource-control-policies", 1):
            guard let name = rest[0].jsonFileStem else { return nil }
            self = .resourceControlPolicy(name)
        case ("aws-managed-policies", _):
            guard let name = ManagedPolicyName(rest) else { return nil }
            self = .managedPolicy(name)
        case ("accounts", 2...):
            guard let account = AccountID(rest[0]), let entry = AccountEntry(Array(rest.dropFirst())) else {
                return nil
            }
            self = .account(account, entry)
        default: return nil
        }
    }
}

extension FolderEntry.AccountEntry {
    fileprivate init?(_ path: [UTF8Text]) {
        let rest = Array(path.dropFirst())
        switch (path[0].description, rest.count) {
        case ("account.json", 0): self = .account
        case ("authorization-details.json", 0): self = .authorizationDetails
        case ("policies", _):
            guard let name = ManagedPolicyName(rest) else { return nil }
            self = .managedPolicy(name)
        case ("resource-policies", 1):
            guard rest[0].jsonFileStem != nil else { return nil }
            self = .resourcePolicy
        case ("vpc-endpoints", 1):
            guard let id = rest[0].jsonFileStem, id.hasPrefix("vpce-") else { return nil }
            self = .endpoint(id)
        case (_, 0):
            guard path[0].hasPrefix("authorization-details-"), path[0].jsonFileStem != nil else { return nil }
            self = .authorizationDetails
        case (let folder, _):
            guard let kind = IdentityKind.allCases.first(where: { $0.folderName == folder }),
                let entry = FolderEntry.IdentityEntry(Array(rest.dropFirst()), of: kind)
            else { return nil }
            self = .identity(kind, rest[0], entry)
        }
    }
}

extension FolderEntry.IdentityEntry {
    fileprivate init?(_ path: [UTF8Text], of kind: IdentityKind) {
        guard let first = path.first else { return nil }
        switch (first.description, path.count) {
        case (kind.rawValue + ".json", 1): self = .metadata
        case ("trust-policy.json", 1) where kind == .role: self = .trustPolicy
        case ("inline", 2):
            guard let name = path[1].jsonFileStem else { return nil }
            self = .inlinePolicy(name)
        default: return nil
        }
    }
}

/// The name of a managed policy with the path in its ARN.
struct ManagedPolicyName {
    /// The path in the ARN: `/`, or folders between slashes.
    let path: UTF8Text
    let name: UTF8Text

    /// Reads `[FOLDER/…]NAME.json`.
    init?(_ path: [UTF8Text]) {
        guard let name = path.last?.jsonFileStem, path.allSatisfy({ !$0.isEmpty }) else { return nil }
        self.name = name
        self.path = UTF8Text("/" + path.dropLast().map { $0.description + "/" }.joined())
    }
}

extension UTF8Text {
    /// The name of a `.json` file without its ending; nil for every other name.
    var jsonFileStem: UTF8Text? {
        let ending: UTF8Text = ".json"
        guard count > ending.count, dropFirst(count - ending.count) == ending else { return nil }
        return self[0..<(count - ending.count)]
    }
}
