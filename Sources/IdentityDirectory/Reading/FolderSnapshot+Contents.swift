import PolicyLanguage
import Vocabulary

extension Directory {
    /// The files of a folder tree as ``init(files:reader:)`` takes them, by path relative to the folder.
    ///
    /// - Throws: ``InvalidDirectory`` with what cannot be read.
    package static func files(in folder: String) throws(InvalidDirectory) -> [String: [UInt8]] {
        var faults = DirectoryFaults()
        let snapshot = FolderSnapshot(reading: folder, &faults)
        if snapshot.files.isEmpty {
            faults.report(.directoryFile, "the folder holds no file", at: .file(folder))
        }
        try faults.check()
        let pairs = snapshot.files.map { file in
            (file.path.map(\.description).joined(separator: "/"), file.source.bytes)
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }
}
