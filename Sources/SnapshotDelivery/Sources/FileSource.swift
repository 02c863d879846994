import Portcullis
import Synchronization

/// Follows a path on this machine: a folder of policies, a file of authorization details, a compiled snapshot, a
/// bundle, or a signed pointer with the bundles beside it.
///
/// The kernel tells when something changes. After the first sign of a change the source waits until it has been quiet
/// for a moment, so that what an editor or a script does in several steps is read once; then it looks at everything
/// again. It also looks from time to time without being told, since network file systems tell nothing.
///
/// A folder whose files are changed one by one may be read between two of them. Where that matters, put a new folder in
/// the place of the old one by swapping a link, as Kubernetes does with a mounted ConfigMap: that is seen as one change.
public final class FileSource: SnapshotSource {
    /// How patiently a source waits.
    public struct Timing: Sendable {
        /// How long it must be quiet after a change.
        public var quiet = Duration.milliseconds(50)
        /// How long it may not be quiet before the source looks all the same.
        public var unquietMax = Duration.seconds(2)
        /// How often it looks without being told, and says that the path is there.
        public var rescan = Duration.seconds(10)

        /// 50 ms of quiet, 2 s at most, 10 s between looks.
        public init() {}
    }

    private let path: String
    private let timing: Timing
    private let lateWatch = LateFolderWatch()
    private var watch: FolderWatch? { lateWatch.opened }
    /// What was handed over last.
    private let known = Mutex<PathState?>(nil)

    /// The path.
    public var name: String { path }

    /// A source for a path, which need not be there yet.
    public init(path: String, timing: Timing = Timing()) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        self.timing = timing
    }

    /// What happened next at the path.
    public func next() async -> SourceEvent? {
        if known.withLock({ $0 == nil }), let event = look() {
            if case .update = event { return event }
            // Nothing to wait for but the file itself; the first failure is told at once.
            if !hasFailed.exchange(true, ordering: .relaxed) { return event }
        }
        guard await waitForChange() else { return nil }
        return look() ?? .contact
    }

    private let hasFailed = Atomic<Bool>(false)

    /// False when the task is cancelled.
    private func waitForChange() async -> Bool {
        _ = watch?.add(PathState.parent(of: path))
        await lateWatch.wait(timing)
        return !Task.isCancelled
    }

    /// Something new, or a failure; nil where nothing has changed.
    private func look() -> SourceEvent? {
        // Watched first and looked at then, so that what changes in between is told by the next wait.
        guard let seen = PathState(of: path) else {
            known.withLock { $0 = nil }
            return .failure(SourceFailure("\(path): nothing is there"))
        }
        for folder in seen.folders { _ = watch?.add(folder) }
        guard let state = PathState(of: path) else {
            return .failure(SourceFailure("\(path): it vanishes while it is looked at"))
        }
        guard known.withLock({ $0 != state }) else { return nil }
        do throws(FileFault) {
            let content = try content()
            known.withLock { $0 = state }
            return .update(SnapshotUpdate(content))
        } catch {
            return .failure(SourceFailure("\(error.path): \(error.message)"))
        }
    }

    // MARK: What stands there

    private static let fileByteCountMax = 4 << 30

    private func content() throws(FileFault) -> SnapshotContent {
        guard try SystemFiles.kind(of: path) == .file else { return .folder(path) }
        let bytes = try SystemFiles.bytes(of: path, bytesMax: Self.fileByteCountMax)
        if bytes.starts(with: Array("PCULLIS1".utf8)) { return .snapshotFile(path) }
        guard bytes.starts(with: SignedRecord.magic) else { return .folder(path) }
        guard bytes.count == SignedRecord.byteCount else { return .bundle(bytes) }
        let folder = PathState.parent(of: path)
        return .pointer(bytes) { pointer throws(SourceFailure) in
            do throws(FileFault) {
                let file = "\(folder)/\(pointer.claim.bundleName)"
                return try SystemFiles.bytes(of: file, bytesMax: pointer.claim.byteCount)
            } catch {
                throw SourceFailure("\(error.path): \(error.message)")
            }
        }
    }
}

extension BundleClaim {
    /// The name of the bundle's file, where this is a pointer.
    public var bundleName: String { "\(digest).bundle" }
}
