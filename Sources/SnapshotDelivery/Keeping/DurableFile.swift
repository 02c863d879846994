import Glibc

/// Why a file could not be written or read; what stood at the path before is still there.
public struct FileFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The path, and the system's words.
    public let description: String

    init(_ description: String) { self.description = description }

    /// Takes the error of the system call that has just failed.
    static func failed(_ path: String, to verb: String) -> FileFailure {
        let number = errno
        // INVARIANT: strerror answers a terminated string for every number, copied before any other call.
        let words = unsafe strerror(number).map { unsafe String(cString: $0) } ?? ""
        return FileFailure("\(path): cannot \(verb): \(words) (errno \(number))")
    }
}

/// The steps in which a file takes another's place, so that tests can let each of them fail.
enum WritingStep: Sendable, CaseIterable {
    case open, write, sync, rename, syncFolder
}

/// Writes files so that, whatever fails or crashes, a path holds the old file or the new one, each whole.
enum DurableFile {
    /// A stand-in for a fault of the disk: nil, or the number of an error that the step shall meet.
    typealias Fault = @Sendable (WritingStep) -> Int32?

    /// Puts a file in the place of whatever was there.
    ///
    /// - Throws: ``FileFailure``. Only if the folder could not be brought to the disk is the new file there all the
    ///   same, and a crash of the machine may bring back the old one.
    static func replace(
        _ path: String,
        with bytes: [UInt8],
        permissions: UInt32,
        fault: Fault = { _ in nil }
    ) throws(FileFailure) {
        let draft = "\(path).\(String(UInt64.random(in: .min ... .max), radix: 36)).tmp"
        do throws(FileFailure) {
            try write(bytes, toNew: draft, permissions, fault)
            // INVARIANT: both paths are terminated strings, without zero bytes as the opened draft shows.
            try check(fault(.rename)) {
                unsafe rename(draft, path)
            } orFail: {
                .failed(path, to: "put it in its place")
            }
        } catch {
            // INVARIANT: the path is a terminated string; only a file with this random name is taken away.
            unsafe unlink(draft)
            throw error
        }
        try syncFolder(of: path, fault)
    }

    /// Makes a file where there is none.
    ///
    /// - Throws: ``FileFailure``, also where there is one.
    static func create(_ bytes: [UInt8], at path: String, permissions: UInt32) throws(FileFailure) {
        try write(bytes, toNew: path, permissions) { _ in nil }
        try syncFolder(of: path) { _ in nil }
    }

    /// Takes a file away, if it is there.
    static func remove(_ path: String) {
        guard !path.utf8.contains(0) else { return }
        // INVARIANT: the path is a terminated string.
        unsafe unlink(path)
    }

    private static func write(
        _ bytes: [UInt8],
        toNew path: String,
        _ permissions: UInt32,
        _ fault: Fault
    ) throws(FileFailure) {
        guard !path.utf8.contains(0) else { throw FileFailure("a path cannot hold a zero byte") }
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
        // INVARIANT: the path is a terminated string; until it is finished the file is for its owner alone.
        let descriptor = try check(fault(.open)) {
            unsafe open(path, flags, 0o600)
        } orFail: {
            .failed(path, to: "make it")
        }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = try check(fault(.write)) {
                // INVARIANT: write reads at most the bytes of the buffer, which outlives the call.
                unsafe rest.withUnsafeBytes {
                    Int32(clamping: unsafe Glibc.write(descriptor, $0.baseAddress, min($0.count, 1 << 30)))
                }
            } orFail: {
                .failed(path, to: "write it")
            }
            rest = rest.dropFirst(Int(count))
        }
        guard fchmod(descriptor, mode_t(permissions)) == 0 else {
            throw .failed(path, to: "set its permissions")
        }
        try check(fault(.sync)) {
            fsync(descriptor)
        } orFail: {
            .failed(path, to: "write it to the disk")
        }
    }

    private static func syncFolder(of path: String, _ fault: Fault) throws(FileFailure) {
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        // INVARIANT: the path is a terminated string, and the descriptor is closed below.
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .failed(folder, to: "open it") }
        defer { close(descriptor) }
        try check(fault(.syncFolder)) {
            fsync(descriptor)
        } orFail: {
            .failed(folder, to: "write it to the disk")
        }
    }

    /// Runs a system call until it is not interrupted, or pretends that it failed.
    @discardableResult
    private static func check(
        _ pretended: Int32?,
        _ call: () -> Int32,
        orFail failure: () -> FileFailure
    ) throws(FileFailure) -> Int32 {
        if let pretended {
            errno = pretended
            throw failure()
        }
        while true {
            let result = call()
            if result >= 0 { return result }
            if errno != EINTR { throw failure() }
        }
    }
}
