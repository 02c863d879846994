import Vocabulary

/// Who attaches which managed policy, who is in which group, and which names are taken.
///
/// Identities are numbered, so that long lists of them stay small.
struct AttachmentIndex: Sendable {
    private var numbers: [IdentityName: Int32] = [:]
    private var names: [IdentityName] = []
    private var carriers: [UTF8Text: [Int32]] = [:]
    private var members: [IdentityName: [Int32]] = [:]
    /// Identities and policies by account, kind and name in lower case: IAM's names are unique ignoring case.
    private var taken: [IdentityName: UTF8Text] = [:]
    private var policiesByName: [UTF8Text: UTF8Text] = [:]

    init(_ directory: Directory) {
        for (id, account) in directory.accounts {
            for (kind, identities) in [
                (IdentityKind.user, account.users), (.group, account.groups), (.role, account.roles),
            ] {
                for (name, identity) in identities {
                    replace(nil, with: identity, named: IdentityName(account: id, kind: kind, name: name))
                }
            }
        }
        for arn in directory.managedPolicies.keys { replacePolicy(nil, with: arn) }
    }

    /// Those that attach a managed policy or have it as their boundary.
    func carriers(of policy: UTF8Text) -> [IdentityName] { (carriers[policy] ?? []).map { names[Int($0)] } }

    /// Users and groups that are in a group.
    func members(of group: IdentityName) -> [IdentityName] {
        (members[group] ?? []).map { names[Int($0)] }
    }

    /// The identity whose name is this one but for case, as its name is written.
    func written(_ name: IdentityName) -> UTF8Text? { taken[name.folded] }

    /// The ARN of the customer's policy whose name is that of `arn` but for case.
    func policy(named arn: ARN) -> UTF8Text? { policiesByName[Self.policyName(arn)] }

    private static func policyName(_ arn: ARN) -> UTF8Text {
        UTF8Text("\(arn.account):\(arn.resource.lastPathComponent)").asciiLowercased
    }

    mutating func replacePolicy(_ old: UTF8Text?, with new: UTF8Text?) {
        if let name = old.flatMap({ ARN($0) }).map(Self.policyName) { policiesByName[name] = nil }
        if let new, let name = ARN(new).map(Self.policyName) { policiesByName[name] = new }
    }

    /// Notes that an identity has taken the place of another; nil for none.
    mutating func replace(_ old: Identity?, with new: Identity?, named name: IdentityName) {
        let number = number(of: name)
        if let old {
            for policy in old.managedPolicies { carriers[policy]?.remove(number) }
            for group in old.groups { members[name.group(group)]?.remove(number) }
        }
        if let new {
            for policy in new.managedPolicies { carriers[policy, default: []].append(number) }
            for group in new.groups { members[name.group(group), default: []].append(number) }
        }
        taken[name.folded] = new == nil ? nil : name.name
    }

    private mutating func number(of name: IdentityName) -> Int32 {
        if let known = numbers[name] { return known }
        let number = Int32(truncatingIfNeeded: names.count)
        numbers[name] = number
        names.append(name)
        return number
    }
}

extension Identity {
    /// The managed policies that bear on it, boundary included, each as often as it does.
    fileprivate var managedPolicies: [UTF8Text] {
        policies.filter { $0.carrier == nil }.map(\.name) + (boundary.map { [$0.name] } ?? [])
    }
}

extension IdentityName {
    fileprivate var folded: IdentityName {
        IdentityName(account: account, kind: kind, name: name.asciiLowercased)
    }

    /// A group of the same account.
    func group(_ name: UTF8Text) -> IdentityName { IdentityName(account: account, kind: .group, name: name) }
}

extension [Int32] {
    /// Takes one occurrence away; the order does not matter.
    fileprivate mutating func remove(_ number: Int32) {
        guard let index = firstIndex(of: number) else { return }
        swapAt(index, count - 1)
        removeLast()
    }
}
