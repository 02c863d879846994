import Foundation
import Synchronization

/// Follows a signed pointer on a web server: nginx, an object store, any CDN.
///
/// The pointer is asked for again and again, with the entity tag of the last one, so that an answer without news is a
/// few bytes. The bundle stands beside it under its SHA-256 and never changes: it may be cached for ever.
public final class HTTPSource: SnapshotSource {
    /// How often a server is asked.
    public struct Timing: Sendable {
        /// Between two requests; each interval is varied by a fifth, and the first one drawn from the whole, so that a
        /// fleet does not ask all at once, not even when it was started so.
        public var interval = Duration.seconds(10)
        /// For how long the server is asked to wait for news (`Prefer: wait=N`), in seconds; 0 for not at all.
        ///
        /// A server
        /// that does so is asked again at once, one that does not after the interval.
        public var longPollSeconds = 0
        /// After the first failure; doubled with each further one.
        public var backOff = Duration.seconds(1)
        /// The longest time between two requests while they fail.
        ///
        /// The time is drawn at random from the upper half.
        public var backOffMax = Duration.seconds(60)

        /// 10 s between requests, 1 to 60 s after failures, no long poll.
        public init() {}
    }

    /// The pointer's address without user, password and query.
    public let name: String
    private let address: String
    private let bundleAddress: String
    private let timing: Timing
    private let client: HTTPClient
    private let state = Mutex(State())
    private let announcement: EtcdSettings?
    private let slot = AnnouncementSlot()

    private struct State {
        var entityTag: String?
        /// When the next request may be made; an announcement in between does not put it off.
        var due = ContinuousClock.now
        var failureCount = 0
        /// Answers without news, one after the other.
        var unchangedCount = 0
        /// Whether the fleet that this is part of asks at different times by now.
        var isSpread = false
        var isAnnounced = false
    }

    /// After so many answers without news the pointer is asked for without its entity tag: a server may give the same
    /// tag to two pointers, which have the same size, when they are published in the same second.
    private static let unchangedMax = 10

    /// A pointer has 224 bytes; an error page is not read to its end.
    private static let pointerByteCountMax = 4_096

    /// - Parameters:
    ///   - address: the pointer's address, `http://…` or `https://…`.
    ///   - bundleFolder: the address of the folder with the bundles; nil for the pointer's.
    ///   - announcement: where the pointer is announced as soon as it is published (``PointerAnnouncement``); the
    ///     server is asked all the same, so that nothing is missed when etcd cannot be reached.
    public init(
        pointer address: String,
        bundleFolder: String? = nil,
        timing: Timing = Timing(),
        options: HTTPOptions = HTTPOptions(),
        announcedIn announcement: EtcdSettings? = nil
    ) {
        self.announcement = announcement
        self.address = address
        self.timing = timing
        name = Self.withoutSecrets(address)
        client = HTTPClient(options)
        let path = address.prefix { $0 != "?" && $0 != "#" }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        bundleAddress = bundleFolder.map { $0.hasSuffix("/") ? $0 : $0 + "/" } ?? folder
    }

    deinit { slot.close() }

    /// What the server says next, or what was announced meanwhile.
    public func next() async -> SourceEvent? {
        watchAnnouncements()
        let pause = ContinuousClock.now.duration(to: state.withLock { $0.due })
        let news = pause > .zero ? await slot.next(within: pause) : nil
        if Task.isCancelled { return nil }
        switch news {
        case .pointer(let pointer): return .update(update(pointer))
        case .failure(let words): return .failure(SourceFailure("no announcements: \(words)"))
        case nil: break
        }
        let event = await ask()
        return Task.isCancelled ? nil : event
    }

