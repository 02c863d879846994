package import PolicyLanguage
import Vocabulary

extension DirectoryDraft {
    /// Checks what one user, group or role may have altogether (B13); only strict readers refuse it.
    mutating func checkQuotas(_ identity: IdentityDraft) {
        guard reader.mode == .strict, let quotas = reader.quotas else { return }
        let characters = identity.inlinePolicies.reduce(0) { sum, policy in
            sum + policy.document.characterCount(countingWhiteSpace: false)
        }
        if let max = quotas.inlineCharactersMax(identity.kind), characters > max {
            let message =
                "the inline policies of \(identity.description) have \(characters) characters; AWS allows \(max)"
            faults.report(.quota, message, at: identity.place)
        }
        let attached = identity.attachedPolicies
        if let max = quotas.attachedPoliciesMax, attached.count > max {
            let message =
                "\(identity.description) has \(attached.count) managed policies attached; AWS allows \(max)"
            faults.report(.quota, message, at: attached[max].place)
        }
        for fault in quotas.faults(ofTags: identity.tags) {
            faults.report(.quota, "\(identity.description): \(fault)", at: identity.place)
        }
    }
}

extension PolicyQuotas {
    fileprivate func inlineCharactersMax(_ kind: IdentityKind) -> Int? {
        switch kind {
        case .user: userInlineCharactersMax
        case .group: groupInlineCharactersMax
        case .role: roleInlineCharactersMax
        }
    }
}

extension PolicyReader {
    /// The reader for inline policies, whose sizes count together, and for those that AWS wrote.
    var withoutManagedSize: PolicyReader {
        var reader = self
        reader.quotas?.charactersMax[.identity] = nil
        return reader
    }
}

extension SessionFacts {
    /// What of the credential a strict reader refuses for its quotas (B13), one sentence each.
    package func faults(for reader: PolicyReader) -> [String] {
        guard reader.mode == .strict, let quotas = reader.quotas else { return [] }
        var faults = quotas.faults(ofTags: tags)
        if let max = quotas.sessionPoliciesMax, let count = policies?.count, count > max {
            faults.append("there are \(count) session policies; AWS allows \(max)")
        }
        return faults
    }
}
