import Portcullis

/// Where a pointer waits that somebody has announced; the newest alone.
final class AnnouncementSlot: Sendable {
    /// What was announced, or why nothing can be.
    enum News: Sendable {
        case pointer([UInt8])
        case failure(String)
    }

    private struct State {
        var news: News?
        var isClosed = false
        var waiting: CheckedContinuation<News?, Never>?
        /// Numbers the waits, so that the end of one does not end the next.
        var turn: UInt64 = 0
        var waker: LoopWaker?
    }

    private let state = Guarded(State())

    // MARK: Whoever announces

    func post(_ pointer: [UInt8]) { post(.pointer(pointer)) }

    func post(failure: String) { post(.failure(failure)) }

    private func post(_ news: News) {
        let waiting: CheckedContinuation<News?, Never>? = state.withLock { state in
            guard let waiting = state.waiting else {
                // A pointer is worth more than the news that none is to come for a while.
                if case (.failure, .pointer) = (news, state.news) { return nil }
                state.news = news
                return nil
            }
            state.waiting = nil
            return waiting
        }
        waiting?.resume(returning: news)
    }

    func wakeWhenClosed(_ waker: LoopWaker) { state.withLock { $0.waker = waker } }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    // MARK: Whoever waits

    /// What was announced, at once or within a time; nil when that is over or the task is cancelled.
    ///
    /// One task waits at a time.
    func next(within duration: Duration) async -> News? {
        let turn = state.withLock { state in
            state.turn += 1
            return state.turn
        }
        let timer = Task {
            try? await Task.sleep(for: duration)
            end(turn)
        }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (isOver, news): (Bool, News?) = state.withLock { state in
                    let news = state.news
                    state.news = nil
                    if news != nil || state.turn != turn || Task.isCancelled { return (true, news) }
                    state.waiting = continuation
                    return (false, nil)
                }
                if isOver { continuation.resume(returning: news) }
            }
        } onCancel: {
            end(turn)
        }
    }

    /// Ends a wait; one that has not begun yet will not.
    private func end(_ turn: UInt64) {
        let waiting: CheckedContinuation<News?, Never>? = state.withLock { state in
            guard state.turn == turn else { return nil }
            state.turn += 1
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume(returning: nil)
    }

    /// Nothing more is wanted.
    func close() {
        let waker = state.withLock { state in
            state.isClosed = true
            return state.waker
        }
        waker?.wake()
    }
}
