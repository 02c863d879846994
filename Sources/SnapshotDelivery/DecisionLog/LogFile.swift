import Glibc

/// A file of whole lines that is put aside when it is long, so that none of its parts ends within a line.
struct LogFile {
    private let path: String
    private let byteCountMax: Int
    private let keptCount: Int
    private var descriptor: Int32 = -1
    private var byteCount = 0

    init(path: String, byteCountMax: Int, keptCount: Int) {
        self.path = path
        self.byteCountMax = byteCountMax
        self.keptCount = max(0, keptCount)
    }

    /// Appends lines, all of them or none.
    mutating func append(_ lines: [UInt8]) throws(FileFailure) {
        if descriptor < 0 { try open() }
        if byteCount > 0, byteCount + lines.count > byteCountMax {
            close()
            rotate()
            try open()
        }
        var rest = lines[...]
        while !rest.isEmpty {
            // INVARIANT: write reads at most the bytes of the buffer, which outlives the call.
            let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let failure = FileFailure.failed(path, to: "write it")
                // Half of the lines on a full disk would be a line that nobody can read.
                _ = ftruncate(descriptor, byteCount)
                close()
                throw failure
            }
            rest = rest.dropFirst(count)
        }
        byteCount += lines.count
    }

    mutating func close() {
        if descriptor >= 0 { _ = Glibc.close(descriptor) }
        descriptor = -1
    }

    private mutating func open() throws(FileFailure) {
        guard !path.utf8.contains(0) else { throw FileFailure("a path cannot hold a zero byte") }
        // INVARIANT: the path is a terminated string without zero bytes; the descriptor is closed by `close`.
        descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .failed(path, to: "open it") }
        byteCount = Int(lseek(descriptor, 0, SEEK_END))
    }

    /// `log` becomes `log.1`, which becomes `log.2`; the oldest goes.
    private func rotate() {
        // INVARIANT: all paths are terminated strings without zero bytes, as the opened file shows.
        guard keptCount > 0 else {
            unsafe unlink(path)
            return
        }
        for number in stride(from: keptCount - 1, through: 1, by: -1) {
            unsafe rename("\(path).\(number)", "\(path).\(number + 1)")
        }
        unsafe rename(path, "\(path).1")
    }
}
