public import Portcullis

/// Refuses policies on which validation has remarks that it did not have on what is in force.
///
/// Faults refuse policies before any gate is asked; a remark is what is legal and most likely not meant. Compiled
/// snapshots hold no policies to remark on, and pass.
public struct FindingsLimit: UpdateGate {
    private let reader: PolicyReader
    /// How many new remarks there may be.
    public var newRemarksMax: Int

    /// What people call it.
    public var name: String { "findings" }

    /// A gate that allows no new remark, unless told otherwise.
    public init(reader: PolicyReader = PolicyReader(), newRemarksMax: Int = 0) {
        var reader = reader
        reader.findsRedundancy = true
        self.reader = reader
        self.newRemarksMax = newRemarksMax
    }

    /// Validates all policies again.
    public func judge(_ proposal: Proposal) throws(GateRefusal) -> [String] {
        guard let directory = proposal.candidate.directory else { return [] }
        var known: [String: Int] = [:]
        for remark in proposal.current?.directory.map({ remarks(on: $0) }) ?? [] {
            known[Self.key(remark), default: 0] += 1
        }
        var new: [String] = []
        for remark in remarks(on: directory) {
            if let count = known[Self.key(remark)], count > 0 {
                known[Self.key(remark)] = count - 1
            } else {
                new.append("\(remark)")
            }
        }
        guard new.count <= newRemarksMax else {
            let list = new.map { "\n  \($0)" }.joined()
            throw GateRefusal("\(new.count) new remarks, \(newRemarksMax) are allowed:\(list)")
        }
        return new
    }

    /// What a remark says, wherever it stands: lines move.
    private static func key(_ remark: Diagnostic) -> String {
        "\(remark.location.source) \(remark.path) \(remark.code.rawValue) \(remark.message)"
    }

    private func remarks(on directory: Directory) -> [Diagnostic] {
        var found: [Diagnostic] = []
        var seen: Set<ObjectIdentifier> = []
        func add(_ policy: EffectivePolicy?, _ type: PolicyType) {
            guard let policy, seen.insert(policy.identity).inserted else { return }
            found += reader.remarks(on: policy.document, as: type)
        }
        for policy in directory.managedPolicies.values { add(policy, .identity) }
        for account in directory.accounts.values {
            for identities in [account.users, account.groups, account.roles] {
                for identity in identities.values {
                    for policy in identity.policies { add(policy, .identity) }
                    add(identity.trustPolicy, .trust)
                }
            }
        }
        for resource in directory.resources.values { add(resource.policy, .resource) }
        for policy in directory.endpoints.values { add(policy, .endpoint) }
        for levels in (directory.organization?.levels ?? [:]).values {
            for level in levels {
                for policy in level.serviceControlPolicies { add(policy, .serviceControl) }
                for policy in level.resourceControlPolicies { add(policy, .resourceControl) }
            }
        }
        return found.sorted { Self.key($0) < Self.key($1) }
    }
}
