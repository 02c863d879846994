public import Vocabulary

/// What AWS allows of each thing (B13); a quota that is nil is not kept.
///
/// IAM does not count white space between tokens; SCPs and RCPs do. A reader in strict mode refuses what is
/// beyond a quota. In the other modes it is a remark, since it cannot change a decision.
public struct PolicyQuotas: Sendable, Hashable {
    /// Characters of one policy of each type; for identity policies, of a managed one of the customer.
    ///
    /// A type without an entry is not limited.
    public var charactersMax: [PolicyType: Int]
    /// Characters of all inline policies of one user together.
    public var userInlineCharactersMax: Int?
    /// Characters of all inline policies of one group together.
    public var groupInlineCharactersMax: Int?
    /// Characters of all inline policies of one role together.
    public var roleInlineCharactersMax: Int?
    /// Managed policies attached to one user, group or role; AWS raises it to 20 for users and roles on request.
    public var attachedPoliciesMax: Int?
    /// Session policies of one credential: one inline, ten managed.
    public var sessionPoliciesMax: Int?
    /// Tags of one session, user or role.
    public var tagsMax: Int?
    /// Characters of a tag's key.
    public var tagKeyCharactersMax: Int?
    /// Characters of a tag's value, which may be empty.
    public var tagValueCharactersMax: Int?

    /// Keeps these sizes and no other quota.
    public init(charactersMax: [PolicyType: Int] = [:]) { self.charactersMax = charactersMax }

    /// The quotas that AWS publishes as defaults.
    public static let aws: PolicyQuotas = {
        var quotas = PolicyQuotas(charactersMax: [
            .identity: 6_144, .boundary: 6_144, .session: 2_048, .trust: 2_048, .resource: 20_480,
            .serviceControl: 5_120, .resourceControl: 5_120, .endpoint: 20_480,
        ])
        quotas.userInlineCharactersMax = 2_048
        quotas.groupInlineCharactersMax = 5_120
        quotas.roleInlineCharactersMax = 10_240
        quotas.attachedPoliciesMax = 10
        quotas.sessionPoliciesMax = 11
        quotas.tagsMax = 50
        quotas.tagKeyCharactersMax = 128
        quotas.tagValueCharactersMax = 256
        return quotas
    }()

    /// Sets the quota of this name, as the command line spells it; the name of a policy type is its size.
    ///
    /// - Returns: whether there is such a quota.
    public mutating func set(_ name: String, to value: Int) -> Bool {
        switch name {
        case "userInline": userInlineCharactersMax = value
        case "groupInline": groupInlineCharactersMax = value
        case "roleInline": roleInlineCharactersMax = value
        case "attachedPolicies": attachedPoliciesMax = value
        case "sessionPolicies": sessionPoliciesMax = value
        case "tags": tagsMax = value
        case "tagKey": tagKeyCharactersMax = value
        case "tagValue": tagValueCharactersMax = value
        default:
            guard let type = PolicyType(rawValue: name) else { return false }
            charactersMax[type] = value
        }
        return true
    }
}

extension PolicyQuotas {
    /// What is wrong with tags, one sentence each.
    package func faults(ofTags tags: [UTF8Text: UTF8Text]) -> [String] {
        var faults: [String] = []
        if let tagsMax, tags.count > tagsMax {
            faults.append("there are \(tags.count) tags; AWS allows \(tagsMax)")
        }
        for (key, value) in tags.sorted(by: { $0.key < $1.key }) {
            let (keyCount, valueCount) = (key.scalarCount, value.scalarCount)
            if let max = tagKeyCharactersMax, keyCount > max {
                faults.append("the key of tag `\(key)` has \(keyCount) characters; AWS allows \(max)")
            }
            if let max = tagValueCharactersMax, valueCount > max {
                faults.append("the value of tag `\(key)` has \(valueCount) characters; AWS allows \(max)")
            }
        }
        return faults
    }
}

extension PolicyDocument {
    /// The characters of the document, from brace to brace.
    ///
    /// O(n).
    package func characterCount(countingWhiteSpace: Bool) -> Int {
        let size = json.byteSize
        return size.characters - (countingWhiteSpace ? 0 : size.whiteSpace)
    }
}

extension UTF8Text {
    fileprivate var scalarCount: Int { bytes.count { !$0.isUTF8Continuation } }
}
