import Glibc

/// The only door to the file system in this room.
enum SnapshotFileCalls {
    // MARK: Reading

    /// The bytes of a snapshot file.
    ///
    /// The beginning is looked at first, so that a large file of another kind is not read.
    static func memory(of path: String, _ access: SnapshotFileAccess) throws(SnapshotFormatError)
        -> ImageMemory
    {
        // O_NONBLOCK keeps a pipe that took the file's place from blocking the reader.
        let file = try Descriptor.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        let byteCount = try file.byteCount()
        let head = try file.beginning(min(byteCount, Int(ImageHeader.byteCount)))
        try withExtendedLifetime(head) { () throws(SnapshotFormatError) in
            try ImageHead.check(prefix: head.view.all)
        }
        guard byteCount < Int(UInt32.max) else {
            throw SnapshotFormatError(
                .bounds,
                at: ImageHead.byteCountOffset,
                "the file is larger than any snapshot"
            )
        }
        if access == .mapped { return try file.mapping(byteCount) }
        return try file.beginning(byteCount)
    }

    // MARK: Writing

    static func write(_ bytes: ByteView, to path: String, permissions: UInt32) throws(SnapshotFormatError) {
        let number = UInt64.random(in: .min ... .max)
        let draft = "\(path).\(String(number, radix: 36)).tmp"
        do throws(SnapshotFormatError) {
            let file = try Descriptor.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW)
            try file.finish(bytes, permissions)
            // INVARIANT: both paths are terminated strings without zero bytes, as the opened file shows.
            guard unsafe rename(draft, path) == 0 else { throw .failed(path, "put it in its place") }
        } catch {
            // INVARIANT: the path is a terminated string; only a file with this random name is taken away.
            unsafe unlink(draft)
            throw error
        }
        try Descriptor.open(folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC).sync()
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

/// An open file, closed when it goes.
private struct Descriptor: ~Copyable {
    private let path: String
    private let number: Int32

    private init(path: String, number: Int32) {
        self.path = path
        self.number = number
    }

    static func open(_ path: String, _ flags: Int32) throws(SnapshotFormatError) -> Descriptor {
        guard !path.utf8.contains(0) else {
            throw SnapshotFormatError(.file, "a path cannot hold a zero byte")
        }
        // INVARIANT: the path is a terminated string; new files are for their owner alone until they are finished.
        let number = unsafe Glibc.open(path, flags, 0o600)
        guard number >= 0 else { throw .failed(path, "open it") }
        return Descriptor(path: path, number: number)
    }

    deinit { close(number) }

    /// The size of a regular file.
    func byteCount() throws(SnapshotFormatError) -> Int {
        var status = stat()
        // INVARIANT: `status` outlives the call, which only writes to it.
        guard unsafe fstat(number, &status) == 0 else { throw .failed(path, "find its size") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SnapshotFormatError(.file, "\(path): no regular file")
        }
        return Int(status.st_size)
    }

    /// The first bytes of the file in memory of their own.
    func beginning(_ byteCount: Int) throws(SnapshotFormatError) -> ImageMemory {
        // INVARIANT: the buffer is filled before it is read, and not kept.
        try unsafe ImageMemory(byteCount: byteCount) { buffer throws(SnapshotFormatError) in
            try unsafe read(into: buffer)
        }
    }

    private func read(into buffer: UnsafeMutableRawBufferPointer) throws(SnapshotFormatError) {
        var offset = 0
        while offset < buffer.count {
            // INVARIANT: pread writes at most the bytes that are left in the buffer.
            let count = unsafe pread(
                number,
                buffer.baseAddress.map { unsafe $0 + offset },
                buffer.count - offset,
                offset
            )
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .failed(path, "read it") }
            guard count > 0 else {
                throw SnapshotFormatError(.truncated, at: offset, "\(path): it became shorter")
            }
            offset += count
        }
    }

    /// The file mapped into memory, for reading.
    func mapping(_ byteCount: Int) throws(SnapshotFormatError) -> ImageMemory {
        // INVARIANT: the kernel chooses the place; the mapping is handed to the one object that unmaps it.
        let base = unsafe mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, number, 0)
        guard let base = unsafe base, unsafe base != MAP_FAILED else { throw .failed(path, "map it") }
        return unsafe ImageMemory(mapping: base, byteCount: byteCount)
    }

    /// Writes all bytes, sets who may read them, and waits until they are on the disk.
    func finish(_ bytes: ByteView, _ permissions: UInt32) throws(SnapshotFormatError) {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.dropFirst(offset).withSpan { span in
                // INVARIANT: write reads at most the bytes of the span, which outlives the call.
                unsafe span.withUnsafeBytes { unsafe Glibc.write(number, $0.baseAddress, $0.count) }
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .failed(path, "write it") }
            offset += count
        }
        guard fchmod(number, mode_t(permissions)) == 0 else { throw .failed(path, "set its permissions") }
        try sync()
    }

    /// Waits until what was written is on the disk.
    func sync() throws(SnapshotFormatError) {
        guard fsync(number) == 0 else { throw .failed(path, "write it to the disk") }
    }
}

extension SnapshotFormatError {
    /// Takes the error of the system call that has just failed.
    fileprivate static func failed(_ path: String, _ verb: String) -> SnapshotFormatError {
        let number = errno
        // INVARIANT: strerror answers a terminated string for every number, and it is copied before any other call.
        let words = unsafe strerror(number).map { unsafe String(cString: $0) } ?? ""
        return SnapshotFormatError(.file, "\(path): cannot \(verb): \(words) (errno \(number))")
    }
}
