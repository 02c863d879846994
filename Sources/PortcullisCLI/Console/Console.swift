import Glibc
import IdentityDirectory

/// Where a command writes, and what it reads when told to read standard input.
struct Console: Sendable {
    /// Writes to standard output.
    let write: @Sendable (String) -> Void
    /// Writes to standard error.
    let writeError: @Sendable (String) -> Void
    /// Reads standard input to its end.
    let readInput: @Sendable () throws(CommandFailure) -> [UInt8]
    /// Whether standard output is a terminal, so that colours help.
    let isColored: Bool
    /// Whether standard error is a terminal, so that a progress line helps.
    let showsProgress: Bool

    /// One line to standard output.
    func print(_ line: String) { write(line.hasSuffix("\n") ? line : line + "\n") }

    /// One line to standard error.
    func error(_ line: String) { writeError(line.hasSuffix("\n") ? line : line + "\n") }

    /// The standard streams of the process.
    ///
    /// `NO_COLOR` turns colours off.
    static var standard: Console {
        Console(
            write: { text in Swift.print(text, terminator: "") },
            writeError: { text in StandardError.write(text) },
            readInput: { () throws(CommandFailure) in try StandardInput.read() },
            isColored: isatty(STDOUT_FILENO) == 1 && !StandardError.isColorRefused,
            showsProgress: isatty(STDERR_FILENO) == 1
        )
    }

    /// The bytes of a file, or of standard input for `-`.
    func read(_ path: String) throws(CommandFailure) -> [UInt8] {
        path == "-" ? try readInput() : try Self.readFile(path)
    }

    private static func readFile(_ path: String) throws(CommandFailure) -> [UInt8] {
        do throws(FileFault) {
            return try SystemFiles.bytes(of: path, bytesMax: 1 << 30)
        } catch {
            throw .invalidInput("\(error.path): \(error.message)")
        }
    }
}

/// The parts of the process that standard output does not need.
private enum StandardError {
    static func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            // INVARIANT: the system call reads at most the count of the buffer that it is given.
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count)
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    static var isColorRefused: Bool {
        // INVARIANT: the answer is a terminated string or nil; only its first byte is read.
        unsafe getenv("NO_COLOR").map { unsafe $0.pointee != 0 } ?? false
    }
}
