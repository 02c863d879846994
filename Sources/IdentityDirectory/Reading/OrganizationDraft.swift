import PolicyLanguage
import Vocabulary

/// An organization as far as it has been read.
struct OrganizationDraft {
    let id: UTF8Text
    let managementAccount: AccountID
    let root: UnitDraft
    let place: Place
}

/// The root or an organizational unit.
struct UnitDraft {
    let id: UTF8Text
    let guardrails: GuardrailsDraft
    var accounts: [(id: AccountID, place: Place)]
    let units: [UnitDraft]
    let place: Place

    /// This unit and all below it.
    var allUnits: [UnitDraft] { [self] + units.flatMap(\.allUnits) }
}

/// What is attached at one level of an organization; nil where the file does not say.
struct GuardrailsDraft {
    var serviceControlPolicies: [Reference]?
    var resourceControlPolicies: [Reference]?

    init() {}

    init(_ record: JSONRecord, _ faults: inout DirectoryFaults) {
        serviceControlPolicies = record.references("ServiceControlPolicies", &faults)
        resourceControlPolicies = record.references("ResourceControlPolicies", &faults)
    }
}

extension DirectoryDraft {
    private static let organizationMembers: [UTF8Text] = ["Id", "ManagementAccount", "Root"]
    private static let unitMembers: [UTF8Text] = [
        "Id", "Name", "ServiceControlPolicies", "ResourceControlPolicies", "Accounts", "OrganizationalUnits",
    ]

    /// Reads `organization.json`.
    mutating func readOrganization(_ source: SourceText) {
        guard let value = json(source, bytesMax: Limits.directoryFileBytesMax),
            let record = JSONRecord(value, members: Self.organizationMembers, &faults)
        else { return }
        let id = identifier(record, prefix: "o-")
        let management = record.required("ManagementAccount", &faults).flatMap { accountID($0) }
        let root = record.required("Root", &faults).flatMap { unit($0, prefix: "r-") }
        guard let id, let management, let root else { return }
        organization = OrganizationDraft(
            id: id,
            managementAccount: management,
            root: root,
            place: .value(value)
        )
    }

    /// Reads one level with what lies below it.
    ///
    /// Recurses no deeper than a JSON document may be nested.
    private mutating func unit(_ value: JSONValue, prefix: UTF8Text) -> UnitDraft? {
        guard let record = JSONRecord(value, members: Self.unitMembers, &faults) else { return nil }
        let id = identifier(record, prefix: prefix)
        _ = record.text("Name", &faults)
        let guardrails = GuardrailsDraft(record, &faults)
        var accounts: [(id: AccountID, place: Place)] = []
        for element in record.list("Accounts", &faults) ?? [] {
            guard let account = accountID(element) else { continue }
            guard claim("account \(account) in the organization", at: .value(element)) else { continue }
            accounts.append((account, .value(element)))
        }
        var units: [UnitDraft] = []
        for element in record.list("OrganizationalUnits", &faults) ?? [] {
            if let unit = unit(element, prefix: "ou-") { units.append(unit) }
        }
        guard let id, claim("organizational unit `\(id)`", at: .value(value)) else { return nil }
        return UnitDraft(
            id: id,
            guardrails: guardrails,
            accounts: accounts,
            units: units,
            place: .value(value)
        )
    }

    /// An id that goes into `aws:PrincipalOrgPaths`, where a slash would forge a level.
    private mutating func identifier(_ record: JSONRecord, prefix: UTF8Text) -> UTF8Text? {
        guard let id = record.requiredText("Id", &faults), let value = record["Id"] else { return nil }
        let isWellFormed =
            id.hasPrefix(prefix) && id.count > prefix.count
            && id.bytes.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "-") }
        if isWellFormed { return id }
        faults.report(.directoryLayout, "`\(id)` is not of the form `\(prefix)…`", at: .value(value))
        return nil
    }

    /// An account id of twelve digits; notes any other value.
    mutating func accountID(_ value: JSONValue) -> AccountID? {
        if let account = value.string.flatMap({ AccountID($0) }) { return account }
        faults.report(.directoryLayout, "an account id is a string of twelve digits", at: .value(value))
        return nil
    }
}
