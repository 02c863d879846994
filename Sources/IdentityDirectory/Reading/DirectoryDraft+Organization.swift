import PolicyLanguage
import Vocabulary

extension DirectoryDraft {
    /// Joins the organization to its policies: for each member account, the levels from the root down.
    mutating func linkedOrganization() -> Organization? {
        guard let draft = organization else {
            for id in accounts.keys.sorted() { checkIsMember(id, of: []) }
            return nil
        }
        var organization = Organization(
            id: draft.id,
            managementAccount: draft.managementAccount,
            usesServiceControlPolicies: usesServiceControlPolicies(draft.root)
        )
        var root = draft.root
        // The management account is always a member; where the tree leaves it out, it hangs at the root.
        if !root.allUnits.contains(where: { $0.accounts.contains { $0.id == draft.managementAccount } }) {
            root.accounts.append((draft.managementAccount, draft.place))
        }
        add(root, above: [], to: &organization)
        let members = Set(organization.levels.keys)
        for id in accounts.keys.sorted() { checkIsMember(id, of: members) }
        return organization
    }

    /// Service control policies are enabled where any level names some, even none of them (F3).
    private func usesServiceControlPolicies(_ root: UnitDraft) -> Bool {
        root.allUnits.contains { $0.guardrails.serviceControlPolicies != nil }
            || accounts.values.contains { $0.guardrails.serviceControlPolicies != nil }
    }

    private mutating func add(
        _ unit: UnitDraft,
        above: [Organization.Level],
        to organization: inout Organization
    ) {
        let levels = above + [level(unit.id, unit.guardrails)]
        guard levels.count < Limits.organizationDepthMax else {
            let message = "the organization has more than \(Limits.organizationDepthMax) levels"
            return faults.report(.depthLimit, message, at: unit.place)
        }
        for (id, _) in unit.accounts { organization.levels[id] = levels + [accountLevel(id)] }
        for unit in unit.units { add(unit, above: levels, to: &organization) }
    }

    private mutating func accountLevel(_ id: AccountID) -> Organization.Level {
        level(id.text, accounts[id]?.guardrails ?? GuardrailsDraft())
    }

    /// The guardrails of one level.
    ///
    /// A level that lists no SCP has none, which denies if SCPs are enabled at all (F3).
    private mutating func level(_ id: UTF8Text, _ guardrails: GuardrailsDraft) -> Organization.Level {
        let serviceControl = (guardrails.serviceControlPolicies ?? []).compactMap { reference in
            resolve(reference, in: serviceControlPolicies, folder: "service-control-policies")
        }
        let resourceControl = (guardrails.resourceControlPolicies ?? []).compactMap { reference in
            resolve(reference, in: resourceControlPolicies, folder: "resource-control-policies")
        }
        return Organization.Level(
            id: id,
            serviceControlPolicies: serviceControl,
            resourceControlPolicies: [BuiltInPolicies.fullResourceAccess] + resourceControl
        )
    }

    private mutating func resolve(
        _ reference: Reference,
        in policies: [UTF8Text: EffectivePolicy],
        folder: String
    ) -> EffectivePolicy? {
        if let policy = policies[reference.name] { return policy }
        let message =
            reference.name == BuiltInPolicies.fullResourceAccess.name
            ? "`\(reference.name)` is built in and always in force; it is not listed"
            : "there is no `\(folder)/\(reference.name).json`"
        faults.report(.directoryReference, message, at: reference.place)
        return nil
    }

    /// Guardrails attached to an account outside the organization would never be in force.
    private mutating func checkIsMember(_ id: AccountID, of members: Set<AccountID>) {
        guard let account = accounts[id], !members.contains(id), let place = account.place else { return }
        let guardrails = account.guardrails
        guard guardrails.serviceControlPolicies != nil || guardrails.resourceControlPolicies != nil else {
            return
        }
        faults.report(
            .directoryReference,
            "account \(id) has organization policies and belongs to no organization",
            at: place
        )
    }
}
