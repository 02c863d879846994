import EtcdServer
import Foundation
import Portcullis
import Testing

@testable import SnapshotDelivery

/// Whether there is an etcd to talk to, and so one to start; `Scripts/with-etcd` says so.
let hasEtcd = ProcessInfo.processInfo.environment["PORTCULLIS_ETCD"] != nil

/// Tests beside a real etcd, one after the other: each of them waits for processes.
@Suite("Beside an etcd", .serialized, .enabled(if: hasEtcd, "Scripts/with-etcd starts one"))
enum EtcdTests {}

/// A prefix of its own in some etcd, and what writes there.
struct EtcdScene {
    let settings: EtcdSettings
    let store: PolicyStore

    /// In the server that all tests share, unless there is an own one.
    init(_ server: EtcdServer? = nil) throws {
        let shared = ProcessInfo.processInfo.environment["PORTCULLIS_ETCD"]
        let url = try #require(server?.url ?? shared)
        var settings = try EtcdSettings(endpoints: [url])
        settings.prefix = "/test-\(UUID().uuidString)"
        settings.contactInterval = .milliseconds(300)
        settings.requestTimeout = .seconds(1)
        settings.retryIntervalMax = .milliseconds(300)
        self.settings = settings
        store = try PolicyStore(settings.patient)
    }

    static let account = "accounts/111122223333"

    static func policy(_ effect: String, _ action: String) -> [UInt8] {
        Array(
            #"{"Version":"2012-10-17","Statement":{"Effect":"\#(effect)","Action":"\#(action)","Resource":"*"}}"#
                .utf8
        )
    }

    /// Ada may read; there are some more files beside hers.
    static func files(count: Int = 0) -> [String: [UInt8]] {
        var files = [
            "\(account)/users/ada/user.json": Array("{}".utf8),
            "\(account)/users/ada/inline/own.json": policy("Allow", "app:Read"),
        ]
        for number in 0..<count {
            files["\(account)/policies/more-\(number).json"] = policy("Allow", "app:Do\(number)")
        }
        return files
    }

    func source(_ change: (inout EtcdSettings) -> Void = { _ in }) -> EtcdSource {
        var settings = settings
        change(&settings)
        return EtcdSource(settings)
    }
}

extension EtcdSettings {
    /// For whoever writes while the machine is busy.
    var patient: EtcdSettings {
        var settings = self
        settings.requestTimeout = .seconds(10)
        return settings
    }
}

/// A follower that runs until it is let go.
final class RunningFollower {
    let follower: SnapshotFollower
    private let task: Task<Void, Never>

    init(_ source: any SnapshotSource, stalenessLimit: Duration? = nil) throws {
        var settings = FollowerSettings(trust: .unsigned)
        settings.stalenessLimit = stalenessLimit
        let follower = try SnapshotFollower(following: source, settings)
        self.follower = follower
        task = Task { await follower.run() }
    }

    deinit { task.cancel() }

    var status: FollowerStatus { follower.status }

    /// Whether Ada may do something.
    func allows(_ action: String) -> Bool {
        let request = try? CompactRequest(
            AuthorizationRequest(
                principal: RequestPrincipal("arn:aws:iam::111122223333:user/ada") ?? .anonymous,
                action: UTF8Text("app:\(action)"),
                resource: "*"
            ),
            at: Instant(seconds: 1_800_000_000) ?? .distantPast
        )
        return request.map { follower.engine.authorize($0).outcome == .allow } ?? false
    }
}

extension EtcdSource {
    /// The next update; what is said in between is passed over.
    func nextUpdate() async -> SnapshotUpdate? {
        while let event = await next() {
            if case .update(let update) = event { return update }
        }
        return nil
    }

    /// All files as they are handed over when they are asked for again.
    func wholeFiles() async -> [String: [UInt8]]? {
        startOver()
        guard case .policies(let files) = await nextUpdate()?.content else { return nil }
        return files
    }
}
