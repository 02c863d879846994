import IdentityDirectory
import PolicyLanguage
import Vocabulary

/// Policies of a principal that a simulation leaves out.
public enum SimulationExclusion: Sendable, Hashable {
    /// A kind of policy.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Every inline policy.
        case inline
        /// Every managed policy of AWS.
        case awsManaged = "aws-managed"
        /// Every managed policy of the customer.
        case userManaged = "user-managed"
        /// The permissions boundary.
        case permissionsBoundary = "permission-boundary"
        /// Every service control policy.
        case serviceControl = "scp"
        /// Every resource control policy; a simulation has none.
        case resourceControl = "rcp"
    }

    /// Whom an inline policy is part of.
    public enum Carrier: String, Sendable, Hashable, CaseIterable {
        case user, group, role
    }

    /// All of a kind.
    case kind(Kind)
    /// Managed policies whose ARN fits.
    case managed(arnPattern: String)
    /// The inline policy of a name in users, groups or roles whose name fits.
    case inline(name: String, carrier: Carrier, carrierPattern: String)

    /// Checks what the types leave open.
    ///
    /// - Throws: ``SimulationFault`` for an ARN of no policy, and for wildcards where none may stand.
    public func validate() throws(SimulationFault) {
        switch self {
        case .kind: break
        case .managed(let pattern):
            guard let arn = ARN(UTF8Text(pattern)), arn.service == "iam", arn.region.isEmpty,
                arn.account == "aws" || AccountID.isWellFormed(arn.account),
                arn.resource.begins(with: "policy/")
            else { throw .invalid("`\(pattern)` is not the ARN of a managed policy") }
            try Self.checkWildcards(arn.resource.description, in: pattern)
        case .inline(_, _, let pattern): try Self.checkWildcards(pattern, in: pattern)
        }
    }

    private static func checkWildcards(_ part: String, in pattern: String) throws(SimulationFault) {
        let count = { (text: String) in text.utf8.count { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }
        }
        guard count(part) == count(pattern), part.utf8.count(where: { $0 == UInt8(ascii: "*") }) <= 1 else {
            throw .invalid("`\(pattern)` has a wildcard where none may stand, or more than one `*`")
        }
    }

    /// Whether a policy of the principal is left out.
    func covers(_ policy: SimulationPolicy) -> Bool {
        switch self {
        case .kind(.inline): return policy.isInline
        case .kind(.awsManaged): return policy.source == .awsManaged
        case .kind(.userManaged): return policy.source == .userManaged
        case .kind(.permissionsBoundary), .kind(.serviceControl), .kind(.resourceControl): return false
        case .managed(let pattern):
            return !policy.isInline && WildcardPattern(UTF8Text(pattern)).matches(policy.policy.name)
        case .inline(let name, let carrier, let pattern):
            guard policy.source.rawValue == carrier.rawValue, policy.policy.name == UTF8Text(name) else {
                return false
            }
            let carrierName = policy.policy.carrier?.lastPathComponent ?? ""
            return WildcardPattern(UTF8Text(pattern)).matches(carrierName)
        }
    }
}
