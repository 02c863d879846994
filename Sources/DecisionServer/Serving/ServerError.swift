import Glibc

/// Why a server cannot start, or keep up with its files.
public struct ServerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, with the file or the address.
    public let description: String

    /// An error.
    public init(_ description: String) { self.description = description }

    /// A failed system call.
    static func system(_ what: String) -> ServerError {
        let number = errno
        // INVARIANT: the answer is a terminated string, copied at once.
        return ServerError("\(what): \(unsafe String(cString: strerror(number)))")
    }
}
