package import PolicyLanguage
import Vocabulary

/// One file of a folder of policies, as it is from now on.
package struct FileEdit: Sendable {
    /// The path relative to the folder.
    package let path: String
    /// Its bytes; nil for a file that is gone.
    package let contents: [UInt8]?

    /// An edit.
    package init(_ path: String, _ contents: [UInt8]?) {
        self.path = path
        self.contents = contents
    }
}

/// A folder of policies in memory that changes file by file, and what each step changes in its directory.
///
/// What a step changes is said only where that is the same as reading the whole folder again: each file by itself is
/// read by the folder's readers, and names that only the whole folder can judge are kept here.
package struct ChangingFolder: Sendable {
    /// The bytes of all files by path.
    package private(set) var files: [String: [UInt8]] = [:]
    let reader: PolicyReader
    private var identities: [IdentityName: Set<String>] = [:]
    private var fileCounts: [AccountID: Int] = [:]
    /// Files that describe many things at once, which may clash with any other file.
    private var listingCount = 0
    private var resources = NameClaims()
    private var endpoints = NameClaims()

    /// A folder with these files.
    ///
    /// - Complexity: O(files, and bytes of the resources' files).
    package init(_ files: [String: [UInt8]], reader: PolicyReader) {
        self.reader = reader
        for (path, contents) in files { note(FileEdit(path, contents)) }
    }

    /// Puts edits in their place, and says what they change in the directory of the folder.
    ///
    /// - Returns: nil where only the whole folder can say it: a file is faulty, or bears on whole accounts.
    /// - Complexity: O(bytes of the edited files, and of the other files of the same identities).
    package mutating func apply(_ edits: [FileEdit]) -> [DirectoryChange]? {
        var news = FolderNews()
        for edit in edits where files[edit.path] != edit.contents { news.note(edit.path, in: self) }
        let accounts = Set(fileCounts.keys)
        for edit in edits { note(edit) }
        guard listingCount == 0, news.isPiecemeal, accounts == Set(fileCounts.keys), !resources.hasClash,
            !endpoints.hasClash
        else { return nil }
        return news.changes(in: self)
    }

    /// The files of an identity.
    func files(of name: IdentityName) -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        for path in identities[name] ?? [] { found[path] = files[path] }
        return found
    }

    // MARK: Keeping the tables

    private mutating func note(_ edit: FileEdit) {
        let old = files[edit.path]
        files[edit.path] = edit.contents
        let names = FolderSnapshot.names(of: edit.path)
        guard case .account(let account, let entry) = FolderEntry(names) else { return }
        let step = (edit.contents == nil ? 0 : 1) - (old == nil ? 0 : 1)
        if step != 0 {
            let count = fileCounts[account, default: 0] + step
            fileCounts[account] = count == 0 ? nil : count
        }
        switch entry {
        case .authorizationDetails: listingCount += step
        case .identity(let kind, let name, _):
            let name = IdentityName(account: account, kind: kind, name: name)
            if edit.contents == nil {
                identities[name]?.remove(edit.path)
            } else {
                identities[name, default: []].insert(edit.path)
            }
            if identities[name]?.isEmpty ?? false { identities[name] = nil }
        case .resourcePolicy:
            resources.replace(old.flatMap(Self.resourceName), by: edit.contents.flatMap(Self.resourceName))
        case .endpoint(let id):
            let id = id.asciiLowercased
            endpoints.replace(old == nil ? nil : id, by: edit.contents == nil ? nil : id)
        case .account, .managedPolicy: break
        }
    }

    /// The ARN in a resource's file; nil where there is none, which is for others to complain of.
    static func resourceName(_ bytes: [UInt8]) -> UTF8Text? {
        let document = try? JSONDocument(reading: SourceText(bytes), bytesMax: bytes.count)
        return document?.root["ResourceArn"]?.string
    }
}

/// How often each name is borne, where one file more would be one too many.
private struct NameClaims: Sendable {
    private var counts: [UTF8Text: Int] = [:]
    private var clashCount = 0

    var hasClash: Bool { clashCount > 0 }

    mutating func replace(_ old: UTF8Text?, by new: UTF8Text?) {
        guard old != new else { return }
        if let old, let count = counts[old] {
            counts[old] = count == 1 ? nil : count - 1
            if count == 2 { clashCount -= 1 }
        }
        if let new {
            let count = counts[new, default: 0] + 1
            counts[new] = count
            if count == 2 { clashCount += 1 }
        }
    }
}
