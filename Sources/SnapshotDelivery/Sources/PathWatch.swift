import Portcullis
import Synchronization

/// Waits until files are other than they were, as patiently as ``FileSource`` does.
package final class PathWatch: Sendable {
    private let timing: FileSource.Timing
    private let lateWatch = LateFolderWatch()
    private var watch: FolderWatch? { lateWatch.opened }
    private let known = Mutex<[String: PathState]>([:])

    /// A watch that has seen nothing yet.
    package init(timing: FileSource.Timing = FileSource.Timing()) { self.timing = timing }

    /// Takes the files as they are for what is known.
    ///
    /// Call it before they are read, so that what changes meanwhile is told.
    package func note(_ paths: [String]) {
        let states = Self.states(of: paths)
        known.withLock { $0 = states }
        watch(paths, states)
    }

    /// Waits until some of the files is other than known, and takes that for known; false when the task is cancelled.
    package func change(of paths: [String]) async -> Bool {
        while !Task.isCancelled {
            let states = Self.states(of: paths)
            watch(paths, states)
            let isChanged = known.withLock { known in
                defer { known = states }
                return known != states
            }
            if isChanged { return true }
            await wait()
        }
        return false
    }

    private func wait() async {
        guard let watch else {
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

    private func watch(_ paths: [String], _ states: [String: PathState]) {
        for path in paths { _ = watch?.add(PathState.parent(of: path)) }
        for state in states.values { for folder in state.folders { _ = watch?.add(folder) } }
    }

    private static func states(of paths: [String]) -> [String: PathState] {
        var states: [String: PathState] = [:]
        for path in paths { states[path] = PathState(of: path) }
        return states
    }
}
