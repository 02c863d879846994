import Foundation
import Portcullis
import Synchronization
import Testing

@testable import SnapshotDelivery

/// A folder that is taken away when the test is over.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "delivery-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// Writes a file, and says where it is.
    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = URL(fileURLWithPath: "\(path)/\(name)")
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(bytes).write(to: file)
        return file.path
    }

    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Small policies: users of one account, each allowed some actions of `app` and denied others.
enum World {
    struct Rights {
        var allow: [String] = []
        var deny: [String] = []
    }

    static func files(_ users: [String: Rights]) -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for (name, rights) in users {
            let path = "accounts/111122223333/users/\(name)/inline/own.json"
            files[path] = Array(policy(rights).utf8)
        }
        return files
    }

    static func policy(_ rights: Rights) -> String {
        var statements: [String] = []
        for action in rights.allow {
            statements.append(#"{"Effect": "Allow", "Action": "app:\#(action)", "Resource": "*"}"#)
        }
        for action in rights.deny {
            statements.append(#"{"Effect": "Deny", "Action": "app:\#(action)", "Resource": "*"}"#)
        }
        return #"{"Version": "2012-10-17", "Statement": [\#(statements.joined(separator: ", "))]}"#
    }

    /// Alice, who may do these actions.
    static func alice(_ actions: String...) -> [String: [UInt8]] { files(["alice": Rights(allow: actions)]) }

    static func image(_ files: [String: [UInt8]]) throws -> VerifiedImage {
        try SnapshotCompiler(seed: 7).compile(try Directory(files: files))
    }

    static func request(_ action: String, by user: String = "alice") throws -> CompactRequest {
        let arn = UTF8Text("arn:aws:iam::111122223333:user/\(user)")
        let request = AuthorizationRequest(
            principal: try #require(RequestPrincipal(arn)),
            action: UTF8Text("app:\(action)"),
            resource: "*"
        )
        return try CompactRequest(request, at: time)
    }

    static let time = Instant(seconds: 1_800_000_000) ?? .distantPast

    /// Writes policies as a folder.
    static func write(_ files: [String: [UInt8]], to folder: TemporaryFolder, under name: String) throws {
        for (path, bytes) in files { try folder.write("\(name)/\(path)", bytes) }
    }
}

extension SnapshotFollower {
    /// Whether Alice, or somebody else, may do an action of `app`.
    func allows(_ action: String, to user: String = "alice") throws -> Bool {
        engine.authorize(try World.request(action, by: user)).isAllowed
    }
}

/// Clocks that stand still until they are set.
final class StoppedClock: Sendable {
    private let state = Mutex((wall: 1_800_000_000.0, elapsed: Duration.zero))

    var clock: DeliveryClock {
        var clock = DeliveryClock()
        clock.wallSeconds = { self.state.withLock { $0.wall } }
        clock.elapsed = { self.state.withLock { $0.elapsed } }
        return clock
    }

    var wall: Int64 { Int64(state.withLock { $0.wall }) }

    /// Time passes.
    func advance(_ seconds: Double) {
        state.withLock {
            $0.wall += seconds
            $0.elapsed += .seconds(seconds)
        }
    }

    /// Somebody sets the wall clock; no time passes.
    func setWall(by seconds: Double) { state.withLock { $0.wall += seconds } }
}

/// A publisher of bundles, and those who trust it.
struct Publisher {
    let key: SigningKey
    let clock: StoppedClock
    var channel = Channel.none
    var lifetime: Int64 = 3_600

    init(_ clock: StoppedClock = StoppedClock()) throws {
        key = try #require(SigningKey.generate())
        self.clock = clock
    }

    func rules() throws -> AcceptanceRules {
        AcceptanceRules(keys: try #require(TrustedKeys([key.publicKey])), channel: channel)
    }

    /// A bundle, and the pointer to it.
    func publish(_ content: BundleContent, _ revision: UInt64) throws -> (bundle: [UInt8], pointer: [UInt8]) {
        let bundle = try content.bundle(
            revision: StoreRevision(revision),
            created: clock.wall,
            expires: clock.wall + 10 * lifetime,
            channel: channel,
            signedBy: key
        )
        return (bundle, try pointer(to: bundle, revision))
    }

    func pointer(to bundle: [UInt8], _ revision: UInt64) throws -> [UInt8] {
        try BundleClaim(
            .bundle,
            bundle,
            revision: StoreRevision(revision),
            created: clock.wall,
            expires: clock.wall + lifetime,
            channel: channel
        ).signed(by: key)
    }

    /// The event of a source that has found this.
    func update(_ content: BundleContent, _ revision: UInt64) throws -> SourceEvent {
        let (bundle, pointer) = try publish(content, revision)
        return .update(SnapshotUpdate(.pointer(pointer) { _ in bundle }))
    }

    func settings() throws -> FollowerSettings {
        var settings = FollowerSettings(trust: .signed(try rules()))
        settings.clock = clock.clock
        return settings
    }
}

/// A source whose events a test makes up.
final class ScriptedSource: SnapshotSource {
    let name = "script"
    private let restarts = Atomic<Int>(0)
    private let stream: AsyncStream<SourceEvent>
    private let continuation: AsyncStream<SourceEvent>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func send(_ event: SourceEvent) { continuation.yield(event) }

    func next() async -> SourceEvent? {
        var iterator = stream.makeAsyncIterator()
        return await iterator.next()
    }

    func startOver() { restarts.add(1, ordering: .relaxed) }

    var restartCount: Int { restarts.load(ordering: .relaxed) }
}

extension SourceEvent {
    /// Unsigned policies.
    static func policies(_ files: [String: [UInt8]]) -> SourceEvent {
        .update(SnapshotUpdate(.policies(files)))
    }
}

/// Answers one after the other, the last one again and again.
final class Answers: Sendable {
    private let left: Mutex<[[UInt8]]>

    init(_ answers: [[UInt8]]) { left = Mutex(answers) }

    func next() -> [UInt8] { left.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] } }
}
