import PolicyLanguage
package import Vocabulary

/// Changes a directory in place, at the cost of what a change touches.
///
/// The rules are those by which directories are read: every reference points at something, no name stands
/// twice, each policy is of the type that its place wants.
package struct DirectoryEditor: Sendable {
    /// The directory with all changes so far.
    package private(set) var directory: Directory
    private var index: AttachmentIndex
    private var journal: [Undo] = []
    private(set) var touched = TouchedParts()

    /// What to put back when a later change is refused.
    private enum Undo: Sendable {
        case identity(IdentityName, Identity?)
        case policy(UTF8Text, EffectivePolicy?)
        case resource(UTF8Text, Resource?)
        case endpoint(UTF8Text, EffectivePolicy?)
        case organization(Organization?)
    }

    /// An editor of a directory.
    ///
    /// - Complexity: O(identities and attachments).
    package init(_ directory: Directory) {
        self.directory = directory
        index = AttachmentIndex(directory)
        // Whoever else holds the directory shares its tables until one of them is changed; that is paid here.
        for id in directory.accounts.keys {
            self.directory.accounts[id]?.users.reserveCapacity(0)
            self.directory.accounts[id]?.roles.reserveCapacity(0)
            self.directory.accounts[id]?.groups.reserveCapacity(0)
        }
    }

    /// Applies changes in their order; after a fault the directory is as it was.
    ///
    /// - Returns: what an index over the directory has to look at again.
    /// - Throws: ``DirectoryChangeError`` that says which change cannot be applied, and why.
    /// - Complexity: O(what the changes touch: of a managed policy, whoever attaches it).
    package mutating func apply(_ changes: [DirectoryChange]) throws(DirectoryChangeError) -> TouchedParts {
        journal.removeAll(keepingCapacity: true)
        touched = TouchedParts()
        for (position, change) in changes.enumerated() {
            do throws(DirectoryChangeError) {
                try apply(change)
            } catch {
                revert()
                var error = error
                error.index = position
                throw error
            }
        }
        return touched
    }

    /// Takes back what the last call of ``apply(_:)`` did.
    package mutating func revert() {
        let steps = journal
        for step in steps.reversed() {
            switch step {
            case .identity(let name, let identity): set(name, to: identity)
            case .policy(let arn, let policy): setPolicy(arn, to: policy)
            case .resource(let arn, let resource): set(resource: arn, to: resource)
            case .endpoint(let id, let policy): set(endpoint: id, to: policy)
            case .organization(let organization): set(organization)
            }
        }
        journal.removeAll()
        touched = TouchedParts()
    }

    private mutating func apply(_ change: DirectoryChange) throws(DirectoryChangeError) {
        switch change {
        case .putManagedPolicy(let arn, let policy): try putPolicy(arn, policy)
        case .removeManagedPolicy(let arn): try removePolicy(arn)
        case .putIdentity(let description): try put(description)
        case .removeIdentity(let arn): try removeIdentity(arn)
        case .attachPolicy(let policy, let arn): try attach(policy, to: arn)
        case .detachPolicy(let policy, let arn): try detach(policy, from: arn)
        case .putInlinePolicy(let name, let policy, let arn): try putInline(name, policy, of: arn)
        case .removeInlinePolicy(let name, let arn): try removeInline(name, of: arn)
        case .setBoundary(let policy, let arn): try setBoundary(policy, of: arn)
        case .setTags(let tags, let arn): try setTags(tags, of: arn)
        case .setGroups(let groups, let arn): try setGroups(groups, of: arn)
        case .setTrustPolicy(let policy, let arn): try setTrust(policy, of: arn)
        case .putResource(let description): try put(description)
        case .removeResource(let arn): try removeResource(arn)
        case .putEndpointPolicy(let id, let policy): try putEndpoint(id, policy)
        case .removeEndpointPolicy(let id): try removeEndpoint(id)
        case .putServiceControlPolicy(let name, let policy): try putGuardrail(name, policy, .serviceControl)
        case .putResourceControlPolicy(let name, let policy): try putGuardrail(name, policy, .resourceControl)
        }
    }

    // MARK: Steps, each of which is noted so that it can be taken back

    var attachments: AttachmentIndex { index }

    mutating func set(_ name: IdentityName, to identity: Identity?) {
        let old = directory[name]
        journal.append(.identity(name, old))
        index.replace(old, with: identity, named: name)
        directory.set(name, to: identity)
        touched.identities.insert(name)
        if let old, old.arn != identity?.arn { touched.goneIdentities[old.arn] = name }
    }

    /// Puts a new version of what an identity attaches; what it attaches stays the same.
    mutating func setVersions(of name: IdentityName, to identity: Identity) {
        journal.append(.identity(name, directory[name]))
        directory.set(name, to: identity)
        touched.carriers.insert(name)
    }

    mutating func setPolicy(_ arn: UTF8Text, to policy: EffectivePolicy?) {
        let old = directory.managedPolicies[arn]
        journal.append(.policy(arn, old))
        index.replacePolicy(old == nil ? nil : arn, with: policy == nil ? nil : arn)
        directory.managedPolicies[arn] = policy
        touched.managedPolicies.insert(arn)
    }

    mutating func set(resource arn: UTF8Text, to resource: Resource?) {
        journal.append(.resource(arn, directory.resources[arn]))
        directory.resources[arn] = resource
        touched.resources.insert(arn)
    }

    mutating func set(endpoint id: UTF8Text, to policy: EffectivePolicy?) {
        journal.append(.endpoint(id, directory.endpoints[id]))
        directory.endpoints[id] = policy
        touched.endpoints.insert(id)
    }

    mutating func set(_ organization: Organization?) {
        journal.append(.organization(directory.organization))
        directory.organization = organization
        touched.hasOrganization = true
    }
}

/// What changes have touched, for whoever keeps an index over the directory.
package struct TouchedParts: Sendable {
    /// Identities that were put, changed or taken away.
    package fileprivate(set) var identities: Set<IdentityName> = []
    /// Identities that attach a managed policy of which there is a new version.
    package fileprivate(set) var carriers: Set<IdentityName> = []
    /// ARNs under which no identity is found any more, unless it is put again.
    package fileprivate(set) var goneIdentities: [ARN: IdentityName] = [:]
    /// ARNs of managed policies.
    package fileprivate(set) var managedPolicies: Set<UTF8Text> = []
    /// ARNs of resources.
    package fileprivate(set) var resources: Set<UTF8Text> = []
    /// Ids of VPC endpoints.
    package fileprivate(set) var endpoints: Set<UTF8Text> = []
    /// Whether guardrails were changed, which bear on whole accounts.
    package fileprivate(set) var hasOrganization = false
}

extension DirectoryEditor {
    /// Users and roles on which a touched identity bears: itself, or the users in a group and in groups below it.
    package func principals(touching name: IdentityName) -> [IdentityName] {
        if name.isPrincipal { return [name] }
        var found: [IdentityName] = []
        var open = [name]
        var seen = Set(open)
        while let group = open.popLast() {
            for member in attachments.members(of: group) where seen.insert(member).inserted {
                if member.isPrincipal { found.append(member) } else { open.append(member) }
            }
        }
        return found
    }
}
