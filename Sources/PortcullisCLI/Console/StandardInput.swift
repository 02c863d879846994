import Glibc
import Vocabulary

/// The standard input of the process, whatever it is: a file, a pipe still being written, a socket.
///
/// It is read through its descriptor: opening `/dev/stdin` again fails for a socket, and without blocking it
/// would find a slow pipe empty.
enum StandardInput {
    static func read() throws(CommandFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            // INVARIANT: read writes at most the count of the buffer that it is given.
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe Glibc.read(STDIN_FILENO, $0.baseAddress, $0.count)
            }
            let number = errno
            if count < 0, number == EINTR { continue }
            guard count >= 0 else { throw .invalidInput("standard input: cannot read it (errno \(number))") }
            if count == 0 { return bytes }
            guard bytes.count + count <= Limits.directoryFileBytesMax else {
                throw .invalidInput("standard input: it is too long")
            }
            bytes.append(contentsOf: chunk[..<count])
        }
    }
}
