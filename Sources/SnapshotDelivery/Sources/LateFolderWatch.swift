import Synchronization

/// A watch that is opened when it is first needed.
///
/// Processes that fork share what was opened before, and with it every event: of two that wait, one alone would get it.
final class LateFolderWatch: Sendable {
    private enum State {
        case unopened
        case opened(FolderWatch?)
    }

    private let state = Mutex(State.unopened)

    /// The watch; nil where the system grants no more.
    var opened: FolderWatch? {
        state.withLock { state in
            if case .opened(let watch) = state { return watch }
            let watch = FolderWatch()
            state = .opened(watch)
            return watch
        }
    }

    /// Waits until something changes and it is quiet again, or it is time to look without being told.
    func wait(_ timing: FileSource.Timing) async {
        guard let watch = opened else {
            try? await Task.sleep(for: timing.rescan)
            return
        }
        let start = ContinuousClock.now
        if await watch.wait(atMost: timing.rescan) {
            let end = ContinuousClock.now + timing.unquietMax
            while !Task.isCancelled, await watch.wait(atMost: timing.quiet), ContinuousClock.now < end {}
        } else if !Task.isCancelled, ContinuousClock.now - start < timing.rescan / 2 {
            // A wait that fails at once must not become a loop.
            try? await Task.sleep(for: timing.quiet)
        }
    }
}
