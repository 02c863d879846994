import PolicyLanguage
import Vocabulary

/// Changes of managed policies and guardrails.
extension DirectoryEditor {
    mutating func putPolicy(_ arn: ARN, _ policy: ValidatedPolicy) throws(DirectoryChangeError) {
        try policy.check(is: .identity, for: "managed policy `\(arn)`")
        guard arn.isManagedPolicy else {
            throw DirectoryChangeError("`\(arn)` is not the ARN of a managed policy")
        }
        if let other = attachments.policy(named: arn), other != arn.text {
            throw DirectoryChangeError("`\(arn)` has the name of `\(other)`; names ignore case and path")
        }
        let policy = EffectivePolicy(name: arn.text, policy)
        setPolicy(arn.text, to: policy)
        // In the directory every carrier holds the version in force.
        for carrier in Set(attachments.carriers(of: arn.text)) {
            guard var identity = directory[carrier] else { continue }
            for position in identity.policies.indices
            where identity.policies[position].carrier == nil && identity.policies[position].name == arn.text {
                identity.policies[position] = policy
            }
            if identity.boundary?.name == arn.text { identity.boundary = policy }
            setVersions(of: carrier, to: identity)
        }
    }

    mutating func removePolicy(_ arn: ARN) throws(DirectoryChangeError) {
        guard directory.managedPolicies[arn.text] != nil else {
            throw DirectoryChangeError("policy `\(arn)` is not in the directory")
        }
        if let carrier = attachments.carriers(of: arn.text).first {
            let name = directory[carrier]?.arn.text ?? carrier.name
            throw DirectoryChangeError("policy `\(arn)` is attached, to `\(name)` among others")
        }
        setPolicy(arn.text, to: nil)
    }

    /// Puts a new version wherever the policy is attached; where, no change says.
    mutating func putGuardrail(
        _ name: UTF8Text,
        _ policy: ValidatedPolicy,
        _ type: PolicyType
    ) throws(DirectoryChangeError) {
        try policy.check(is: type, for: "`\(name)`")
        guard name != BuiltInPolicies.fullAccess.name, name != BuiltInPolicies.fullResourceAccess.name else {
            throw DirectoryChangeError("`\(name)` is built in")
        }
        guard var organization = directory.organization else {
            throw DirectoryChangeError("there is no organization")
        }
        let policy = EffectivePolicy(name: name, policy)
        var isAttached = false
        for (account, levels) in organization.levels {
            organization.levels[account] = levels.map { $0.replacing(name, by: policy, type, &isAttached) }
        }
        guard isAttached else { throw DirectoryChangeError("`\(name)` is attached nowhere") }
        set(organization)
    }
}

extension Organization.Level {
    fileprivate func replacing(
        _ name: UTF8Text,
        by policy: EffectivePolicy,
        _ type: PolicyType,
        _ isAttached: inout Bool
    ) -> Organization.Level {
        func replaced(_ policies: [EffectivePolicy], _ wanted: PolicyType) -> [EffectivePolicy] {
            guard type == wanted else { return policies }
            return policies.map { old in
                guard old.name == name else { return old }
                isAttached = true
                return policy
            }
        }
        return Organization.Level(
            id: id,
            serviceControlPolicies: replaced(serviceControlPolicies, .serviceControl),
            resourceControlPolicies: replaced(resourceControlPolicies, .resourceControl)
        )
    }
}

extension ARN {
    /// Whether this names a managed policy of an account or of AWS.
    fileprivate var isManagedPolicy: Bool {
        let name = resource.lastPathComponent
        return isInAWSPartition && service.equals("iam") && region.isEmpty && resource.begins(with: "policy/")
            && (account.equals("aws") || AccountID.isWellFormed(account)) && name.isIAMName(in: .strict)
            && resource[6..<(resource.count - name.count)].isIAMPath
    }
}
