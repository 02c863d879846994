import Portcullis

/// Follows the keys of one prefix: reads all of them at one revision, then watches from the next one on, for ever.
///
/// All of it happens on one thread.
final class StoreFollowing {
    private let client: EtcdClient
    private let mailbox: StoreMailbox
    private let layout: StoreLayout
    private let reader: PolicyReader
    private var settings: EtcdSettings { client.settings }

    private var policies: StoredPolicies?
    /// Up to where everything was handed over, and in which cluster.
    private var position: EtcdHeader?
    /// The newest revision ever seen; what is older is another store's, or another time's.
    private var newest: Int64 = 0
    private var leases = LeaseTable()
    private var retryInterval = RetryInterval()

    init(
        _ settings: EtcdSettings,
        _ reader: PolicyReader,
        _ mailbox: StoreMailbox
    ) throws(EtcdFailure) {
        client = try EtcdClient(settings)
        self.mailbox = mailbox
        self.reader = reader
        layout = StoreLayout(prefix: settings.prefix)
    }

    /// Follows until nobody wants more.
    func run() {
        mailbox.wakeWhenStopped(client.loop.waker)
        client.isStopped = { [mailbox] in mailbox.isStopped }
        client.meanwhile = { [unowned self] in endLapsedGrants() }
        while !mailbox.isStopped {
            do throws(EtcdFailure) {
                try follow()
            } catch {
                guard !mailbox.isStopped else { return }
                recover(from: error)
            }
        }
    }

    private func recover(from failure: EtcdFailure) {
        switch failure {
        case .compacted:
            // What changed in between is told by reading everything again, at once.
            guard position != nil else { return pause() }
            position = nil
        case .unusable, .malformed:
            mailbox.postFailure(failure.message)
            position = nil
            pause()
        case .unreachable, .refused:
            mailbox.postFailure(failure.message)
            if failure.isStaleToken { client.forgetToken() }
            client.useNextEndpoint()
            pause()
        }
    }

    /// Waits with jitter; grants end all the same.
    private func pause() {
        let end = ContinuousClock.now + retryInterval.next(atMost: settings.retryIntervalMax)
        while ContinuousClock.now < end, !mailbox.isStopped {
            client.loop.turn(atMost: min(end - .now, endLapsedGrants()))
        }
    }

    // MARK: Reading and watching

    private func follow() throws(EtcdFailure) {
        if let position, policies != nil {
            let header = try client.get(layout.pointer).header
            try checkAge(header)
            // Another cluster's revisions say nothing about this one's.
            if header.cluster != position.cluster { self.position = nil }
        }
        if position == nil || policies == nil { try readEverything() }
        guard let position else { return }
        let stream = try client.watch(layout.prefix, from: position.revision + 1)
        defer { client.loop.cancel(stream) }
        try serve(stream)
    }

    private func checkAge(_ header: EtcdHeader) throws(EtcdFailure) {
        if header.revision < newest {
            guard settings.followsOlderStores else {
                throw .unusable("the store is at revision \(header.revision), and was at \(newest) before")
            }
            position = nil
        }
        newest = header.revision
    }

    private func readEverything() throws(EtcdFailure) {
        let (pointer, header) = try client.get(layout.pointer)
        try checkAge(header)
        guard let pointer, let name = pointer.value.flatMap({ StoreLayout.setName($0) }) else {
            throw .unusable("there is no set of policies under \(settings.prefix)")
        }
        var policies = StoredPolicies(set: name, layout, reader)
        var files: [String: [UInt8]] = [:]
        let records = try client.records(under: layout.prefix, at: header.revision)
        for edit in try policies.take(records) ?? [] { files[edit.path] = edit.contents }
        guard !policies.isEmpty else { throw .unusable("the set `\(name)` holds no file") }
        try askLeases(policies.leases)
        let now = ContinuousClock.now
        for edit in policies.judgeGrants(by: { leases.isAlive($0, at: now) }) {
            files[edit.path] = edit.contents
        }
        self.policies = policies
        position = header
        mailbox.post(all: files, revision: header.revision, grants: policies.grantsInForce)
    }

