import Dispatch
import Portcullis
import SnapshotDelivery
import Synchronization

/// The policies of a process's gateways that name the same source: followed once, however many routes use them.
final class PolicyFeed: Sendable {
    let follower: SnapshotFollower
    private let log: GatewayLog
    private let run = Mutex(Run())
    private let isDecided = FirstSign()

    private struct Run {
        var userCount = 0
        var task: BackgroundTask?
    }

    /// A feed that follows nothing yet, and has no thread.
    private init(_ policies: GatewayConfiguration.Policies, _ log: GatewayLog) throws(GatewayError) {
        self.log = log
        var settings = FollowerSettings(trust: try Self.trust(policies))
        settings.keepingFolder = policies.keepingFolder
        if let seconds = policies.stalenessLimitSeconds {
            settings.stalenessLimit = try Self.duration(seconds, "the limit of staleness")
        }
        let firstSign = isDecided
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

    // MARK: One for each source

    private struct Entry {
        weak var feed: PolicyFeed?
    }

    private static let feeds = Mutex<[GatewayConfiguration.Policies: Entry]>([:])

    /// The feed of these policies, which may be running already.
    static func shared(
        _ policies: GatewayConfiguration.Policies,
        _ log: GatewayLog
    ) throws(GatewayError) -> PolicyFeed {
        let result: Result<PolicyFeed, GatewayError> = feeds.withLock { feeds in
            if let feed = feeds[policies]?.feed { return .success(feed) }
            feeds = feeds.filter { $0.value.feed != nil }
            do throws(GatewayError) {
                let feed = try PolicyFeed(policies, log)
                feeds[policies] = Entry(feed: feed)
                return .success(feed)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    // MARK: Following

    /// Follows from now on, once for all who want it, and waits for the first policies.
    func start(within seconds: Double) throws(GatewayError) {
        let patience = try Self.duration(seconds, "the time to start")
        run.withLock { run in
            run.userCount += 1
            if run.task == nil { run.task = BackgroundTask { [follower] in await follower.run() } }
        }
        guard case .closed(.noSnapshot) = follower.status.state else { return }
        isDecided.wait(atMost: patience)
        guard case .closed(.noSnapshot) = follower.status.state else { return }
        let status = follower.status
        let reason =
            status.rejections.last?.description ?? status.sourceFailure ?? "nothing came in \(seconds) s"
        throw GatewayError("\(status.source): no policies are in force: \(reason)")
    }

    /// Ends when nobody wants it any more.
    func stop() {
        let ended: BackgroundTask? = run.withLock { run in
            run.userCount -= 1
            guard run.userCount <= 0 else { return nil }
            run.userCount = 0
            defer { run.task = nil }
            return run.task
        }
        ended?.end()
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