    private func ask() async -> SourceEvent {
        var headers: [String] = []
        let tag = state.withLock { $0.unchangedCount < Self.unchangedMax ? $0.entityTag : nil }
        if let tag { headers.append("If-None-Match: \(tag)") }
        let wait = Duration.seconds(timing.longPollSeconds)
        if wait > .zero { headers.append("Prefer: wait=\(timing.longPollSeconds)") }
        let start = ContinuousClock.now
        do throws(SourceFailure) {
            let answer = try await client.get(
                address,
                headers: headers,
                byteCountMax: Self.pointerByteCountMax,
                patience: wait
            )
            let hasWaited = wait > .zero && ContinuousClock.now - start >= wait / 2
            switch answer.status {
            case 200:
                let isNew = note(entityTag: answer.entityTag)
                scheduleNext(atOnce: hasWaited || wait > .zero && isNew)
                return .update(update(answer.body))
            // Said to a request that named no tag, it says nothing about what is here.
            case 304 where tag != nil:
                noteNothingNew()
                scheduleNext(atOnce: hasWaited)
                return .contact
            default:
                let failure = SourceFailure("\(name): the server answers \(answer.status)")
                noteFailure(atLeast: answer.retryAfterSeconds)
                return .failure(failure)
            }
        } catch {
            noteFailure(atLeast: nil)
            return .failure(error)
        }
    }

    /// Hands over a pointer that somebody has announced.
    func announce(_ pointer: [UInt8]) { slot.post(pointer) }

    private func watchAnnouncements() {
        guard let announcement else { return }
        let isFirst = state.withLock { state in
            defer { state.isAnnounced = true }
            return !state.isAnnounced
        }
        if isFirst { AnnouncementWatch.start(announcement, slot) }
    }

    private func update(_ pointer: [UInt8]) -> SnapshotUpdate {
        let fetch: BundleFetch = { [self] pointer throws(SourceFailure) in
            try await bundle(pointer.claim)
        }
        return SnapshotUpdate(.pointer(pointer, fetch: fetch))
    }

    private func bundle(_ claim: BundleClaim) async throws(SourceFailure) -> [UInt8] {
        let address = bundleAddress + claim.bundleName
        let answer = try await client.get(address, byteCountMax: claim.byteCount)
        guard answer.status == 200 else {
            throw SourceFailure("\(Self.withoutSecrets(address)): the server answers \(answer.status)")
        }
        return answer.body
    }

    // MARK: When to ask again

    /// Notes the tag of a pointer; returns whether it is another one.
    private func note(entityTag: String?) -> Bool {
        state.withLock { state in
            defer { state.entityTag = entityTag }
            state.failureCount = 0
            state.unchangedCount = 0
            return entityTag != nil && entityTag != state.entityTag
        }
    }

    private func noteNothingNew() {
        state.withLock { state in
            state.failureCount = 0
            state.unchangedCount += 1
        }
    }

    /// Nearly at once where the server waits for news by itself, else after the interval, four fifths to six fifths
    /// of it.
    private func scheduleNext(atOnce: Bool) {
        let interval = atOnce ? min(timing.interval, .milliseconds(50)) : timing.interval
        state.withLock { state in
            let isSpread = state.isSpread || atOnce
            state.due = .now + interval * Double.random(in: isSpread ? 0.8...1.2 : 0...1)
            if !atOnce { state.isSpread = true }
        }
    }

    private func noteFailure(atLeast seconds: Int?) {
        state.withLock { state in
            let longest = Self.backOff(after: state.failureCount, timing)
            state.failureCount += 1
            let drawn = longest * Double.random(in: 0.5...1)
            // A server that asks for more patience gets it, within reason.
            let asked = Duration.seconds(min(max(seconds ?? 0, 0), 3_600))
            state.due = .now + max(drawn, asked)
        }
    }

    /// The longest pause after so many failures before.
    static func backOff(after failureCount: Int, _ timing: Timing) -> Duration {
        min(timing.backOff * (1 << min(failureCount, 20)), timing.backOffMax)
    }

    /// An address without user, password, query and fragment, all of which may hold secrets.
    static func withoutSecrets(_ address: String) -> String {
        guard var parts = URLComponents(string: address) else { return "(an address that is none)" }
        parts.user = nil
        parts.password = nil
        parts.query = nil
        parts.fragment = nil
        return parts.string ?? "(an address that is none)"
    }
}
