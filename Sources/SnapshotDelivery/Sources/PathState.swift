import Glibc
import Portcullis

/// Which files stand at a path, as far as their names, places, sizes and times tell: equal states are not read again.
struct PathState: Sendable, Hashable {
    private struct Entry: Hashable {
        let path: String
        let device: UInt64
        let inode: UInt64
        let size: Int64
        /// Of contents and of attributes; the latter cannot be set back.
        let seconds: [Int]
        let nanoseconds: [Int]
    }

    private var entries: [Entry] = []
    /// The folders to watch, so that nothing of this changes unseen.
    private(set) var folders: [String] = []

    private static let entriesMax = 1_000_000
    private static let depthMax = 32

    /// Looks at a file or folder, through links.
    ///
    /// Nil where nothing is there, or a folder vanishes meanwhile.
    init?(of path: String) {
        guard let status = Self.status(path) else { return nil }
        folders = [Self.parent(of: path)]
        // The links on the way, such as `..data` of a mounted ConfigMap, stand in other folders.
        if let target = Self.resolved(path), target != path { folders.append(Self.parent(of: target)) }
        if status.st_mode & S_IFMT == S_IFDIR {
            guard add(folder: path, depth: 0) else { return nil }
        } else {
            entries = [Self.entry(path, status)]
        }
    }

    private mutating func add(folder: String, depth: Int) -> Bool {
        guard depth < Self.depthMax, entries.count < Self.entriesMax,
            let names = try? SystemFiles.names(in: folder, countMax: Self.entriesMax)
        else { return false }
        folders.append(folder)
        for name in names.map({ String(decoding: $0, as: UTF8.self) }).sorted() where !name.hasPrefix(".") {
            let path = "\(folder)/\(name)"
            guard let status = Self.status(path) else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                guard add(folder: path, depth: depth + 1) else { return false }
            } else {
                entries.append(Self.entry(path, status))
            }
        }
        return true
    }

    private static func entry(_ path: String, _ status: stat) -> Entry {
        Entry(
            path: path,
            device: UInt64(status.st_dev),
            inode: UInt64(status.st_ino),
            size: Int64(status.st_size),
            seconds: [status.st_mtim.tv_sec, status.st_ctim.tv_sec],
            nanoseconds: [status.st_mtim.tv_nsec, status.st_ctim.tv_nsec]
        )
    }

    private static func status(_ path: String) -> stat? {
        guard !path.utf8.contains(0) else { return nil }
        var status = stat()
        // INVARIANT: `status` outlives the call, and the path is a terminated string.
        return unsafe stat(path, &status) == 0 ? status : nil
    }

    private static func resolved(_ path: String) -> String? {
        // INVARIANT: realpath answers a terminated string that is ours to free, or nil.
        guard let text = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }

    /// The folder in which a path's last name stands.
    static func parent(of path: String) -> String {
        var path = path[...]
        while path.count > 1, path.last == "/" { path.removeLast() }
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
