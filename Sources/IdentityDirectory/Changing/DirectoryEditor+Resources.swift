import PolicyLanguage
import Vocabulary

/// Changes of resources and VPC endpoints.
extension DirectoryEditor {
    mutating func put(_ description: ResourceDescription) throws(DirectoryChangeError) {
        let arn = description.arn
        if let fault = arn.faultAsResource(of: description.account) { throw DirectoryChangeError(fault) }
        try description.tags.check(of: arn)
        if let policy = description.policy { try policy.check(is: .resource, for: "`\(arn)`") }
        var resource = Resource(
            arn: arn,
            account: description.account,
            requiresResourcePolicyTrust: description.requiresResourcePolicyTrust ?? arn.isKMSKey
        )
        resource.policy = description.policy.map {
            EffectivePolicy(name: "resource-policy", carrier: arn.text, $0)
        }
        resource.tags = description.tags
        set(resource: arn.text, to: resource)
    }

    mutating func removeResource(_ arn: ARN) throws(DirectoryChangeError) {
        guard directory.resources[arn.text] != nil else {
            throw DirectoryChangeError("resource `\(arn)` is not in the directory")
        }
        set(resource: arn.text, to: nil)
    }

    mutating func putEndpoint(_ id: UTF8Text, _ policy: ValidatedPolicy) throws(DirectoryChangeError) {
        try policy.check(is: .endpoint, for: "VPC endpoint `\(id)`")
        guard !id.isEmpty, !id.containsControlCharacter else {
            throw DirectoryChangeError("`\(id)` cannot be the id of a VPC endpoint")
        }
        set(endpoint: id, to: EffectivePolicy(name: "endpoint-policy", carrier: id, policy))
    }

    mutating func removeEndpoint(_ id: UTF8Text) throws(DirectoryChangeError) {
        guard directory.endpoints[id] != nil else {
            throw DirectoryChangeError("VPC endpoint `\(id)` is not in the directory")
        }
        set(endpoint: id, to: nil)
    }
}
