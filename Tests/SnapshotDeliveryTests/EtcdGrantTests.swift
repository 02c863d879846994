import EtcdServer
import Foundation
import Portcullis
import Testing

@testable import SnapshotDelivery

extension EtcdTests {
    @Suite("Grants for the time of a lease", .timeLimit(.minutes(2)))
    struct EtcdGrantTests {
        private static let path = "\(EtcdScene.account)/users/ada/inline/just-now.json"
        private static let policy = EtcdScene.policy("Allow", "app:Delete")

        @Test("A grant is in force at once, and gone with its lease")
        func ending() async throws {
            let scene = try EtcdScene()
            _ = try scene.store.sync(EtcdScene.files())
            let running = try RunningFollower(scene.source())
            #expect(await eventually { running.allows("Read") && !running.allows("Delete") })
            let (_, revision) = try scene.store.grant(Self.path, Self.policy, for: .seconds(2))
            #expect(await eventually { running.allows("Delete") })
            #expect(try #require(running.status.storeRevision) >= revision)
            #expect(await eventually(within: 6) { !running.allows("Delete") })
            #expect(running.allows("Read"))
            #expect(running.status.rejections.isEmpty)
        }

        @Test("A grant outlives its first term when its lease is prolonged, and ends when it is revoked")
        func prolonging() async throws {
            let scene = try EtcdScene()
            _ = try scene.store.sync(EtcdScene.files())
            let (lease, _) = try scene.store.grant(Self.path, Self.policy, for: .seconds(4))
            let running = try RunningFollower(scene.source())
            #expect(await eventually { running.allows("Delete") })
            for _ in 0..<12 {
                try await Task.sleep(for: .milliseconds(500))
                #expect(try scene.store.prolong(lease))
                #expect(running.allows("Delete"))
            }
            try scene.store.revoke(lease)
            #expect(await eventually { !running.allows("Delete") })
            #expect(try !scene.store.prolong(lease))
        }

        @Test(
            "A grant ends in time when the store cannot be reached, and comes back when its lease proves to live on"
        )
        func silence() async throws {
            let server = try EtcdServer()
            let scene = try EtcdScene(server)
            _ = try scene.store.sync(EtcdScene.files())
            let (_, _) = try scene.store.grant(Self.path, Self.policy, for: .seconds(3))
            let running = try RunningFollower(scene.source())
            #expect(await eventually { running.allows("Delete") })
            server.freeze()
            #expect(await eventually(within: 5) { !running.allows("Delete") })
            #expect(running.allows("Read"))
            server.thaw()
            #expect(await eventually { running.status.sourceFailure == nil })
        }

        @Test("A grant ends in time although what the store holds is refused")
        func endingBesideFaults() async throws {
            let scene = try EtcdScene()
            _ = try scene.store.sync(EtcdScene.files())
            let (_, _) = try scene.store.grant(Self.path, Self.policy, for: .seconds(4))
            let running = try RunningFollower(scene.source())
            #expect(await eventually { running.allows("Delete") })
            var files = EtcdScene.files()
            files["\(EtcdScene.account)/policies/faulty.json"] = Array("{".utf8)
            files["\(EtcdScene.account)/users/ada/inline/more.json"] = EtcdScene.policy("Allow", "app:List")
            _ = try scene.store.sync(files)
            #expect(await eventually { !running.status.rejections.isEmpty })
            #expect(running.allows("Delete"))
            #expect(await eventually(within: 8) { !running.allows("Delete") })
            #expect(running.allows("Read") && !running.allows("List"))
            files["\(EtcdScene.account)/policies/faulty.json"] = EtcdScene.policy("Allow", "app:Do")
            _ = try scene.store.sync(files)
            #expect(await eventually { running.allows("List") })
            #expect(running.allows("Read") && !running.allows("Delete"))
        }

        @Test(
            "What is no grant is refused, not passed over",
            arguments: [
                (path, EtcdScene.policy("Deny", "app:Read")), (path, Array("{".utf8)),
                ("\(EtcdScene.account)/users/ada/inline/own.json", policy),
            ]
        )
        func faultyGrants(_ path: String, _ policy: [UInt8]) async throws {
            let scene = try EtcdScene()
            _ = try scene.store.sync(EtcdScene.files())
            let running = try RunningFollower(scene.source())
            #expect(await eventually { running.allows("Read") })
            let (lease, _) = try scene.store.grant(path, policy, for: .seconds(60))
            #expect(await eventually { !running.status.rejections.isEmpty })
            #expect(running.status.rejections.last?.error.message.contains("grants/") ?? false)
            #expect(running.allows("Read") && !running.allows("Delete"))
            try scene.store.revoke(lease)
            let good = "\(EtcdScene.account)/users/ada/inline/good.json"
            _ = try scene.store.grant(good, Self.policy, for: .seconds(60))
            #expect(await eventually { running.allows("Delete") })
        }

        @Test("A grant to somebody who is not there makes nobody")
        func unknownUser() async throws {
            let scene = try EtcdScene()
            _ = try scene.store.sync(EtcdScene.files())
            let path = "\(EtcdScene.account)/users/eve/inline/in.json"
            _ = try scene.store.grant(path, Self.policy, for: .seconds(60))
            let source = scene.source()
            _ = await source.nextUpdate()
            #expect(await source.wholeFiles() == EtcdScene.files())
        }

        @Test("A path that is no inline policy's is refused before anything is written")
        func paths() throws {
            let scene = try EtcdScene()
            #expect(throws: StoreFailure.self) {
                try scene.store.grant(
                    "\(EtcdScene.account)/users/ada/user.json",
                    Self.policy,
                    for: .seconds(5)
                )
            }
        }
    }
}
