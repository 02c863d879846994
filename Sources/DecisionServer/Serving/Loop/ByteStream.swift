import CEvent
import Glibc

/// Who is told what happens to a stream; always by the thread of its loop.
protocol ByteStreamOwner: AnyObject {
    /// Bytes can be taken.
    func streamHasBytes()
    /// Everything that was sent is with the system.
    func streamIsDrained()
    /// The TLS handshake is done.
    func streamIsSecured(names: [String])
    /// The other end sends no more, or the connection is broken.
    func streamHasEnded()
}

/// A connection's bytes, plain or under TLS, by a `bufferevent` of libevent.
///
/// - INVARIANT: `stream` lives until `close`, after which nothing here touches it; it closes the descriptor and frees the
///   `SSL`. Callbacks come from the loop's thread, and only while this object lives, since `close` comes before `deinit`.
@safe final class ByteStream {
    private var stream: OpaquePointer?
    private let descriptor: Int32
    private let secure: OpaquePointer?
    private weak var owner: (any ByteStreamOwner)?

    /// Bytes that wait in the system's buffer rather than here are not counted.
    private static let readByteCountMax = 64 * 1024

    /// Takes a connection over, and its descriptor; nil where there is no memory for it, the descriptor then is closed.
    init?(_ descriptor: Int32, _ context: TLSContext?, in loop: EventLoop) {
        self.descriptor = descriptor
        let options = Int32(BEV_OPT_CLOSE_ON_FREE.rawValue)
        let made: OpaquePointer?
        if let context {
            unsafe secure = context.makeSession()
            unsafe made = bufferevent_openssl_socket_new(
                loop.base,
                descriptor,
                secure,
                BUFFEREVENT_SSL_ACCEPTING,
                options
            )
        } else {
            unsafe secure = nil
            unsafe made = bufferevent_socket_new(loop.base, descriptor, options)
        }
        guard let made = unsafe made else {
            if let secure = unsafe secure { unsafe SSL_free(secure) }
            _ = Glibc.close(descriptor)
            return nil
        }
        unsafe stream = made
    }

    deinit { close() }

    /// Tells its owner from now on.
    func begin(_ owner: any ByteStreamOwner) {
        guard let stream = unsafe stream else { return }
        self.owner = owner
        unsafe bufferevent_setcb(
            stream,
            { _, context in unsafe ByteStream.from(context).owner?.streamHasBytes() },
            { _, context in unsafe ByteStream.from(context).owner?.streamIsDrained() },
            { _, events, context in unsafe ByteStream.from(context).handle(events) },
            Unmanaged.passUnretained(self).toOpaque()
        )
        unsafe bufferevent_setwatermark(stream, Int16(EV_READ), 0, Self.readByteCountMax)
        unsafe bufferevent_enable(stream, Int16(EV_READ | EV_WRITE))
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> ByteStream {
        unsafe Unmanaged<ByteStream>.fromOpaque(context.unsafelyUnwrapped).takeUnretainedValue()
    }

    private func handle(_ events: Int16) {
        if events & Int16(BEV_EVENT_CONNECTED) != 0 {
            owner?.streamIsSecured(names: certificateNames)
        } else if events & Int16(BEV_EVENT_EOF | BEV_EVENT_ERROR | BEV_EVENT_TIMEOUT) != 0 {
            owner?.streamHasEnded()
        }
    }

    /// Moves what has come to the end of a buffer.
    func take(into bytes: inout [UInt8]) {
        guard let stream = unsafe stream, let input = unsafe bufferevent_get_input(stream) else { return }
        let count = unsafe evbuffer_get_length(input)
        guard count > 0 else { return }
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: count))
        // INVARIANT: `count` bytes follow `start`.
        unsafe bytes.withUnsafeMutableBytes {
            _ = unsafe evbuffer_remove(input, $0.baseAddress.unsafelyUnwrapped + start, count)
        }
    }

    /// Sends bytes, or keeps them until the system takes them.
    func send(_ bytes: [UInt8]) {
        guard let stream = unsafe stream else { return }
        var start = 0
        // What the system takes at once needs no turn of the loop.
        if unsafe secure == nil, unsentCount == 0 {
            // INVARIANT: the system call reads at most the bytes of the array.
            start = unsafe max(
                0,
                bytes.withUnsafeBytes {
                    unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
            )
        }
        guard start < bytes.count else { return }
        unsafe bytes.withUnsafeBytes {
            _ = unsafe bufferevent_write(stream, $0.baseAddress.unsafelyUnwrapped + start, $0.count - start)
        }
    }

    /// How many bytes the system has not taken yet.
    var unsentCount: Int {
        guard let stream = unsafe stream, let output = unsafe bufferevent_get_output(stream) else { return 0 }
        return unsafe evbuffer_get_length(output)
    }

    /// Reads no more for now, so that the other end has to wait.
    func pauseReading() {
        if let stream = unsafe stream { unsafe bufferevent_disable(stream, Int16(EV_READ)) }
    }

    /// Reads again.
    func resumeReading() {
        if let stream = unsafe stream { unsafe bufferevent_enable(stream, Int16(EV_READ)) }
    }

    /// Tells the other end that nothing follows; what it still sends can be read.
    func finishSending() {
        guard unsafe stream != nil else { return }
        if let secure = unsafe secure { unsafe portcullis_tls_close(secure) }
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Ends the connection at once.
    func close() {
        guard let last = unsafe stream else { return }
        unsafe stream = nil
        unsafe bufferevent_setcb(last, nil, nil, nil, nil)
        unsafe bufferevent_free(last)
    }

    /// The names of the other end's verified certificate.
    private var certificateNames: [String] {
        guard let secure = unsafe secure else { return [] }
        var bytes = [CChar](repeating: 0, count: 16_384)
        // INVARIANT: the function writes at most the count that it is told.
        let count = unsafe bytes.withUnsafeMutableBufferPointer {
            unsafe portcullis_tls_names(secure, $0.baseAddress, $0.count)
        }
        return bytes.prefix(count).split(separator: 0).map {
            String(decoding: $0.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}
