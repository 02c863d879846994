import EtcdServer
import Foundation
import Portcullis
import Testing

@testable import SnapshotDelivery

extension EtcdTests {
    @Suite("Faults of etcd and of the way to it", .timeLimit(.minutes(2)))
    struct EtcdFaultTests {
        private let own = "\(EtcdScene.account)/users/ada/inline/own.json"

        @Test("After a crash of the server it goes on from where it was", arguments: [false, true])
        func crashes(_ isCompacted: Bool) async throws {
            let server = try EtcdServer()
            let scene = try EtcdScene(server)
            let report = try scene.store.sync(EtcdScene.files())
            let running = try RunningFollower(scene.source())
            #expect(await eventually { running.allows("Read") })
            server.kill()
            #expect(await eventually { running.status.sourceFailure != nil })
            #expect(running.allows("Read"))
            try server.start()
            // Written before the follower is back, or after: both must arrive.
            var revision = StoreRevision(0)
            for action in ["One", "Two", "Three"] {
                revision = try await retried {
                    try scene.store.writeFiles(
                        [own: EtcdScene.policy("Allow", "app:\(action)")],
                        inSet: report.set
                    )
                }
            }
            if isCompacted { try server.control("compact", revision.description) }
            #expect(await eventually { running.allows("Three") })
            #expect(!running.allows("Two"))
            #expect(running.status.storeRevision == revision)
            #expect(await eventually { running.status.sourceFailure == nil })
            #expect(running.status.rejections.isEmpty)
        }

        @Test(
            "A history that is gone while the server cannot be reached is made up for by reading everything"
        )
        func compaction() async throws {
            let server = try EtcdServer()
            let scene = try EtcdScene(server)
            let report = try scene.store.sync(EtcdScene.files())
            // Asks so rarely that it is away while the history goes.
            let running = try RunningFollower(scene.source { $0.retryIntervalMax = .seconds(3) })
            #expect(await eventually { running.allows("Read") })
            server.kill()
            #expect(await eventually { running.status.counters.sourceFailures >= 6 })
            try server.start()
            var revision = StoreRevision(0)
            for number in 0..<5 {
                revision = try await retried {
                    try scene.store.writeFiles(
                        [own: EtcdScene.policy("Allow", "app:Do\(number)")],
                        inSet: report.set
                    )
                }
            }
            try server.control("compact", revision.description)
            #expect(await eventually { running.allows("Do4") })
            #expect(running.status.storeRevision == revision)
        }

        @Test("A store that is older than it was is not followed, unless told")
        func olderStore() async throws {
            let server = try EtcdServer()
            let scene = try EtcdScene(server)
            let report = try scene.store.sync(EtcdScene.files())
            for _ in 0..<20 {
                try scene.store.writeFiles([own: EtcdScene.policy("Allow", "app:New")], inSet: report.set)
            }
            let strict = try RunningFollower(scene.source())
            let lenient = try RunningFollower(scene.source { $0.followsOlderStores = true })
            #expect(await eventually { strict.allows("New") && lenient.allows("New") })
            server.kill()
            try server.forget()
            try server.start()
            _ = try await retried { try scene.store.sync(EtcdScene.files()) }
            #expect(await eventually { lenient.allows("Read") && !lenient.allows("New") })
            #expect(await eventually { strict.status.sourceFailure?.contains("was at") ?? false })
            #expect(strict.allows("New") && !strict.allows("Read"))
        }

        @Test("A server that is there and says nothing is a failure, and staleness closes the engine")
        func frozenServer() async throws {
            let server = try EtcdServer()
            let scene = try EtcdScene(server)
            _ = try scene.store.sync(EtcdScene.files())
            let running = try RunningFollower(scene.source(), stalenessLimit: .seconds(2))
            #expect(await eventually { running.allows("Read") })
            server.freeze()
            #expect(await eventually { !running.allows("Read") })
            #expect(await eventually { running.status.sourceFailure != nil })
            server.thaw()
            #expect(await eventually { running.allows("Read") })
        }

        @Test("A member that is not there is left for the next one")
        func failover() async throws {
            let server = try EtcdServer()
            let gone = try EtcdServer()
            let scene = try EtcdScene(server)
            _ = try scene.store.sync(EtcdScene.files())
            gone.kill()
            for _ in 0..<4 {
                let running = try RunningFollower(
                    scene.source { $0.endpoints = [gone.url, scene.settings.endpoints[0]] }
                )
                #expect(await eventually { running.allows("Read") })
            }
        }

        // MARK: Who may

        @Test("With access control a password or a token is needed, and neither is ever told")
        func passwords() async throws {
            let server = try EtcdServer()
            try server.control("user", "add", "root:correct-horse")
            try server.control("user", "grant-role", "root", "root")
            try server.control("auth", "enable")
            var scene = try EtcdScene(server)
            scene = try EtcdScene(scene, credential: .user("root", password: "correct-horse"))
            _ = try scene.store.sync(EtcdScene.files())
            let running = try RunningFollower(scene.source())
            #expect(await eventually { running.allows("Read") })
            let wrong = try RunningFollower(
                scene.source { $0.credential = .user("root", password: "battery-staple") }
            )
            #expect(await eventually { wrong.status.sourceFailure != nil })
            #expect(wrong.status.sourceFailure?.contains("battery") == false)
            let nobody = try RunningFollower(scene.source { $0.credential = .none })
            #expect(await eventually { nobody.status.sourceFailure != nil })
            #expect(!wrong.allows("Read") && !nobody.allows("Read"))
            // The server forgets its tokens: new ones are asked for.
            server.kill()
            try server.start()
            let set = try #require(try await retried { try scene.store.contents() }).set
            try scene.store.writeFiles([own: EtcdScene.policy("Allow", "app:Again")], inSet: set)
            #expect(await eventually { running.allows("Again") })
            #expect("\(scene.settings)".contains("correct") == false)
        }

        @Test("With https the server must have a certificate that the authority vouches for")
        func certificates() async throws {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let (certificate, key) = (
                folder.appendingPathComponent("cert.pem").path, folder.appendingPathComponent("key.pem").path
            )
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = [
                "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                "/CN=localhost",
                "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
            ]
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            let server = try EtcdServer(
                scheme: "https",
                arguments: ["--cert-file", certificate, "--key-file", key]
            )
            let plain = try EtcdScene(server)
            let scene = try EtcdScene(plain, authorityFile: certificate)
            _ = try await retried { try scene.store.sync(EtcdScene.files()) }
            let running = try RunningFollower(scene.source())
            #expect(await eventually { running.allows("Read") })
            let wary = try RunningFollower(scene.source { $0.tls.authorityFile = nil })
            #expect(await eventually { wary.status.sourceFailure != nil })
            #expect(!wary.allows("Read"))
        }

        /// A server that has just started may not have a leader yet.
        private func retried<Result>(_ body: () throws -> Result) async throws -> Result {
            for _ in 0..<100 {
                if let result = try? body() { return result }
                try await Task.sleep(for: .milliseconds(50))
            }
            return try body()
        }
    }
}

extension EtcdScene {
    /// The same place, by another way.
    init(
        _ other: EtcdScene,
        credential: EtcdCredential = .none,
        authorityFile: String? = nil
    ) throws {
        var settings = other.settings
        settings.credential = credential
        settings.tls.authorityFile = authorityFile
        self.settings = settings
        store = try PolicyStore(settings.patient)
    }
}
