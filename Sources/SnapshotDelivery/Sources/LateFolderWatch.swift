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
}
