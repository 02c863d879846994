import Glibc
import Vocabulary

/// Why a file or folder could not be read.
package struct FileFault: Error {
    /// The file or folder.
    package let path: String
    /// What went wrong, with the system's own words where it has any.
    package let message: String

    init(_ path: String, _ message: String) {
        self.path = path
        self.message = message
    }

    /// Takes the error of the system call that has just failed.
    fileprivate init(_ path: String, failedTo verb: String) {
        let number = errno
        // INVARIANT: strerror answers a terminated string for every number; since glibc 2.32 it lies in
        // storage of this thread, and it is copied before any other call.
        let words = unsafe strerror(number).map { unsafe String(cString: $0) } ?? ""
        self.init(path, "cannot \(verb): \(words) (errno \(number))")
    }
}

/// The only door to the file system: all calls that work on raw memory or descriptors are here.
package enum SystemFiles {
    package enum Kind { case folder, file, other }

    /// What stands at a path; symbolic links are followed.
    package static func kind(of path: String) throws(FileFault) -> Kind {
        guard !path.utf8.contains(0) else { throw FileFault(path, "a path cannot hold a zero byte") }
        var status = stat()
        // INVARIANT: `status` outlives the call, and the path is a terminated string without zero bytes.
        guard unsafe stat(path, &status) == 0 else { throw FileFault(path, failedTo: "find it") }
        return switch status.st_mode & S_IFMT {
        case S_IFDIR: .folder
        case S_IFREG: .file
        default: .other
        }
    }

    /// The names in a folder, in no particular order, as the bytes the system gives.
    package static func names(in folder: String, countMax: Int) throws(FileFault) -> [[UInt8]] {
        // INVARIANT: the stream is used only here, and closed on every way out.
        guard let stream = unsafe opendir(folder) else {
            throw FileFault(folder, failedTo: "open the folder")
        }
        defer { unsafe closedir(stream) }
        var names: [[UInt8]] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else { break }
            guard names.count < countMax else { throw FileFault(folder, "the folder holds too many entries") }
            unsafe names.append(name(of: entry))
        }
        guard errno == 0 else { throw FileFault(folder, failedTo: "read the folder") }
        return names
    }

    private static func name(of entry: UnsafeMutablePointer<dirent>) -> [UInt8] {
        guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return [] }
        // INVARIANT: readdir ends d_name with a zero byte inside the entry. The entry may be shorter than
        // the struct, so it is never copied as a whole.
        let start = unsafe UnsafeRawPointer(entry) + offset
        let length = unsafe strlen(start.assumingMemoryBound(to: CChar.self))
        return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: length))
    }

    /// The bytes of a regular file of at most `bytesMax` bytes.
    ///
    /// Reads to the end, whatever size is announced.
    package static func bytes(of path: String, bytesMax: Int) throws(FileFault) -> [UInt8] {
        // INVARIANT: the path is a terminated string; the descriptor is used only here and closed below.
        // O_NONBLOCK keeps a pipe that took the file's place from blocking the reader.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileFault(path, failedTo: "open it") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            // INVARIANT: read writes at most the count of the buffer that it is given.
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe read(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileFault(path, failedTo: "read it") }
            if count == 0 { return bytes }
            guard bytes.count + count <= bytesMax else {
                throw FileFault(path, "the files are too large together")
            }
            bytes.append(contentsOf: chunk[..<count])
        }
    }

    /// The target of a symbolic link; nil where there is none.
    static func linkTarget(of path: String) -> [UInt8]? {
        var target = [UInt8](repeating: 0, count: Int(PATH_MAX))
        // INVARIANT: readlink writes at most the count of the buffer that it is given.
        let count = unsafe target.withUnsafeMutableBytes { buffer in
            guard let start = buffer.baseAddress else { return -1 }
            return unsafe readlink(path, start, buffer.count)
        }
        return count < 0 ? nil : Array(target[..<count])
    }
}
