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

    /// Files, the paths of the grants among them, and the revision at which they were so.
    private struct Holding {
        var files: [String: [UInt8]]
        var grants: Set<String>
        var revision: StoreRevision
    }

    private struct State {
        var isStarted = false
        var folder: ChangingFolder?
        var grants: Set<String> = []
        var revision: Int64 = 0
        /// Whether the next update must hold everything.
        var startsOver = false
        /// Whether what the folder holds was refused, so that something older is in force.
        var isRefused = false
        /// What was handed over last, and what of it was put in force last.
        var offered: Holding?
        var accepted: Holding?
        var offersWithdrawal = false

        var newest: Holding {
            Holding(
                files: folder?.files ?? [:],
                grants: grants,
                revision: StoreRevision(UInt64(max(0, revision)))
            )
        }

        mutating func offer(_ content: SnapshotContent?, of holding: Holding, isLapse: Bool = false)
            -> SnapshotUpdate
        {
            offered = holding
            offersWithdrawal = false
            let content = content ?? .policies(holding.files)
            return SnapshotUpdate(content, revision: holding.revision, isLapse: isLapse)
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
        if let update = state.withLock({ Self.repeatedUpdate(&$0) ?? Self.withdrawal(&$0) }) {
            return .update(update)
        }
        while true {
            switch await mailbox.next() {
            case .edits(let news):
                if let update = state.withLock({ update(&$0, news) }) { return .update(update) }
            case .contact: return .contact
            case .failure(let message): return .failure(SourceFailure(message))
            case .end: return nil
            }
        }
    }

    /// Makes the next update hold everything.
    public func startOver() { state.withLock { $0.startsOver = true } }

    /// Remembers what is in force, so that grants in it end even while the store's newest content is refused.
    public func settle(_ update: SnapshotUpdate, isInForce: Bool) {
        state.withLock { state in
            guard isInForce else {
                // What cannot be withdrawn is not in force: somebody has gone back to something else.
                if update.isLapse { state.accepted = nil }
                state.isRefused = true
                return
            }
            state.accepted = state.offered
            // A withdrawal is not what the store holds.
            if !state.offersWithdrawal { state.isRefused = false }
        }
    }

    // MARK: Updates

    /// More edits than this part of all files are not worth telling one by one.
    private static let piecemealPart = 4

    /// Nil where nothing of it can be put in force.
    private func update(_ state: inout State, _ news: StoreNews) -> SnapshotUpdate? {
        state.revision = news.revision
        state.grants = news.grants
        let changes = edit(&state, news.edits)
        // The folder was refused, and the end of a grant does not mend it.
        if news.isLapse, state.isRefused { return Self.withdrawal(&state) }
        defer { state.startsOver = false }
        let isWhole = state.startsOver || state.isRefused
        return state.offer(
            isWhole ? nil : changes.map { .changes($0) },
            of: state.newest,
            isLapse: news.isLapse
        )
    }

    /// Edits the folder; nil where that is not to be told one by one.
    private func edit(_ state: inout State, _ edits: [FileEdit]) -> [DirectoryChange]? {
        guard let count = state.folder?.files.count else {
            let files = edits.map { ($0.path, $0.contents ?? []) }
            state.folder = ChangingFolder(Dictionary(files) { $1 }, reader: reader)
            return nil
        }
        let changes = state.folder?.apply(edits)
        return edits.count > 64 && edits.count > count / Self.piecemealPart ? nil : changes
    }

    /// Everything that was handed over, when it was asked for again.
    private static func repeatedUpdate(_ state: inout State) -> SnapshotUpdate? {
        guard state.startsOver, state.folder != nil else { return nil }
        state.startsOver = false
        return state.offer(nil, of: state.newest)
    }

    /// What is in force without the grants that are over, while what the store holds is refused; nil where none is.
    private static func withdrawal(_ state: inout State) -> SnapshotUpdate? {
        guard state.isRefused, var holding = state.accepted else { return nil }
        let newest = state.newest
        let over = holding.grants.filter {
            !newest.grants.contains($0) || newest.files[$0] != holding.files[$0]
        }
        guard !over.isEmpty else { return nil }
        for path in over { holding.files[path] = nil }
        holding.grants.subtract(over)
        defer { state.offersWithdrawal = true }
        return state.offer(nil, of: holding, isLapse: true)
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
