import CEvent
import Glibc

/// A socket at which a loop accepts connections.
///
/// - INVARIANT: the event and the descriptor live until `close`, which the loop's thread calls, as everything here; the
///   callback's pointer to this object is gone with the event.
@safe final class ListenSocket {
    /// Where it listens, with the port that the system chose where none was asked for.
    let address: ListenAddress
    private let descriptor: Int32
    private var event: OpaquePointer?
    /// Called where connections wait.
    var onPending: () -> Void = {}

    private init(_ address: ListenAddress, _ descriptor: Int32) {
        self.address = address
        self.descriptor = descriptor
    }

    /// Listens; connections wait until the socket is attached to a loop.
    static func open(_ address: ListenAddress, permissions: UInt32) throws(ServerError) -> ListenSocket {
        switch address {
        case .tcp(let host, let port):
            var bound: UInt16 = 0
            // INVARIANT: the name is a terminated string that outlives the call.
            let descriptor = unsafe portcullis_listen_tcp(host, port, &bound)
            guard descriptor >= 0 else { throw .system("\(address): cannot listen there") }
            return ListenSocket(.tcp(host: host, port: bound), descriptor)
        case .unix(let path):
            guard !path.utf8.contains(0) else { throw ServerError("a path cannot hold a zero byte") }
            let descriptor = unsafe portcullis_listen_unix(path, permissions)
            guard descriptor >= 0 else { throw .system("\(address): cannot listen there") }
            return ListenSocket(address, descriptor)
        }
    }

    deinit { close() }

    /// Accepts in this loop from now on.
    func attach(to loop: EventLoop) {
        unsafe event = event_new(
            loop.base,
            descriptor,
            Int16(EV_READ | EV_PERSIST),
            { _, _, context in
                unsafe Unmanaged<ListenSocket>.fromOpaque(context.unsafelyUnwrapped).takeUnretainedValue()
                    .onPending()
            },
            unsafe Unmanaged.passUnretained(self).toOpaque()
        )
        resume()
    }

    /// Lets connections wait.
    func pause() { if let event = unsafe event { unsafe event_del(event) } }

    /// Accepts again.
    func resume() { if let event = unsafe event { unsafe event_add(event, nil) } }

    /// What came of an attempt to accept.
    enum Acceptance {
        case connection(Int32, peer: String)
        case nothing
        /// The process or the system has no descriptor, or no memory, for another connection.
        case exhausted
    }

    /// Accepts one connection.
    func accept() -> Acceptance {
        // INVARIANT: 64 bytes are there, of which the function writes a terminated string.
        var text = [CChar](repeating: 0, count: 64)
        let accepted = unsafe portcullis_accept(descriptor, &text)
        let number = errno
        if accepted >= 0 {
            let peer = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            return .connection(accepted, peer: String(decoding: peer, as: UTF8.self))
        }
        switch number {
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
        // The client has gone before it was accepted; others may wait.
        case ECONNABORTED, EINTR, EPROTO: return accept()
        default: return .nothing
        }
    }

    /// Listens no more; the file of a Unix socket goes, too.
    func close() {
        guard let last = take() else { return }
        _ = Glibc.close(last)
        if case .unix(let path) = address { unsafe unlink(path) }
    }

    private var isOpen = true

    private func take() -> Int32? {
        guard isOpen else { return nil }
        isOpen = false
        if let event = unsafe event { unsafe event_free(event) }
        unsafe event = nil
        return descriptor
    }
}
