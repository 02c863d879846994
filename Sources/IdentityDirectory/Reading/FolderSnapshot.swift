import PolicyLanguage
import Vocabulary

/// The files of a folder tree, read at one time and in the order of their paths.
///
/// Names that begin with a dot are left out: editors and Kubernetes keep their own things under such names.
/// Symbolic links are followed, since a mounted ConfigMap consists of them.
struct FolderSnapshot {
    struct File {
        /// The names from the folder down.
        let path: [UTF8Text]
        /// The bytes, named as messages name the file.
        let source: SourceText
    }

    private(set) var files: [File] = []

    /// Files in one tree; an account of 100,000 users with three files each has fewer.
    static let filesMax = 1_000_000
    /// Nesting of folders; also ends a ring of symbolic links.
    static let depthMax = 32
    /// A folder that is replaced while it is read is read again so many times.
    static let attemptsMax = 5

    /// The names of a path, from the folder down.
    static func names(of path: String) -> [UTF8Text] {
        path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { UTF8Text(Array($0)) }
    }

    /// Takes files from memory, by path relative to the folder.
    init(files contents: [String: [UInt8]]) {
        files = contents.map { path, bytes in
            File(path: Self.names(of: path), source: SourceText(bytes, name: path))
        }
        sort()
    }

    /// Reads a folder; what cannot be read is a fault, and the rest is still read.
    init(reading root: String, _ faults: inout DirectoryFaults) {
        for _ in 0..<Self.attemptsMax {
            var walk = Walk()
            let generation = Self.generation(of: root)
            walk.readFolder(root, path: [])
            guard generation == Self.generation(of: root) else { continue }
            files = walk.files
            for fault in walk.faults { faults.report(.directoryFile, fault.message, at: .file(fault.path)) }
            sort()
            return
        }
        faults.report(.directoryFile, "the folder changes faster than it can be read", at: .file(root))
    }

    /// What Kubernetes replaces when it replaces a mounted folder as a whole: half of the old and half of
    /// the new would be a policy nobody wrote (I4).
    private static func generation(of root: String) -> [UInt8]? {
        SystemFiles.linkTarget(of: root + "/..data")
    }

    private mutating func sort() {
        files.sort { $0.path.lexicographicallyPrecedes($1.path) }
    }
}

private struct Walk {
    private(set) var files: [FolderSnapshot.File] = []
    private(set) var faults: [FileFault] = []
    private var bytesLeft = Limits.directoryFileBytesMax
    private var entriesLeft = FolderSnapshot.filesMax

    init() {}

    mutating func readFolder(_ folder: String, path: [UTF8Text]) {
        do throws(FileFault) {
            guard path.count < FolderSnapshot.depthMax else {
                throw FileFault(folder, "folders are nested too deep")
            }
            let names = try SystemFiles.names(in: folder, countMax: entriesLeft)
            entriesLeft -= names.count
            for name in names where name.first != UInt8(ascii: ".") {
                guard name.isValidUTF8 else { throw FileFault(folder, "the name of an entry is not UTF-8") }
                let name = UTF8Text(name)
                readEntry("\(folder)/\(name)", path: path + [name])
            }
        } catch {
            faults.append(error)
        }
    }

    private mutating func readEntry(_ entry: String, path: [UTF8Text]) {
        do throws(FileFault) {
            switch try SystemFiles.kind(of: entry) {
            case .folder:
                readFolder(entry, path: path)
            case .file:
                let bytes = try SystemFiles.bytes(of: entry, bytesMax: bytesLeft)
                bytesLeft -= bytes.count
                files.append(FolderSnapshot.File(path: path, source: SourceText(bytes, name: entry)))
            case .other:
                throw FileFault(entry, "neither a file nor a folder")
            }
        } catch {
            faults.append(error)
        }
    }
}
