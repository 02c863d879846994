import EtcdServer
import Foundation
import Portcullis
import Testing

@testable import SnapshotDelivery

extension EtcdTests {
    @Suite("Policies in etcd", .timeLimit(.minutes(2)))
    struct EtcdSourceTests {
        private let scene: EtcdScene
        private let own = "\(EtcdScene.account)/users/ada/inline/own.json"

        init() throws { scene = try EtcdScene() }

        @Test("A set is read whole at one revision, and what is put later is told as changes at its own")
        func readAndWatch() async throws {
            let report = try scene.store.sync(EtcdScene.files())
            let source = scene.source()
            let first = try #require(await source.nextUpdate())
            guard case .policies(let files) = first.content else { throw StoreFailure("no whole set") }
            #expect(files == EtcdScene.files())
            let firstRevision = try #require(first.revision)
            #expect(firstRevision >= report.revision)
            let revision = try scene.store.writeFiles(
                [own: EtcdScene.policy("Deny", "app:Read")],
                inSet: report.set
            )
            let second = try #require(await source.nextUpdate())
            guard case .changes(let changes) = second.content else { throw StoreFailure("no changes") }
            #expect(changes.count == 1)
            #expect(second.revision == revision)
        }

        @Test("A set of more pages than one is read as it was at one revision")
        func pages() async throws {
            _ = try scene.store.sync(EtcdScene.files(count: 2_500))
            let update = try #require(await scene.source().nextUpdate())
            guard case .policies(let files) = update.content else { throw StoreFailure("no whole set") }
            #expect(files.count == 2_502)
        }

        @Test("What one transaction changes comes in one update")
        func transactions() async throws {
            let report = try scene.store.sync(EtcdScene.files())
            let source = scene.source()
            _ = await source.nextUpdate()
            var files: [String: [UInt8]?] = [:]
            for number in 0..<50 {
                files["\(EtcdScene.account)/policies/p\(number).json"] = EtcdScene.policy("Allow", "app:X")
            }
            let revision = try scene.store.writeFiles(files, inSet: report.set)
            let update = try #require(await source.nextUpdate())
            guard case .changes(let changes) = update.content else { throw StoreFailure("no changes") }
            #expect(changes.count == 50)
            #expect(update.revision == revision)
        }

        @Test("A set too large for a transaction takes the old one's place at one revision")
        func largeSets() async throws {
            let report = try scene.store.sync(EtcdScene.files())
            #expect(!report.isInPlace)
            let source = scene.source()
            _ = await source.nextUpdate()
            let large = EtcdScene.files(count: 400)
            let second = try scene.store.sync(large)
            #expect(!second.isInPlace && second.set != report.set && second.putCount == 400)
            let update = try #require(await source.nextUpdate())
            guard case .policies(let files) = update.content else { throw StoreFailure("no whole set") }
            #expect(files == large)
            #expect(try scene.store.contents()?.files == large)
        }

        @Test("A sync that changes little changes the set in place; one that changes nothing writes nothing")
        func smallSyncs() async throws {
            let first = try scene.store.sync(EtcdScene.files(count: 20))
            var files = EtcdScene.files(count: 19)
            files[own] = EtcdScene.policy("Deny", "app:Read")
            let second = try scene.store.sync(files)
            #expect(second.isInPlace && second.set == first.set)
            #expect(second.putCount == 1 && second.removedCount == 1)
            let third = try scene.store.sync(files)
            #expect(third.putCount == 0 && third.removedCount == 0)
            #expect(try scene.store.contents()?.files == files)
        }

        @Test("Whoever writes onto what has been changed since is refused, and nothing is written")
        func conflicts() throws {
            let report = try scene.store.sync(EtcdScene.files())
            let seen = try #require(try scene.store.contents())
            try scene.store.writeFiles([own: EtcdScene.policy("Deny", "app:Read")], inSet: report.set)
            #expect(throws: StoreFailure.self) {
                try scene.store.write([own: EtcdScene.policy("Allow", "app:*")], onto: seen)
            }
            #expect(try scene.store.contents()?.files[own] == EtcdScene.policy("Deny", "app:Read"))
        }

        @Test("Without a set there is a failure; it is followed as soon as there is one")
        func missingSet() async throws {
            let running = try RunningFollower(scene.source())
            #expect(
                await eventually { running.status.sourceFailure?.contains("no set of policies") ?? false }
            )
            _ = try scene.store.sync(EtcdScene.files())
            #expect(await eventually { running.allows("Read") })
            #expect(await eventually { running.status.sourceFailure == nil })
        }

        @Test("A faulty file is refused and what was in force stays; once it is mended, all is in force")
        func faultyFile() async throws {
            let report = try scene.store.sync(EtcdScene.files())
            let running = try RunningFollower(scene.source())
            #expect(await eventually { running.allows("Read") })
            try scene.store.writeFiles([own: Array("{".utf8)], inSet: report.set)
            #expect(await eventually { !running.status.rejections.isEmpty })
            #expect(running.allows("Read"))
            let revision = try scene.store.writeFiles(
                [own: EtcdScene.policy("Allow", "app:Write")],
                inSet: report.set
            )
            #expect(await eventually { running.allows("Write") && !running.allows("Read") })
            #expect(running.status.storeRevision == revision)
        }

        @Test("Changes that no change of a directory can say are read whole")
        func wholeChanges() async throws {
            let report = try scene.store.sync(EtcdScene.files())
            let running = try RunningFollower(scene.source())
            #expect(await eventually { running.allows("Read") })
            let organization =
                #"{"Id":"o-x","ManagementAccount":"999999999999","Root":{"Id":"r-0","ServiceControlPolicies":"#
                + #"["FullAWSAccess","no"],"Accounts":["111122223333"]}}"#
            try scene.store.writeFiles(
                [
                    "organization.json": Array(organization.utf8),
                    "service-control-policies/no.json": EtcdScene.policy("Deny", "app:Read"),
                    "\(EtcdScene.account)/account.json": Array(
                        #"{"ServiceControlPolicies":["FullAWSAccess"]}"#.utf8
                    ),
                ],
                inSet: report.set
            )
            #expect(await eventually { !running.allows("Read") })
            #expect(running.status.rejections.isEmpty)
        }

        @Test("A follower that is cancelled ends at once")
        func cancelling() async throws {
            _ = try scene.store.sync(EtcdScene.files())
            let source = scene.source { $0.contactInterval = .seconds(60) }
            _ = await source.nextUpdate()
            let task = Task { await source.next() }
            try await Task.sleep(for: .milliseconds(50))
            let start = ContinuousClock.now
            task.cancel()
            #expect(await task.value == nil)
            #expect(ContinuousClock.now - start < .seconds(2))
        }

        @Test("While nothing changes, the store's presence is told again and again")
        func contact() async throws {
            _ = try scene.store.sync(EtcdScene.files())
            let running = try RunningFollower(scene.source(), stalenessLimit: .seconds(3))
            #expect(await eventually { running.status.counters.contacts >= 3 })
            #expect(running.allows("Read"))
        }
    }
}
