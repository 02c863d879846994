import PolicyLanguage
import Vocabulary

/// A value in AWS's output with its path, which is kept because finding it again takes a walk through the file.
private struct Located {
    let record: JSONRecord
    let path: String
}

extension DirectoryDraft {
    /// Reads the output of `aws iam get-account-authorization-details`, one page or several in order.
    ///
    /// - Parameter account: the account that every ARN must name; nil where each ARN tells.
    mutating func readAuthorizationDetails(_ pages: [SourceText], of account: AccountID? = nil) {
        for (index, source) in pages.enumerated() {
            guard let value = json(source, bytesMax: Limits.directoryFileBytesMax),
                let page = JSONRecord(fromAWS: value, &faults)
            else { continue }
            readPage(page, of: account)
            if index == pages.count - 1 { checkIsLast(page) }
        }
    }

    /// A listing without its last page lacks policies, and one of them could be a Deny.
    private mutating func checkIsLast(_ page: JSONRecord) {
        let isTruncated = page.bool("IsTruncated", &faults) ?? false
        // The command line writes `NextToken` where `--max-items` cut its output.
        guard isTruncated || page["NextToken"] != nil || page["Marker"] != nil else { return }
        faults.report(
            .directoryPages,
            "pages are missing: the listing goes on after this one",
            at: .value(page.value)
        )
    }

    private mutating func readPage(_ page: JSONRecord, of account: AccountID?) {
        let lists: [UTF8Text] = ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"]
        if lists.allSatisfy({ page[$0] == nil }) {
            let message = "this is no output of `aws iam get-account-authorization-details`"
            return faults.report(.directoryLayout, message, at: .value(page.value))
        }
        for kind in IdentityKind.allCases {
            for detail in details(page, kind.awsList, path: "") { readIdentity(detail, kind, of: account) }
        }
        for detail in details(page, "Policies", path: "") { readManagedPolicy(detail, of: account) }
    }

    /// The objects in an array, each with its path.
    private mutating func details(_ record: JSONRecord, _ name: UTF8Text, path: String) -> [Located] {
        let prefix = path.isEmpty ? "\(name)" : "\(path).\(name)"
        return (record.list(name, &faults) ?? []).enumerated().compactMap { index, value in
            JSONRecord(fromAWS: value, &faults).map { Located(record: $0, path: "\(prefix)[\(index)]") }
        }
    }

    // MARK: Identities

    private mutating func readIdentity(_ detail: Located, _ kind: IdentityKind, of account: AccountID?) {
        let record = detail.record
        guard let name = record.requiredText(kind.awsName("Name"), &faults),
            let (arn, owner) = identityARN(record, kind, name, of: account)
        else { return }
        var identity = IdentityDraft(kind, name, in: owner, arn: arn, at: .value(record.value))
        identity.uniqueID = record.text(kind.uniqueIDMember, &faults)
        identity.inlinePolicies = inlinePolicies(detail, kind, carrier: arn.text)
        identity.attachedPolicies = attachedPolicies(detail)
        identity.boundary = boundary(record)
        identity.tags = tags(detail)
        if kind == .user { identity.groups = record.references("GroupList", &faults) ?? [] }
        if kind == .role { identity.trustPolicy = trustPolicy(detail, carrier: arn.text) }
        add(identity)
    }

    /// The ARN, which must agree with the name, the path and the account.
    private mutating func identityARN(
        _ record: JSONRecord,
        _ kind: IdentityKind,
        _ name: UTF8Text,
        of account: AccountID?
    ) -> (ARN, AccountID)? {
        let text = record.requiredText("Arn", &faults)
        let path = record.text("Path", &faults)
        guard let text, let value = record["Arn"] else { return nil }
        guard let arn = ARN(text), arn.service == "iam", arn.region.isEmpty,
            let owner = AccountID(arn.account),
            arn.resource.hasPrefix(UTF8Text(kind.rawValue + "/")), arn.resource.lastPathComponent == name,
            path.map({ arn.resource == UTF8Text("\(kind.rawValue)\($0)\(name)") }) ?? true
        else {
            let message =
                "`\(text)` is not the ARN of \(kind.rawValue) `\(name)`" + (path.map { " in `\($0)`" } ?? "")
            faults.report(.directoryLayout, message, at: .value(value))
            return nil
        }
        if let account, owner != account {
            let message = "`\(text)` belongs to another account than the folder, \(account)"
            faults.report(.directoryLayout, message, at: .value(value))
            return nil
        }
        return (arn, owner)
    }

    private mutating func inlinePolicies(_ detail: Located, _ kind: IdentityKind, carrier: UTF8Text)
        -> [EffectivePolicy]
    {
        var seen: Set<UTF8Text> = []
        return details(detail.record, kind.awsName("PolicyList"), path: detail.path).compactMap { item in
            guard let name = item.record.requiredText("PolicyName", &faults) else { return nil }
            checkName(name, at: .value(item.record.value))
            if !seen.insert(name.asciiLowercased).inserted {
                let message = "inline policy `\(name)` stands twice (names ignore case)"
                faults.report(.directoryDuplicate, message, at: .value(item.record.value))
            }
            guard let document = document(item, "PolicyDocument"),
                let policy = policy(document, as: .identity, isManaged: false)
            else { return nil }
            return EffectivePolicy(name: name, carrier: carrier, policy)
        }
    }

