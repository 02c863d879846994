import Foundation
public import Portcullis

/// Policies in etcd: the keys of a prefix, read at one revision and then watched.
///
///     let settings = try EtcdSettings(endpoints: ["http://127.0.0.1:2379"])
///     let follower = try SnapshotFollower(following: EtcdSource(settings), FollowerSettings(trust: .unsigned))
///
/// Documentation/etcd.md describes the keys. The revision of an update is etcd's own. After the first update come
/// changes, each of whole revisions, as long as they can be told without reading the whole set.
///
/// Grants that are put under a lease end with it: when etcd says so, and by this machine's clock when etcd cannot be
/// reached to say otherwise.
public final class EtcdSource: SnapshotSource {
    /// The addresses, and the prefix.
    public let name: String
    private let settings: EtcdSettings
    private let reader: PolicyReader
    private let mailbox = StoreMailbox()
    private let state = Guarded(State())

    private struct State {
        var isStarted = false
        var folder: ChangingFolder?
        var revision: Int64 = 0
        /// Whether the next update must hold everything.
        var startsOver = false

        func update(_ content: SnapshotContent) -> SnapshotUpdate {
            SnapshotUpdate(content, revision: StoreRevision(UInt64(max(0, revision))))
        }
    }

    /// A source that talks to nobody until the first event is asked for.
    ///
    /// - Parameter reader: how policies are read; the same as the follower's.
    public init(_ settings: EtcdSettings, reader: PolicyReader = PolicyReader()) {
        self.settings = settings
        self.reader = reader
        name = "\(settings.endpoints.joined(separator: ",")) \(settings.prefix)"
    }

    deinit { mailbox.stop() }

    /// What the store says next.
    public func next() async -> SourceEvent? {
        start()
        if let update = repeatedUpdate() { return .update(update) }
        switch await mailbox.next() {
        case .edits(let edits, let revision): return .update(update(edits, revision))
        case .contact: return .contact
        case .failure(let message): return .failure(SourceFailure(message))
        case .end: return nil
        }
    }

    /// Makes the next update hold everything.
    public func startOver() { state.withLock { $0.startsOver = true } }

    // MARK: Updates

    /// More edits than this part of all files are not worth telling one by one.
    private static let piecemealPart = 4

    private func update(_ edits: [FileEdit], _ revision: Int64) -> SnapshotUpdate {
        state.withLock { state in
            state.revision = revision
            var changes: [DirectoryChange]?
            if state.folder == nil {
                let files = edits.map { ($0.path, $0.contents ?? []) }
                state.folder = ChangingFolder(
                    Dictionary(files) { $1 },
                    reader: reader
                )
            } else {
                let count = state.folder?.files.count ?? 0
                changes = state.folder?.apply(edits)
                if edits.count > 64, edits.count > count / Self.piecemealPart { changes = nil }
            }
            defer { state.startsOver = false }
            if let changes, !state.startsOver { return state.update(.changes(changes)) }
            return state.update(.policies(state.folder?.files ?? [:]))
        }
    }

    /// Everything that was handed over, when it was asked for again.
    private func repeatedUpdate() -> SnapshotUpdate? {
        state.withLock { state -> SnapshotUpdate? in
            guard state.startsOver, let folder = state.folder else { return nil }
            state.startsOver = false
            return state.update(.policies(folder.files))
        }
    }

    // MARK: The thread

    private func start() {
        let isFirst = state.withLock { state in
            defer { state.isStarted = true }
            return !state.isStarted
        }
        guard isFirst else { return }
        let thread = Thread { [settings, reader, mailbox] in
            do throws(EtcdFailure) {
                try StoreFollowing(settings, reader, mailbox).run()
            } catch {
                mailbox.postFailure(error.message)
            }
        }
        thread.name = "portcullis-etcd"
        thread.start()
    }
}
