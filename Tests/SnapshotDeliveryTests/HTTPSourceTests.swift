import Foundation
import Portcullis
import Testing

@testable import SnapshotDelivery

/// The nginx of `Scripts/with-nginx`, without which these tests do not run.
private enum Nginx {
    static let environment = ProcessInfo.processInfo.environment
    static var isThere: Bool { environment["PORTCULLIS_NGINX_ADDRESS"] != nil }

    static func value(_ name: String) throws -> String {
        try #require(environment["PORTCULLIS_NGINX_\(name)"])
    }

    /// Puts a file in its place, readable by nginx.
    static func put(_ bytes: [UInt8], _ path: String) throws {
        let file = "\(try value("ROOT"))/\(path)"
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try DurableFile.replace(file, with: bytes, permissions: 0o644)
    }

    static func remove(_ path: String) throws { DurableFile.remove("\(try value("ROOT"))/\(path)") }

    /// Runs nginx and waits for it; `Process` would wait for the daemon that it leaves behind, too.
    static func run(_ arguments: String...) throws {
        let words = ["/usr/sbin/nginx", "-c", try value("CONFIG")] + arguments
        var list: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { unsafe list.forEach { unsafe free($0) } }
        var process = pid_t()
        let result = unsafe posix_spawn(&process, words[0], nil, nil, &list, environ)
        try #require(result == 0)
        var status: Int32 = 0
        _ = unsafe waitpid(process, &status, 0)
    }
}

@Suite("Following a pointer on a web server", .serialized, .enabled(if: Nginx.isThere))
struct HTTPSourceTests {
    private let folder = UUID().uuidString
    private let publisher: Publisher

    init() throws {
        var publisher = try Publisher()
        publisher.lifetime = 1_000_000
        self.publisher = publisher
    }

