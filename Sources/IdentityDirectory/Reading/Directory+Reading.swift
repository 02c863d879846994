public import PolicyLanguage
import Vocabulary

extension Directory {
    /// Reads a folder of policies, or one file of authorization details.
    ///
    ///     let directory = try Directory(contentsOf: "policies")
    ///
    /// Documentation/directory-layout.md describes the folder. Nothing is skipped: one malformed policy, one
    /// name that nothing bears, one file that has no place refuses the whole, since what is left out could
    /// be a Deny.
    ///
    /// - Throws: ``InvalidDirectory`` with every fault found in all files.
    public init(contentsOf path: String, reader: PolicyReader = PolicyReader()) throws(InvalidDirectory) {
        var draft = DirectoryDraft(reader)
        do throws(FileFault) {
            switch try SystemFiles.kind(of: path) {
            case .folder:
                let snapshot = FolderSnapshot(reading: path, &draft.faults)
                draft.read(snapshot)
                // An empty folder is a wrong or unmounted one rather than a wish to deny everything.
                if snapshot.files.isEmpty { throw FileFault(path, "the folder holds no file") }
            case .file:
                let bytes = try SystemFiles.bytes(of: path, bytesMax: Limits.directoryFileBytesMax)
                draft.readAuthorizationDetails([SourceText(bytes, name: path)])
            case .other:
                throw FileFault(path, "neither a file nor a folder")
            }
        } catch {
            draft.faults.report(.directoryFile, error.message, at: .file(error.path))
        }
        self = try draft.directory()
    }

    /// Reads a folder of policies that lies in memory, by path relative to the folder.
    ///
    /// - Throws: ``InvalidDirectory`` with every fault found in all files.
    public init(files: [String: [UInt8]], reader: PolicyReader = PolicyReader()) throws(InvalidDirectory) {
        var draft = DirectoryDraft(reader)
        draft.read(FolderSnapshot(files: files))
        self = try draft.directory()
    }

    /// Reads the output of `aws iam get-account-authorization-details`: all pages, in order.
    ///
    /// Pages of several accounts may come together; each ARN tells its account.
    ///
    /// - Throws: ``InvalidDirectory`` with every fault found in all pages.
    public init(
        authorizationDetails pages: [SourceText],
        reader: PolicyReader = PolicyReader()
    ) throws(InvalidDirectory) {
        var draft = DirectoryDraft(reader)
        draft.readAuthorizationDetails(pages)
        self = try draft.directory()
    }
}
