import CCurl
import Portcullis

/// HTTP transfers of one thread: libcurl's multi interface, turned by whoever waits for something.
///
/// It is used by one thread, except for ``waker``, with which any other can end a wait.
@safe final class TransferLoop {
    private let multi: UnsafeMutableRawPointer
    private var transfers: [UInt: Transfer] = [:]
    let waker: LoopWaker

    private static let isCurlReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// - Throws: ``EtcdFailure`` where libcurl cannot be started.
    init() throws(EtcdFailure) {
        // INVARIANT: the handle is made here, given to libcurl by this object alone, and freed in `deinit`.
        guard Self.isCurlReady, let multi = unsafe curl_multi_init() else {
            throw .unreachable("libcurl cannot be started")
        }
        unsafe self.multi = multi
        waker = unsafe LoopWaker(multi)
    }

    deinit {
        waker.close()
        for transfer in transfers.values { unsafe curl_multi_remove_handle(multi, transfer.handle) }
        unsafe curl_multi_cleanup(multi)
    }

    /// Begins a transfer; it proceeds in ``turn(atMost:)``.
    func start(_ post: HTTPPost) throws(EtcdFailure) -> Transfer {
        let transfer = try Transfer(post)
        // INVARIANT: the transfer is kept in the table, and so alive, for as long as its handle is in the loop.
        guard unsafe curl_multi_add_handle(multi, transfer.handle) == CURLM_OK else {
            throw .unreachable("libcurl takes no more transfers")
        }
        transfers[transfer.key] = transfer
        return transfer
    }

    /// Ends a transfer, whatever its state.
    func cancel(_ transfer: Transfer) {
        guard transfers.removeValue(forKey: transfer.key) != nil else { return }
        unsafe curl_multi_remove_handle(multi, transfer.handle)
    }

    /// Waits until bytes come, somebody wakes the loop, or the time is over; then does what can be done.
    func turn(atMost duration: Duration) {
        let milliseconds = max(0, duration.milliseconds.rounded(.up))
        unsafe curl_multi_poll(multi, nil, 0, Int32(min(milliseconds, 60_000)), nil)
        var running: Int32 = 0
        unsafe curl_multi_perform(multi, &running)
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE, let handle = unsafe message.pointee.easy_handle
            else { continue }
            let code = unsafe message.pointee.data.result
            guard let transfer = transfers[UInt(bitPattern: handle)] else { continue }
            transfer.end(with: code)
            cancel(transfer)
        }
    }
}

/// Ends the waits of a loop, from any thread.
///
/// - INVARIANT: the pointer is that of a living loop, or nil: the loop takes it away before it goes, under the lock
///   under which it is used; waking is the one call that libcurl allows from other threads.
@safe final class LoopWaker: @unchecked Sendable {
    private let lock = Guarded(())
    private var multi: UnsafeMutableRawPointer?

    fileprivate init(_ multi: UnsafeMutableRawPointer) { unsafe self.multi = multi }

    func wake() {
        lock.withLock { _ in
            if let multi = unsafe multi { unsafe curl_multi_wakeup(multi) }
        }
    }

    fileprivate func close() { lock.withLock { _ in unsafe multi = nil } }
}

extension Duration {
    /// The duration in milliseconds.
    var milliseconds: Double {
        Double(components.seconds) * 1e3 + Double(components.attoseconds) * 1e-15
    }
}
