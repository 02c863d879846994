import Glibc

/// A connection that is one too many.
enum TurnedAway {
    private static let answer = Array(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nretry-after: 1\r\nconnection: close\r\n\r\n"
            .utf8
    )

    /// Says so where that costs nothing, and closes it.
    static func close(_ descriptor: Int32, isPlain: Bool) {
        if isPlain {
            // INVARIANT: the system call reads at most the bytes of the array.
            _ = unsafe answer.withUnsafeBytes {
                unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            shutdown(descriptor, Int32(SHUT_WR))
        }
        _ = Glibc.close(descriptor)
    }
}
