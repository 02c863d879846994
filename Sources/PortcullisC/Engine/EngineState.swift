import Dispatch
import IdentityDirectory
import PolicySimulation
import Portcullis
import SnapshotDelivery
import Synchronization

/// What stands behind an engine's handle.
final class EngineState: Sendable {
    private let settings: EngineSettings
    private let follower: SnapshotFollower
    private let firstSign: FirstSign
    private let background = Mutex<BackgroundThread?>(nil)
    private let isClosedNow = Atomic<Bool>(false)

    private init(_ settings: EngineSettings) throws(Failure) {
        self.settings = settings
        let firstSign = FirstSign()
        self.firstSign = firstSign
        var following = FollowerSettings(trust: settings.trust)
        following.keepingFolder = settings.keepingFolder
        following.stalenessLimit = settings.stalenessLimit
        following.observer = { firstSign.note($0) }
        do throws(CompileError) {
            follower = try SnapshotFollower(following: settings.makeSource(), following)
        } catch {
            throw Failure(.invalidPolicies, error.description)
        }
    }

    // MARK: Opening

    /// Reads policies once.
    static func open(_ settings: EngineSettings) throws(Failure) -> EngineState {
        var once = settings
        // Only who follows hears of silence.
        once.stalenessLimit = nil
        let engine = try EngineState(once)
        try engine.reload()
        if settings.trust.isSigned { engine.begin { await $0.watchFreshness() } }
        return engine
    }

    /// Follows policies, and waits for the first.
    static func follow(_ settings: EngineSettings) throws(Failure) -> EngineState {
        let engine = try EngineState(settings)
        engine.begin { await $0.run() }
        guard settings.patience > .zero, !engine.hasPolicies else { return engine }
        engine.firstSign.wait(atMost: settings.patience)
        if engine.hasPolicies { return engine }
        let status = engine.follower.status
        engine.close()
        if let rejection = status.rejections.last { throw Failure(rejection.error) }
        let reason = status.sourceFailure.map { ": \($0)" } ?? ""
        throw Failure(.noPolicies, "no policies came in time\(reason)")
    }

    private func begin(_ work: @escaping @Sendable (SnapshotFollower) async -> Void) {
        let follower = follower
        background.withLock { $0 = BackgroundThread { await work(follower) } }
    }

    private var hasPolicies: Bool {
        if case .closed = follower.status.state { false } else { true }
    }

    // MARK: While it is open

    var isClosed: Bool {
        @inline(__always) get { isClosedNow.load(ordering: .relaxed) }
    }

    var engine: AuthorizationEngine { follower.engine }

    /// Reads the source again.
    func reload() throws(Failure) {
        let (settings, follower) = (settings, follower)
        let failure: Failure? = TaskLoop.finish {
            guard let event = await settings.makeSource().next() else { return nil }
            let refusal = await follower.handle(event)
            if case .failure(let failure) = event { return Failure(.unreachable, failure.description) }
            return refusal.map { Failure($0) }
        }
        if let failure { throw failure }
    }

    var status: FollowerStatus { follower.status }

    /// Why the policies in force decide a request so, as JSON.
    func explain(_ question: ExplainedQuestion, includesAllStatements: Bool) throws(Failure) -> String {
        guard hasPolicies else { throw Failure(.noPolicies, "no policies are in force") }
        guard let directory = follower.directory else {
            throw Failure(.notExplainable, "a compiled snapshot names its policies only")
        }
        do throws(RequestError) {
            return try PolicyExplainer(directory).json(question, includesAllStatements: includesAllStatements)
        } catch {
            throw Failure(error)
        }
    }

    func close() {
        isClosedNow.store(true, ordering: .releasing)
        let thread = background.withLock { thread in
            defer { thread = nil }
            return thread
        }
        thread?.end()
    }
}

/// Lets the opening thread wait until a follower has policies, or has been refused some.
final class FirstSign: Sendable {
    private let signs = DispatchSemaphore(value: 0)

    func note(_ event: FollowerEvent) {
        switch event {
        case .activated, .rejected, .rolledBack, .recovered, .stale: signs.signal()
        case .closed, .sourceFailed, .keepingFailed: break
        }
    }

    func wait(atMost duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let milliseconds = Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
        _ = signs.wait(timeout: .now() + .milliseconds(milliseconds))
    }
}