    @discardableResult
    private func publish(_ content: BundleContent, _ revision: UInt64) throws -> [UInt8] {
        let (bundle, _) = try publisher.publish(content, revision)
        let path = "\(try Nginx.value("ROOT"))/\(folder)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return try BundleFolder(path: path).publish(
            bundle,
            try publisher.rules(),
            created: publisher.clock.wall,
            expires: publisher.clock.wall + publisher.lifetime,
            signedBy: publisher.key
        ).pointer
    }

    @discardableResult
    private func publish(_ action: String, _ revision: UInt64) throws -> [UInt8] {
        try publish(.policies(World.alice(action)), revision)
    }

    /// More than is sent at once.
    private func padded(_ action: String) -> BundleContent {
        var files = World.alice(action)
        for number in 0..<40 {
            let text = World.policy(.init(allow: (0..<200).map { "Action\(number)x\($0)" }))
            files["accounts/111122223333/users/u\(number)/inline/own.json"] = Array(text.utf8)
        }
        return .policies(files)
    }

    private func follow<Result>(
        _ base: String = "ADDRESS",
        path: String = "",
        options: HTTPOptions = HTTPOptions(),
        _ settings: FollowerSettings? = nil,
        _ body: (SnapshotFollower) async throws -> Result
    ) async throws -> Result {
        var timing = HTTPSource.Timing()
        timing.interval = .milliseconds(20)
        timing.backOff = .milliseconds(20)
        timing.backOffMax = .milliseconds(100)
        let source = HTTPSource(
            pointer: "\(try Nginx.value(base))\(path)/\(folder)/pointer",
            timing: timing,
            options: options
        )
        return try await follow(source, settings, body)
    }

    private func follow<Result>(
        _ source: HTTPSource,
        _ settings: FollowerSettings? = nil,
        _ body: (SnapshotFollower) async throws -> Result
    ) async throws -> Result {
        let own = try publisher.settings()
        let follower = try SnapshotFollower(following: source, settings ?? own)
        let task = Task { await follower.run() }
        let result: Result
        do { result = try await body(follower) } catch {
            task.cancel()
            throw error
        }
        task.cancel()
        await task.value
        return result
    }

    private func expect(_ follower: SnapshotFollower, toAllow action: String) async throws {
        #expect(try await eventually { try follower.allows(action) }, "\(action): \(follower.status)")
    }

    @Test("What is published is enforced; in between, answers without news are contacts")
    func following() async throws {
        try publish("One", 1)
        try await follow { follower in
            try await expect(follower, toAllow: "One")
            #expect(await eventually { follower.status.counters.contacts >= 3 })
            #expect(follower.status.counters.updates == 1)
            try publish("Two", 2)
            try await expect(follower, toAllow: "Two")
            #expect(follower.status.storeRevision == StoreRevision(2))
        }
    }

    @Test(
        "An announced pointer is in force long before the server is asked again, one that is forged never",
        .enabled(if: hasEtcd, "Scripts/with-etcd starts one")
    )
    func announced() async throws {
        try publish("One", 1)
        let settings = try EtcdScene().settings
        let announcement = try PointerAnnouncement(settings.patient)
        let source = try source(every: .seconds(3_600), announcedIn: settings)
        try await follow(source) { follower in
            try await expect(follower, toAllow: "One")
            try announcement.announce(try publish("Two", 2))
            try await expect(follower, toAllow: "Two")
            #expect(follower.status.storeRevision == StoreRevision(2))
            var forged = try publish("Three", 3)
            forged[20] ^= 1
            try announcement.announce(forged)
            #expect(await eventually { follower.status.rejections.last?.error.code == .signature })
            #expect(try follower.allows("Two") && !follower.allows("Three"))
        }
    }

    @Test(
        "While etcd is away the server is asked as ever, however often etcd is tried, and the status says so"
    )
    func unannounced() async throws {
        try publish("One", 1)
        var settings = try EtcdSettings(endpoints: ["http://127.0.0.1:1"])
        settings.retryIntervalMax = .milliseconds(50)
        let source = try source(every: .milliseconds(500), announcedIn: settings)
        try await follow(source) { follower in
            try await expect(follower, toAllow: "One")
            #expect(await eventually { follower.status.counters.sourceFailures > 0 })
            try publish("Two", 2)
            try await expect(follower, toAllow: "Two")
        }
    }

    @Test("An announcement does not put the next request off")
    func notPutOff() async throws {
        try publish("One", 1)
        let source = try source(every: .milliseconds(300))
        let first = await source.next()
        guard case .update(let update) = first, case .pointer(let pointer, _) = update.content else {
            Issue.record("no pointer: \(String(describing: first))")
            return
        }
        let announcing = Task {
            while !Task.isCancelled {
                source.announce(pointer)
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
        defer { announcing.cancel() }
        var askedCount = 0
        let end = ContinuousClock.now + .seconds(30)
        while askedCount < 3, ContinuousClock.now < end {
            if case .contact? = await source.next() { askedCount += 1 }
        }
        #expect(askedCount == 3)
    }

    private func source(every interval: Duration, announcedIn settings: EtcdSettings? = nil) throws
        -> HTTPSource
    {
        var timing = HTTPSource.Timing()
        timing.interval = interval
        return HTTPSource(
            pointer: "\(try Nginx.value("ADDRESS"))/\(folder)/pointer",
            timing: timing,
            announcedIn: settings
        )
    }

    @Test("By TLS with its own certificate, which must be the one that was named")
    func tls() async throws {
        try publish("One", 1)
        var options = HTTPOptions()
        options.certificateAuthorities = try Nginx.value("CA")
        try await follow("TLS", options: options) { try await expect($0, toAllow: "One") }
        try await follow("TLS") { follower in
            #expect(await eventually { follower.status.sourceFailure?.contains("certificate") == true })
            #expect(follower.status.counters.activations == 0)
        }
    }

    @Test("nginx is stopped and started: what is in force stays, and the next change comes without a restart")
    func restart() async throws {
        try publish("One", 1)
        try await follow { follower in
            try await expect(follower, toAllow: "One")
            try Nginx.run("-s", "stop")
            #expect(await eventually { follower.status.sourceFailure != nil })
            #expect(try follower.allows("One"))
            try publish("Two", 2)
            try Nginx.run()
            try await expect(follower, toAllow: "Two")
            #expect(follower.status.sourceFailure == nil)
        }
    }

    @Test("nginx is stopped in the middle of a bundle: nothing of it is used, and it is fetched again")
    func cut() async throws {
        try publish("One", 1)
        let keeping = try TemporaryFolder()
        var settings = try publisher.settings()
        settings.keepingFolder = keeping.path
        try await follow(settings) { try await expect($0, toAllow: "One") }
        try publish(padded("Two"), 2)
        try await follow(path: "/slow", settings) { follower in
            #expect(follower.status.state == .enforcingKept)
            // At 16 KiB a second the bundle takes ten times as long.
            try await Task.sleep(for: .seconds(1))
            try Nginx.run("-s", "stop")
            #expect(await eventually { follower.status.rejections.last?.error.code == .fetch })
            #expect(try follower.allows("One") && !follower.allows("Two"))
            try Nginx.run()
        }
        try await follow(settings) { try await expect($0, toAllow: "Two") }
    }

    private func follow<Result>(
        path: String = "",
        _ settings: FollowerSettings,
        _ body: (SnapshotFollower) async throws -> Result
    ) async throws -> Result {
        try await follow("ADDRESS", path: path, options: HTTPOptions(), settings, body)
    }

    @Test("A bundle that is not there yet, or is another one, is fetched again until it is right")
    func replayed() async throws {
        try publish("One", 1)
        try await follow { follower in
            try await expect(follower, toAllow: "One")
            let (bundle, pointer) = try publisher.publish(.policies(World.alice("Two")), 2)
            let name = "\(folder)/\(SHA256Digest(of: bundle)).bundle"
            try Nginx.put(pointer, "\(folder)/pointer")
            #expect(await eventually { follower.status.rejections.last?.error.code == .fetch })
            #expect(follower.status.rejections.last?.error.message.contains("404") == true)
            try Nginx.put([UInt8](repeating: 7, count: bundle.count), name)
            #expect(await eventually { follower.status.rejections.last?.error.code == .digest })
            try Nginx.put([UInt8](repeating: 7, count: bundle.count + 1), name)
            #expect(await eventually { follower.status.rejections.last?.error.code == .fetch })
            #expect(try follower.allows("One"))
            try Nginx.put(bundle, name)
            try await expect(follower, toAllow: "Two")
        }
    }

    @Test("A pointer that is gone, or grows without end, is a failure of the source")
    func noPointer() async throws {
        try await follow { follower in
            #expect(
                await eventually { follower.status.sourceFailure?.contains("the server answers 404") == true }
            )
            try Nginx.put([UInt8](repeating: 65, count: 10_000), "\(folder)/pointer")
            #expect(
                await eventually {
                    follower.status.sourceFailure?.contains("more than") == true
                        || follower.status.sourceFailure?.contains("exceeded") == true
                }
            )
            try Nginx.remove("\(folder)/pointer")
            try publish("One", 1)
            try await expect(follower, toAllow: "One")
        }
    }

    @Test("A slow answer does not delay the end by more than a moment")
    func cancellation() async throws {
        try publish(padded("One"), 1)
        let start = ContinuousClock.now
        try await follow(path: "/slow", try publisher.settings()) { _ in
            try await Task.sleep(for: .milliseconds(300))
        }
        #expect(ContinuousClock.now - start < .seconds(5))
    }
}

@Suite("Asking again")
struct HTTPTimingTests {
    @Test("Pauses double up to a limit")
    func backOff() {
        let timing = HTTPSource.Timing()
        let pauses = [0, 1, 2, 5, 6, 1_000].map { HTTPSource.backOff(after: $0, timing) }
        #expect(pauses == [.seconds(1), .seconds(2), .seconds(4), .seconds(32), .seconds(60), .seconds(60)])
    }

    @Test("What may be secret in an address is not shown")
    func secrets() {
        let source = HTTPSource(pointer: "https://user:word@host:8443/a/pointer?token=1#x")
        #expect(source.name == "https://host:8443/a/pointer")
        #expect(HTTPSource.withoutSecrets("http://[") == "(an address that is none)")
    }

    @Test("A server that cannot be reached is a failure, and other schemes than HTTP are refused")
    func unreachable() async throws {
        for address in ["http://127.0.0.1:1/pointer", "file:///etc/passwd", "ftp://127.0.0.1/x"] {
            let source = HTTPSource(pointer: address)
            guard case .failure(let failure) = await source.next() else {
                Issue.record("\(address) is no failure")
                continue
            }
            #expect(failure.description.contains("libcurl"))
        }
    }
}
