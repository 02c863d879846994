import Glibc

/// What the library keeps for a thread: the words of its last failure.
///
/// When the thread ends, its readers and requests are given free, so that others may destroy them.
final class ThreadRecord {
    private(set) var message = ""

    func note(_ message: String) { self.message = message }

    /// The calling thread's.
    static var current: ThreadRecord {
        // INVARIANT: the key holds nothing but what this function put there, which `end` alone releases.
        if let known = unsafe pthread_getspecific(key) {
            return unsafe Unmanaged<ThreadRecord>.fromOpaque(known).takeUnretainedValue()
        }
        let new = ThreadRecord()
        unsafe pthread_setspecific(key, Unmanaged.passRetained(new).toOpaque())
        return new
    }

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        // INVARIANT: `key` outlives the call.
        unsafe pthread_key_create(&key, end)
        return key
    }()

    /// Called by the thread that ends, with the record that the key held.
    private static let end: @convention(c) (UnsafeMutableRawPointer?) -> Void = { record in
        HandleTable.orphanAll()
        // INVARIANT: as for `current`.
        if let record = unsafe record { unsafe Unmanaged<ThreadRecord>.fromOpaque(record).release() }
    }
}