    /// Hands over what a watch tells, until it ends or another set is in force.
    private func serve(_ stream: Transfer) throws(EtcdFailure) {
        var answers = WatchStream()
        var nextContact = ContinuousClock.now + settings.contactInterval.jittered
        var isBehind = false
        while !mailbox.isStopped {
            let idle = max(.zero, nextContact - .now)
            client.loop.turn(atMost: min(idle, endLapsedGrants()))
            for answer in try answers.answers(adding: stream.takeReceived()) {
                retryInterval.reset()
                guard try take(answer) else { return }
                if !answer.records.isEmpty { isBehind = false }
            }
            switch stream.outcome {
            case nil: break
            case .broken(let words): throw .unreachable("\(client.endpoint): \(words)")
            case .answered(let status): throw .unreachable("\(client.endpoint) ended the watch (\(status))")
            }
            try renewLeases()
            if ContinuousClock.now >= nextContact {
                isBehind = try contact(wasBehind: isBehind)
                nextContact = ContinuousClock.now + settings.contactInterval.jittered
            }
        }
    }

    /// Asks the majority whether the watch has told everything; false where something is still to come.
    ///
    /// - Throws: when it was so the last time, too: a watch can fall silent while its connection lives.
    private func contact(wasBehind: Bool) throws(EtcdFailure) -> Bool {
        guard let position else { return false }
        let (hasNews, header) = try client.hasNews(under: layout.prefix, after: position.revision)
        guard header.cluster == position.cluster, header.revision >= position.revision else {
            throw .unreachable("\(client.endpoint) is not where the watch is")
        }
        guard hasNews else {
            mailbox.postContact()
            return false
        }
        if wasBehind { throw .unreachable("\(client.endpoint): the watch has fallen silent") }
        return true
    }

    /// Hands over one answer; false when everything is to be read again.
    private func take(_ answer: WatchStream.Answer) throws(EtcdFailure) -> Bool {
        guard answer.header.revision > position?.revision ?? 0 || !answer.records.isEmpty else { return true }
        guard let last = answer.records.last else {
            // Nothing below the prefix up to here; when the watch begins, that is not said yet.
            if !answer.isCreated { advance(to: answer.header.revision, answer.header.cluster) }
            return true
        }
        guard var edits = try policies?.take(answer.records) else {
            policies = nil
            position = nil
            return false
        }
        try askLeases(policies?.leases ?? [])
        edits += judgedGrants()
        advance(to: last.revision, answer.header.cluster)
        if !edits.isEmpty {
            mailbox.post(edits, revision: last.revision, grants: policies?.grantsInForce ?? [])
        }
        return true
    }

    private func advance(to revision: Int64, _ cluster: String) {
        guard revision > position?.revision ?? 0 else { return }
        position = EtcdHeader(revision: revision, cluster: cluster)
        newest = max(newest, revision)
    }

    // MARK: Grants

    private func judgedGrants() -> [FileEdit] {
        let now = ContinuousClock.now
        return policies?.judgeGrants { leases.isAlive($0, at: now) } ?? []
    }

    /// Asks about leases of which nothing is known, or not for long any more.
    private func askLeases(_ used: Set<Int64>) throws(EtcdFailure) {
        leases.keep(used)
        for lease in leases.due(used, at: .now) {
            let asked = ContinuousClock.now
            leases.note(lease, secondsLeft: try client.secondsLeft(of: lease), asked: asked)
        }
    }

    private func renewLeases() throws(EtcdFailure) {
        let used = policies?.leases ?? []
        guard !used.isEmpty, !leases.due(used, at: .now).isEmpty else { return }
        try askLeases(used)
        postGrants()
    }

    /// Ends grants whose time is over, whether or not the store can be reached; says how long to wait at most.
    @discardableResult
    private func endLapsedGrants() -> Duration {
        let now = ContinuousClock.now
        postGrants()
        guard let moment = leases.nextMoment else { return .seconds(60) }
        // What is due for a question is asked elsewhere; here only its end counts.
        let next = moment > now ? moment : leases.nextEnd(after: now) ?? now + .seconds(60)
        return max(.milliseconds(1), next - now)
    }

    private func postGrants() {
        guard let position, policies != nil else { return }
        let edits = judgedGrants()
        guard !edits.isEmpty else { return }
        mailbox.post(
            edits,
            revision: position.revision,
            grants: policies?.grantsInForce ?? [],
            isLapse: edits.allSatisfy { $0.contents == nil }
        )
    }
}

/// How long to wait after failures: random, longer each time, so that a fleet does not come back at once.
struct RetryInterval {
    private static let first = Duration.milliseconds(50)
    private var last = first

    mutating func next(atMost max: Duration) -> Duration {
        let wait = min(last, max).jittered
        last = min(last * 2, max)
        return wait
    }

    mutating func reset() { last = Self.first }
}

extension Duration {
    /// Between half of the duration and all of it.
    var jittered: Duration { self / 2 + self / 2 * Double.random(in: 0...1) }
}

extension EtcdHeader {
    fileprivate init(revision: Int64, cluster: String) {
        self.revision = revision
        self.cluster = cluster
    }
}