    private mutating func attachedPolicies(_ detail: Located) -> [Reference] {
        details(detail.record, "AttachedManagedPolicies", path: detail.path).compactMap { item in
            item.record.requiredText("PolicyArn", &faults).map {
                Reference(name: $0, place: .value(item.record.value))
            }
        }
    }

    private mutating func boundary(_ record: JSONRecord) -> Reference? {
        guard let value = record["PermissionsBoundary"], let boundary = JSONRecord(fromAWS: value, &faults)
        else {
            return nil
        }
        return boundary.requiredText("PermissionsBoundaryArn", &faults)
            .map { Reference(name: $0, place: .value(value)) }
    }

    private mutating func tags(_ detail: Located) -> [UTF8Text: UTF8Text] {
        var tags = TagCollector()
        for item in details(detail.record, "Tags", path: detail.path) {
            let key = item.record.requiredText("Key", &faults)
            let text = item.record.requiredText("Value", &faults)
            if let key, let text { tags.add(key, text, at: item.record.value, &faults) }
        }
        return tags.tags
    }

    private mutating func trustPolicy(_ detail: Located, carrier: UTF8Text) -> EffectivePolicy? {
        document(detail, "AssumeRolePolicyDocument")
            .flatMap { policy($0, as: .trust) }
            .map { EffectivePolicy(name: "trust-policy", carrier: carrier, $0) }
    }

    // MARK: Policies

    private mutating func readManagedPolicy(_ detail: Located, of account: AccountID?) {
        let record = detail.record
        guard let text = record.requiredText("Arn", &faults), let place = record["Arn"] else { return }
        guard let arn = ARN(text), arn.service == "iam", arn.resource.hasPrefix("policy/"),
            arn.account == "aws" || AccountID.isWellFormed(arn.account)
        else {
            return faults.report(
                .directoryLayout,
                "`\(text)` is not the ARN of a managed policy",
                at: .value(place)
            )
        }
        guard let version = defaultVersion(detail), let document = document(version, "Document") else {
            return
        }
        if arn.account == "aws" { return addAWSManagedPolicy(text, document, at: .value(place)) }
        if let account, arn.account != account.text {
            let message = "`\(text)` belongs to another account than the folder, \(account)"
            return faults.report(.directoryLayout, message, at: .value(place))
        }
        addCustomerPolicy(arn, document, at: .value(place))
    }

    /// The version in force: the one that is marked, which must be the one that is named.
    private mutating func defaultVersion(_ detail: Located) -> Located? {
        let named = detail.record.text("DefaultVersionId", &faults)
        var defaults: [Located] = []
        for version in details(detail.record, "PolicyVersionList", path: detail.path) {
            let isDefault = version.record.bool("IsDefaultVersion", &faults)
            let id = version.record.text("VersionId", &faults)
            if isDefault ?? (id != nil && id == named) { defaults.append(version) }
            if let isDefault, let named, let id, isDefault != (id == named) {
                let message = "`IsDefaultVersion` of `\(id)` contradicts `DefaultVersionId`, `\(named)`"
                faults.report(.directoryLayout, message, at: .value(version.record.value))
            }
        }
        if defaults.count == 1 { return defaults[0] }
        let message = defaults.isEmpty ? "no version is the default" : "several versions are the default"
        faults.report(.directoryLayout, message, at: .value(detail.record.value))
        return nil
    }

    /// A policy document: an object, a string that holds JSON, or a string that holds URL-encoded JSON.
    private mutating func document(_ detail: Located, _ name: UTF8Text) -> JSONValue? {
        guard let value = detail.record.required(name, &faults), value.kind == .string else {
            return detail.record[name]
        }
        let text = value.text
        let isPlain = text.bytes.first { !UTF8Text(" \t\r\n").bytes.contains($0) } == UInt8(ascii: "{")
        guard let bytes = isPlain ? Array(text.bytes) : text.percentDecoded else {
            faults.report(.jsonSyntax, "a `%` needs two hexadecimal digits", at: .value(value))
            return nil
        }
        let source = SourceText(bytes, name: "\(value.document.source.name)#\(detail.path).\(name)")
        return json(source, bytesMax: reader.documentBytesMax)
    }
}

extension IdentityKind {
    /// The list of such identities in AWS's output.
    fileprivate var awsList: UTF8Text { awsName("DetailList") }

    /// A member that AWS begins with the kind, such as `UserName`.
    fileprivate func awsName(_ rest: String) -> UTF8Text {
        switch self {
        case .user: UTF8Text("User" + rest)
        case .group: UTF8Text("Group" + rest)
        case .role: UTF8Text("Role" + rest)
        }
    }
}
