import Dispatch
import Portcullis
import SnapshotDelivery
import Synchronization

/// The policies of a process's gateways that name the same source: followed once, however many routes use them.
final class PolicyFeed: Sendable {
    let follower: SnapshotFollower
    private let policies: GatewayConfiguration.Policies
    private let task = Mutex<BackgroundTask?>(nil)
    private let firstSign: FirstSign
    /// Whether somebody else runs the follower.
    private let isFollowedElsewhere: Bool

    /// A feed that follows nothing yet, and has no thread.
    private init(_ policies: GatewayConfiguration.Policies, _ log: GatewayLog) throws(GatewayError) {
        self.policies = policies
        isFollowedElsewhere = false
        let firstSign = FirstSign()
        self.firstSign = firstSign
        var settings = FollowerSettings(trust: try Self.trust(policies))
        settings.keepingFolder = policies.keepingFolder
        if let seconds = policies.stalenessLimitSeconds {
            settings.stalenessLimit = try Self.duration(seconds, "the limit of staleness")
        }
        settings.observer = { event in
            log.write(event)
            firstSign.note(event)
        }
        let source = try Self.source(policies)
        do throws(CompileError) {
            follower = try SnapshotFollower(following: source, settings)
        } catch {
            throw GatewayError("\(error)")
        }
    }

    /// The feed of a follower that somebody else runs; there is nothing to start or stop.
    init(followedElsewhere follower: SnapshotFollower) {
        self.follower = follower
        policies = GatewayConfiguration.Policies(source: follower.status.source)
        firstSign = FirstSign()
        isFollowedElsewhere = true
    }

    // MARK: One for each source

    private struct Entry {
        let feed: PolicyFeed
        var userCount: Int
    }

    private static let feeds = Mutex<[GatewayConfiguration.Policies: Entry]>([:])

    /// The feed of these policies, which may be running already; every user releases it once.
    static func acquire(
        _ policies: GatewayConfiguration.Policies,
        _ log: GatewayLog
    ) throws(GatewayError) -> PolicyFeed {
        let result: Result<PolicyFeed, GatewayError> = feeds.withLock { feeds in
            if let entry = feeds[policies] {
                feeds[policies]?.userCount += 1
                return .success(entry.feed)
            }
            do throws(GatewayError) {
                let feed = try PolicyFeed(policies, log)
                feeds[policies] = Entry(feed: feed, userCount: 1)
                return .success(feed)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Ends the feed when this was its last user, and waits for that where told.
    func release(waiting: Bool) {
        let isLast = Self.feeds.withLock { feeds in
            guard let entry = feeds[policies], entry.feed === self else { return false }
            feeds[policies] = entry.userCount > 1 ? Entry(feed: self, userCount: entry.userCount - 1) : nil
            return entry.userCount <= 1
        }
        guard isLast else { return }
        let task = task.withLock { task in
            defer { task = nil }
            return task
        }
        task?.end(waiting: waiting)
    }

    // MARK: Following

    /// Follows from now on, once for all who want it, and waits for the first policies.
    func start(within seconds: Double) throws(GatewayError) {
        guard !isFollowedElsewhere else { return }
        let patience = try Self.duration(seconds, "the time to start")
        task.withLock { task in
            if task == nil { task = BackgroundTask { [follower] in await follower.run() } }
        }
        guard isWithoutPolicies else { return }
        firstSign.wait(atMost: patience)
        guard isWithoutPolicies else { return }
        let status = follower.status
        let reason =
            status.rejections.last?.description ?? status.sourceFailure ?? "nothing came in \(seconds) s"
        throw GatewayError("\(status.source): no policies are in force: \(reason)")
    }

    private var isWithoutPolicies: Bool {
        if case .closed(.noSnapshot) = follower.status.state { true } else { false }
    }

    /// Whether everything was denied, as of a decision's revision, because there were no policies to decide by.
    func isClosed(at decision: Decision) -> Bool {
        if case .closed = follower.provenance(of: decision) { true } else { false }
    }

    // MARK: Settings

    private static func trust(_ policies: GatewayConfiguration.Policies) throws(GatewayError) -> ContentTrust
    {
        var keys: [VerificationKey] = []
        for path in policies.trustedKeys {
            let bytes: [UInt8]
            do throws(FileFault) {
                bytes = try SystemFiles.bytes(of: path, bytesMax: 1 << 16)
            } catch {
                throw GatewayError("\(error.path): \(error.message)")
            }
            guard let key = VerificationKey(pem: bytes) else {
                throw GatewayError("\(path): no Ed25519 public key in PEM")
            }
            keys.append(key)
        }
        guard let trusted = TrustedKeys(keys) else {
            if isAddress(policies.source) {
                throw GatewayError("\(policies.source): an address needs trusted keys")
            }
            if policies.channel != nil { throw GatewayError("a channel needs trusted keys") }
            return .unsigned
        }
        guard let name = policies.channel else { return .signed(AcceptanceRules(keys: trusted)) }
        guard let channel = Channel(name) else { throw GatewayError("`\(name)` is no name of a channel") }
        return .signed(AcceptanceRules(keys: trusted, channel: channel))
    }

    private static func source(_ policies: GatewayConfiguration.Policies) throws(GatewayError)
        -> any SnapshotSource
    {
        guard !policies.source.isEmpty else { throw GatewayError("no policies are named") }
        let interval = try policies.intervalSeconds.map { (seconds) throws(GatewayError) in
            try duration(seconds, "the interval")
        }
        if isAddress(policies.source) {
            var timing = HTTPSource.Timing()
            if let interval { timing.interval = interval }
            return HTTPSource(pointer: policies.source, timing: timing)
        }
        var timing = FileSource.Timing()
        if let interval { timing.rescan = interval }
        return FileSource(path: policies.source, timing: timing)
    }

    private static func isAddress(_ source: String) -> Bool {
        source.hasPrefix("http://") || source.hasPrefix("https://")
    }

    private static func duration(_ seconds: Double, _ name: String) throws(GatewayError) -> Duration {
        guard GatewayConfiguration.isDuration(seconds) else {
            throw GatewayError("\(name) must be above 0 and at most a year, not \(seconds) s")
        }
        return .seconds(seconds)
    }
}
