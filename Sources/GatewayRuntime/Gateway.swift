public import Portcullis
import RequestMapping
public import SnapshotDelivery
import Synchronization

/// Policies and routes of a gateway, both followed while it runs, for any number of threads.
///
///     let gateway = try Gateway(configuration)
///     try gateway.start()
///     let worker = gateway.makeWorker()  // one a thread
///     worker.request.begin()
///     …
///     let answer = worker.decide()
///
/// Gateways of one process whose policies come from the same source share them.
public final class Gateway: Sendable {
    /// What it was set up with.
    public let configuration: GatewayConfiguration
    let feed: PolicyFeed
    let mappings: MappingFeed
    private let life = Mutex(Life.fresh)

    private enum Life {
        case fresh
        case running(BackgroundTask)
        case over
    }

    /// Checks a configuration and reads the mapping.
    ///
    /// Starts no thread, so that a process may fork afterwards.
    ///
    /// - Throws: ``GatewayError`` for settings that make no sense, keys that cannot be read and a faulty mapping.
    public init(_ configuration: GatewayConfiguration, log: GatewayLog = .none) throws(GatewayError) {
        self.configuration = configuration
        mappings = try MappingFeed(configuration.mapping, log)
        feed = try PolicyFeed.acquire(configuration.policies, log)
    }

    /// A gateway whose policies somebody else follows, and goes on to follow when the gateway has stopped.
    ///
    /// - Throws: ``GatewayError`` for a faulty mapping.
    public init(
        following follower: SnapshotFollower,
        mapping: String,
        isDryRun: Bool = false,
        log: GatewayLog = .none
    ) throws(GatewayError) {
        var configuration = GatewayConfiguration(policies: follower.status.source, mapping: mapping)
        configuration.isDryRun = isDryRun
        self.configuration = configuration
        mappings = try MappingFeed(mapping, log)
        feed = PolicyFeed(followedElsewhere: follower)
    }

    // Whoever forgets a gateway may be a thread that its work needs.
    deinit { end(waiting: false) }

    /// Follows policies and mapping from now on, in threads of its own, and waits for the first policies.
    ///
    /// - Throws: ``GatewayError`` where there are none in time. It goes on trying until ``stop()``, and meanwhile every
    ///   request is answered by ``GateAnswer/Reason/notReady``.
    public func start() throws(GatewayError) {
        let isFirst = life.withLock { life in
            guard case .fresh = life else { return false }
            life = .running(BackgroundTask { [mappings] in await mappings.run() })
            return true
        }
        if isFirst { try feed.start(within: configuration.startSeconds) }
    }

    /// Ends the threads and waits for them; a gateway is not started again.
    public func stop() { end(waiting: true) }

    private func end(waiting: Bool) {
        let former = life.withLock { life in
            defer { life = .over }
            return life
        }
        switch former {
        case .fresh: feed.release(waiting: waiting)
        case .running(let task):
            task.end(waiting: waiting)
            feed.release(waiting: waiting)
        case .over: break
        }
    }

    /// A worker for one thread.
    public func makeWorker() -> GatewayWorker { GatewayWorker(self) }

    /// What decides.
    public var engine: AuthorizationEngine { feed.follower.engine }

    /// How the policies stand.
    public var status: FollowerStatus { feed.follower.status }

    /// Who follows the policies.
    public var follower: SnapshotFollower { feed.follower }

    /// Counts the mappings that were in force, from 1.
    public var mappingRevision: UInt64 { mappings.revision }

    /// Why the mapping's files as they are now are not in force; nil where they are.
    public var mappingFailure: String? { mappings.currentFailure }

    /// Reads the mapping again, now.
    public func reloadMapping() { mappings.reload() }

    /// Whether requests are decided by policies, rather than answered by ``GateAnswer/Reason/notReady``.
    public var isReady: Bool {
        if case .closed = status.state { false } else { true }
    }
}
