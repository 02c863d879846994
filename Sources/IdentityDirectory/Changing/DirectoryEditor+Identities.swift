import PolicyLanguage
import Vocabulary

/// Changes of users, groups and roles.
extension DirectoryEditor {
    mutating func put(_ description: IdentityDescription) throws(DirectoryChangeError) {
        let arn = description.arn
        let name = try checkedName(arn)
        if let written = attachments.written(name), written != name.name {
            throw DirectoryChangeError("`\(arn)` differs from `\(written)` by case only; names ignore case")
        }
        var identity = Identity(arn: arn)
        identity.uniqueID = description.uniqueID
        for (policyName, policy) in description.inlinePolicies {
            identity.policies.append(try inline(policyName, policy, of: arn))
        }
        var attached: Set<ARN> = []
        for policy in description.attachedPolicies where attached.insert(policy).inserted {
            identity.policies.append(try managed(policy, for: name))
        }
        identity.sortPolicies()
        if let boundary = description.boundary { identity.boundary = try managed(boundary, for: name) }
        if let policy = description.trustPolicy {
            identity.trustPolicy = try trust(policy, of: arn)
        }
        identity.groups = description.groups
        identity.tags = description.tags
        try check(identity, name)
        set(name, to: identity)
    }

    mutating func removeIdentity(_ arn: ARN) throws(DirectoryChangeError) {
        let (name, _) = try known(arn)
        guard attachments.members(of: name).isEmpty else {
            throw DirectoryChangeError("group `\(arn)` has members")
        }
        set(name, to: nil)
    }

    mutating func attach(_ policy: ARN, to arn: ARN) throws(DirectoryChangeError) {
        try change(arn) { editor, name, identity throws(DirectoryChangeError) in
            guard !identity.attaches(policy) else { return }
            identity.policies.append(try editor.managed(policy, for: name))
            identity.sortPolicies()
        }
    }

    mutating func detach(_ policy: ARN, from arn: ARN) throws(DirectoryChangeError) {
        try change(arn) { _, _, identity throws(DirectoryChangeError) in
            guard identity.attaches(policy) else {
                throw DirectoryChangeError("`\(policy)` is not attached to `\(arn)`")
            }
            identity.policies.removeAll { $0.carrier == nil && $0.name == policy.text }
        }
    }

    mutating func putInline(
        _ policyName: UTF8Text,
        _ policy: ValidatedPolicy,
        of arn: ARN
    ) throws(DirectoryChangeError) {
        try change(arn) { editor, _, identity throws(DirectoryChangeError) in
            let policy = try editor.inline(policyName, policy, of: arn)
            identity.policies.removeAll { $0.carrier != nil && $0.name == policyName }
            identity.policies.append(policy)
            identity.sortPolicies()
        }
    }

    mutating func removeInline(_ policyName: UTF8Text, of arn: ARN) throws(DirectoryChangeError) {
        try change(arn) { _, _, identity throws(DirectoryChangeError) in
            let isThere = identity.policies.contains { $0.carrier != nil && $0.name == policyName }
            guard isThere else {
                throw DirectoryChangeError("`\(arn)` has no inline policy `\(policyName)`")
            }
            identity.policies.removeAll { $0.carrier != nil && $0.name == policyName }
        }
    }

    mutating func setBoundary(_ policy: ARN?, of arn: ARN) throws(DirectoryChangeError) {
        try change(arn) { editor, name, identity throws(DirectoryChangeError) in
            identity.boundary = nil
            if let policy { identity.boundary = try editor.managed(policy, for: name) }
        }
    }

    mutating func setTags(_ tags: [UTF8Text: UTF8Text], of arn: ARN) throws(DirectoryChangeError) {
        try change(arn) { _, _, identity throws(DirectoryChangeError) in identity.tags = tags }
    }

    mutating func setGroups(_ groups: [UTF8Text], of arn: ARN) throws(DirectoryChangeError) {
        try change(arn) { _, _, identity throws(DirectoryChangeError) in identity.groups = groups }
    }

    mutating func setTrust(_ policy: ValidatedPolicy, of arn: ARN) throws(DirectoryChangeError) {
        try change(arn) { editor, _, identity throws(DirectoryChangeError) in
            identity.trustPolicy = try editor.trust(policy, of: arn)
        }
    }

    // MARK: What every change of an identity keeps

    private mutating func change(
        _ arn: ARN,
        _ body: (DirectoryEditor, IdentityName, inout Identity) throws(DirectoryChangeError) -> Void
    ) throws(DirectoryChangeError) {
        var (name, identity) = try known(arn)
        try body(self, name, &identity)
        try check(identity, name)
        set(name, to: identity)
    }

