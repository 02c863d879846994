import Portcullis
import Synchronization

/// Waits until files are other than they were, as patiently as ``FileSource`` does.
package final class PathWatch: Sendable {
    private let timing: FileSource.Timing
    private let lateWatch = LateFolderWatch()
    private let known = Mutex<[String: PathState]>([:])

    /// A watch that has seen nothing yet.
    package init(timing: FileSource.Timing = FileSource.Timing()) { self.timing = timing }

    /// Takes the files as they are for what is known.
    ///
    /// Call it before they are read, so that what changes meanwhile is told.
    package func note(_ paths: [String]) {
        let states = look(at: paths)
        known.withLock { $0 = states }
    }

    /// Waits until some of the files is other than known, and takes that for known; false when the task is cancelled.
    package func change(of paths: [String]) async -> Bool {
        while !Task.isCancelled {
            let states = look(at: paths)
            let isChanged = known.withLock { known in
                defer { known = states }
                return known != states
            }
            if isChanged { return true }
            await lateWatch.wait(timing)
        }
        return false
    }

    /// Watched first and looked at then, so that what changes in between is told by the next wait.
    private func look(at paths: [String]) -> [String: PathState] {
        let watch = lateWatch.opened
        for path in paths {
            _ = watch?.add(PathState.parent(of: path))
            for folder in PathState(of: path)?.folders ?? [] { _ = watch?.add(folder) }
        }
        var states: [String: PathState] = [:]
        for path in paths { states[path] = PathState(of: path) }
        return states
    }
}
