import CEvent
import Glibc
import Synchronization

/// One loop of libevent, run by one thread; other threads only post work to it.
///
/// - INVARIANT: `base` and the events live until `deinit`, when no thread runs the loop any more. Everything but `post`
///   is called by the thread that runs the loop, or before it runs. Callbacks get a pointer to this object, which
///   outlives the events.
@safe final class EventLoop: @unchecked Sendable {
    let base: OpaquePointer
    private let wakeDescriptor: Int32
    private let wakeEvent: OpaquePointer
    private let tickEvent: OpaquePointer
    private let posted = Mutex<[@Sendable () -> Void]>([])
    /// Called again and again by the loop, to look at deadlines.
    var onTick: () -> Void = {}

    /// A loop that does not run yet; nil where the system has no descriptors left.
    ///
    /// - Parameter tickMilliseconds: how often deadlines are looked at.
    init?(tickMilliseconds: Int) {
        guard let base = unsafe portcullis_loop_new() else { return nil }
        wakeDescriptor = portcullis_eventfd()
        // The callbacks need this object, which is whole only when the events are there.
        guard wakeDescriptor >= 0, let wake = unsafe portcullis_event_alloc(),
            let tick = unsafe portcullis_event_alloc()
        else {
            unsafe event_base_free(base)
            return nil
        }
        unsafe (self.base, wakeEvent, tickEvent) = (base, wake, tick)
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        let reads = Int16(EV_READ | EV_PERSIST)
        unsafe event_assign(
            wake,
            base,
            wakeDescriptor,
            reads,
            { _, _, context in unsafe EventLoop.from(context).runPosted() },
            context
        )
        unsafe event_assign(
            tick,
            base,
            -1,
            Int16(EV_PERSIST),
            { _, _, context in unsafe EventLoop.from(context).onTick() },
            context
        )
        unsafe event_add(wake, nil)
        unsafe portcullis_event_add_milliseconds(tick, tickMilliseconds)
    }

    deinit {
        unsafe event_free(wakeEvent)
        unsafe event_free(tickEvent)
        unsafe event_base_free(base)
        close(wakeDescriptor)
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> EventLoop {
        unsafe Unmanaged<EventLoop>.fromOpaque(context.unsafelyUnwrapped).takeUnretainedValue()
    }

    /// Runs until ``stop()``.
    func run() { unsafe event_base_loop(base, EVLOOP_NO_EXIT_ON_EMPTY) }

    /// Does what was posted and what libevent has put off, such as freeing streams; when the loop has ended.
    func finish() {
        runPosted()
        unsafe event_base_loop(base, EVLOOP_NONBLOCK)
    }

    /// Ends the loop after the callback that calls this.
    func stop() { unsafe event_base_loopbreak(base) }

    /// Lets the loop's thread do something soon; from any thread.
    func post(_ work: @escaping @Sendable () -> Void) {
        posted.withLock { $0.append(work) }
        var one: UInt64 = 1
        // INVARIANT: eight bytes are there to be written.
        _ = unsafe write(wakeDescriptor, &one, 8)
    }

    private func runPosted() {
        var count: UInt64 = 0
        // INVARIANT: eight bytes are there to be read into.
        _ = unsafe read(wakeDescriptor, &count, 8)
        let works = posted.withLock { posted in
            defer { posted = [] }
            return posted
        }
        for work in works { work() }
    }
}
