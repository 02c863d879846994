import PolicyLanguage
import Vocabulary

/// Single things of a folder, read by the readers of whole folders.
extension ChangingFolder {
    /// Whether these files hold no fault by themselves.
    func isSound(_ files: [String: [UInt8]]) -> Bool { draft(of: files) != nil }

    private func draft(of files: [String: [UInt8]]) -> DirectoryDraft? {
        var draft = DirectoryDraft(reader)
        draft.read(FolderSnapshot(files: files))
        do throws(InvalidDirectory) { try draft.faults.check() } catch { return nil }
        return draft
    }

    /// The identity that its files describe; nil where they are faulty.
    func description(of name: IdentityName) -> IdentityDescription? {
        let files = files(of: name)
        guard let draft = draft(of: files)?.accounts[name.account]?.identities[name.kind]?[name.name] else {
            return nil
        }
        var description = IdentityDescription(arn: draft.arn)
        description.uniqueID = draft.uniqueID
        description.tags = draft.tags
        description.groups = draft.groups.map(\.name)
        for reference in draft.attachedPolicies {
            guard let arn = ARN(reference.name) else { return nil }
            description.attachedPolicies.append(arn)
        }
        if let boundary = draft.boundary {
            guard let arn = ARN(boundary.name) else { return nil }
            description.boundary = arn
        }
        for (path, contents) in files {
            let source = SourceText(contents, name: path)
            switch FolderEntry(FolderSnapshot.names(of: path)) {
            case .account(_, .identity(_, _, .trustPolicy)):
                description.trustPolicy = try? reader.read(source, as: .trust)
            case .account(_, .identity(_, _, .inlinePolicy(let name))):
                description.inlinePolicies[name] = try? reader.withoutManagedSize.read(source, as: .identity)
            default: break
            }
        }
        return description
    }

    /// The resource that a file describes; nil where it is faulty.
    func resource(_ path: String, _ contents: [UInt8], of account: AccountID) -> ResourceDescription? {
        guard let resource = draft(of: [path: contents])?.resources.values.first,
            let document = try? JSONDocument(
                reading: SourceText(contents, name: path),
                bytesMax: contents.count
            )
        else { return nil }
        var description = ResourceDescription(arn: resource.arn, account: account)
        description.requiresResourcePolicyTrust = resource.requiresResourcePolicyTrust
        description.tags = resource.tags
        if let policy = document.root["Policy"] {
            description.policy = try? reader.read(policy, as: .resource)
            if description.policy == nil { return nil }
        }
        return description
    }
}