    private func known(_ arn: ARN) throws(DirectoryChangeError) -> (IdentityName, Identity) {
        guard let name = IdentityName(arn), let identity = directory[name], identity.arn == arn else {
            throw DirectoryChangeError("`\(arn)` is not in the directory")
        }
        return (name, identity)
    }

    private func checkedName(_ arn: ARN) throws(DirectoryChangeError) -> IdentityName {
        guard arn.isInAWSPartition, let name = IdentityName(arn), name.name.isIAMName(in: .strict),
            arn.resource.dropLast(name.name.count).dropFirst(name.kind.rawValue.utf8.count).isIAMPath
        else { throw DirectoryChangeError("`\(arn)` is not the ARN of a user, group or role") }
        return name
    }

    /// A managed policy of the directory, of AWS or of the identity's own account.
    private func managed(_ arn: ARN, for name: IdentityName) throws(DirectoryChangeError) -> EffectivePolicy {
        guard let policy = directory.managedPolicies[arn.text] else {
            throw DirectoryChangeError("policy `\(arn)` is not in the directory")
        }
        guard arn.account.equals("aws") || arn.account == name.account.text else {
            throw DirectoryChangeError("policy `\(arn)` is another account's")
        }
        return policy
    }

    private func inline(
        _ name: UTF8Text,
        _ policy: ValidatedPolicy,
        of arn: ARN
    ) throws(DirectoryChangeError) -> EffectivePolicy {
        guard name.isIAMName(in: .strict) else {
            throw DirectoryChangeError("`\(name)` cannot be a name in IAM")
        }
        try policy.check(is: .identity, for: "inline policy `\(name)`")
        return EffectivePolicy(name: name, carrier: arn.text, policy)
    }

    private func trust(_ policy: ValidatedPolicy, of arn: ARN) throws(DirectoryChangeError) -> EffectivePolicy
    {
        try policy.check(is: .trust, for: "who may assume `\(arn)`")
        return EffectivePolicy(name: "trust-policy", carrier: arn.text, policy)
    }

    private func check(_ identity: Identity, _ name: IdentityName) throws(DirectoryChangeError) {
        let arn = identity.arn
        if (name.kind == .role) != (identity.trustPolicy != nil) {
            throw DirectoryChangeError("`\(arn)`: a role has a trust policy, and nobody else")
        }
        if name.kind == .group, identity.boundary != nil || !identity.tags.isEmpty {
            throw DirectoryChangeError("`\(arn)`: a group has no boundary and no tags")
        }
        if name.kind == .role, !identity.groups.isEmpty {
            throw DirectoryChangeError("`\(arn)`: a role is in no group")
        }
        try identity.tags.check(of: arn)
        for group in identity.groups where directory[name.group(group)] == nil {
            throw DirectoryChangeError("`\(arn)` is in group `\(group)`, which is not in its account")
        }
        if name.kind == .group, isCycle(name, identity.groups) {
            throw DirectoryChangeError("`\(arn)` would contain itself")
        }
    }

    /// Whether one of the groups above is, or is in, this one.
    private func isCycle(_ name: IdentityName, _ groups: [UTF8Text]) -> Bool {
        var open = groups.map { name.group($0) }
        var seen = Set(open)
        while let group = open.popLast() {
            if group == name { return true }
            for parent in directory[group]?.groups ?? [] {
                if seen.insert(name.group(parent)).inserted { open.append(name.group(parent)) }
            }
        }
        return false
    }
}

extension Identity {
    fileprivate func attaches(_ policy: ARN) -> Bool {
        policies.contains { $0.carrier == nil && $0.name == policy.text }
    }

    fileprivate mutating func sortPolicies() { policies.sort { $0.name < $1.name } }
}

extension [UTF8Text: UTF8Text] {
    /// Tag keys are told apart ignoring case, and the directory's readers refuse the same.
    func check(of arn: ARN) throws(DirectoryChangeError) {
        var seen: Set<UTF8Text> = []
        for key in keys {
            guard !key.isEmpty, seen.insert(key.asciiLowercased).inserted else {
                throw DirectoryChangeError(
                    "`\(arn)`: the tag key `\(key)` is empty, or stands twice but for case"
                )
            }
        }
    }
}

extension ValidatedPolicy {
    func check(is wanted: PolicyType, for place: String) throws(DirectoryChangeError) {
        guard type == wanted else {
            throw DirectoryChangeError(
                "\(place) wants a policy of type `\(wanted.rawValue)`, not `\(type.rawValue)`"
            )
        }
    }
}

extension UTF8Text {
    /// The text without its last bytes.
    fileprivate func dropLast(_ count: Int) -> UTF8Text { self[0..<(self.count - count)] }
}
