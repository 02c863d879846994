import Dispatch
import Glibc
import Synchronization

/// Waits for changes in folders, by inotify.
///
/// What changed does not matter: whoever waits looks again at everything. So it does not matter either when the kernel
/// drops events, or when a file is written in place, renamed into place, or reached by a link that is swapped.
///
/// After a cancellation it waits no more.
///
/// - INVARIANT: the descriptors are open for as long as the object lives, and are closed by nobody else.
final class FolderWatch: Sendable {
    private let events: Int32
    /// A pipe whose writing end wakes up whoever waits.
    private let wakeUp: (reading: Int32, writing: Int32)
    private let queue = DispatchQueue(label: "portcullis.folder-watch")
    private let isCancelled = Atomic<Bool>(false)

    private static let mask = UInt32(
        IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO
            | IN_DELETE_SELF | IN_MOVE_SELF
    )

    /// Nil where the system grants no more watches; looking again from time to time has to do then.
    init?() {
        events = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        var ends: [Int32] = [-1, -1]
        // INVARIANT: the array has room for the two descriptors, and outlives the call.
        let isOpen = unsafe pipe(&ends) == 0
        for end in ends where isOpen {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        wakeUp = (ends[0], ends[1])
        // A descriptor that is not there is closed in vain.
        if events < 0 || !isOpen { return nil }
    }

    deinit {
        for descriptor in [events, wakeUp.reading, wakeUp.writing] where descriptor >= 0 { close(descriptor) }
    }

    /// Watches a folder, too; of a link, the folder at its end.
    ///
    /// Watching again does nothing.
    ///
    /// - Returns: false where the system refuses.
    func add(_ folder: String) -> Bool {
        guard !folder.utf8.contains(0) else { return false }
        // INVARIANT: the path is a terminated string.
        return unsafe inotify_add_watch(events, folder, Self.mask) >= 0
    }

    /// Waits until something changes, the time is over, or the task is cancelled; true for a change.
    func wait(atMost duration: Duration) async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async { continuation.resume(returning: self.poll(duration)) }
            }
        } onCancel: {
            isCancelled.store(true, ordering: .releasing)
            var byte: UInt8 = 1
            // INVARIANT: write reads the one byte, which outlives the call.
            _ = unsafe write(wakeUp.writing, &byte, 1)
        }
    }

    private func poll(_ duration: Duration) -> Bool {
        guard !isCancelled.load(ordering: .acquiring) else { return false }
        let milliseconds =
            duration.components.seconds * 1_000 + duration.components.attoseconds / 1_000_000_000_000_000
        var descriptors = [
            pollfd(fd: events, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wakeUp.reading, events: Int16(POLLIN), revents: 0),
        ]
        // INVARIANT: the array has the two entries that are named, and outlives the call.
        let count = unsafe Glibc.poll(&descriptors, 2, Int32(clamping: max(0, milliseconds)))
        return count > 0 && drain()
    }

    private func drain() -> Bool {
        var bytes = [UInt8](repeating: 0, count: 1 << 14)
        var found = false
        // INVARIANT: read writes at most the count of the buffer that it is given.
        while unsafe bytes.withUnsafeMutableBytes({ unsafe read(events, $0.baseAddress, $0.count) }) > 0 {
            found = true
        }
        return found
    }
}
