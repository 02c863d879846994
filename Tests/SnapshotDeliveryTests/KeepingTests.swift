import Foundation
import Portcullis
import Synchronization
import Testing

@testable import SnapshotDelivery

@Suite("What is kept on disk")
struct KeepingTests {
    private let clock = StoppedClock()
    private let publisher: Publisher
    private let folder: TemporaryFolder

    init() throws {
        publisher = try Publisher(clock)
        folder = try TemporaryFolder()
    }

    private func settings(signed: Bool = true) throws -> FollowerSettings {
        var settings = signed ? try publisher.settings() : FollowerSettings(trust: .unsigned)
        settings.clock = clock.clock
        settings.keepingFolder = folder.path
        return settings
    }

    private func follower(signed: Bool = true) throws -> SnapshotFollower {
        try SnapshotFollower(following: ScriptedSource(), try settings(signed: signed))
    }

    @Test(
        "The next run begins with what was in force, before the source has answered",
        arguments: [true, false]
    )
    func restart(signed: Bool) async throws {
        let first = try follower(signed: signed)
        #expect(first.status.state == .closed(.noSnapshot) && first.status.keepingFailure == nil)
        let event =
            signed ? try publisher.update(.policies(World.alice("Read")), 4) : .policies(World.alice("Read"))
        await first.handle(event)
        let second = try follower(signed: signed)
        #expect(try second.allows("Read"))
        #expect(second.status.state == .enforcingKept)
        #expect(second.status.storeRevision == StoreRevision(signed ? 4 : 1))
        await second.handle(event)
        #expect(second.status.state == .enforcing)
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path + "/last-good.json")
        #expect(mode[.posixPermissions] as? Int == 0o600)
    }

    @Test("A snapshot is kept as it came")
    func snapshots() async throws {
        let image = try World.image(World.alice("Read"))
        await (try follower()).handle(try publisher.update(.snapshot(image.bytes), 4))
        #expect(try follower().allows("Read"))
    }

    @Test("One file is kept beside its record, however often it changes")
    func replacing() async throws {
        let follower = try follower()
        for revision: UInt64 in 1...5 {
            await follower.handle(try publisher.update(.policies(World.alice("R\(revision)")), revision))
        }
        #expect(try folder.names().count == 2)
        #expect(try self.follower().allows("R5"))
    }

    @Test("A rollback outlasts a restart: an older revision is refused, as is what was rolled back")
    func history() async throws {
        let first = try follower()
        let (one, two) = (
            try publisher.update(.policies(World.alice("One")), 1),
            try publisher.update(.policies(World.alice("Two")), 2)
        )
        await first.handle(one)
        await first.handle(two)
        #expect(first.rollBack())
        let second = try follower()
        #expect(try second.allows("One") && !second.allows("Two"))
        #expect(second.status.highestRevision == StoreRevision(2))
        await second.handle(two)
        #expect(second.status.rejections.last?.error.code == .rolledBack)
        await second.handle(one)
        #expect(second.status.rejections.last?.error.code == .rollback)
        await second.handle(try publisher.update(.policies(World.alice("Three")), 3))
        #expect(try second.allows("Three"))
    }

    @Test("What has expired since denies everything until the source answers")
    func expired() async throws {
        await (try follower()).handle(try publisher.update(.policies(World.alice("Read")), 1))
        clock.advance(86_400)
        let second = try follower()
        #expect(second.status.state == .closed(.expired))
        #expect(try !second.allows("Read"))
        await second.handle(try publisher.update(.policies(World.alice("Write")), 2))
        #expect(try second.allows("Write"))
    }

    @Test("A kept file that has been changed is not used, and its revision still counts as accepted")
    func tampered() async throws {
        let event = try publisher.update(.policies(World.alice("Read")), 4)
        await (try follower()).handle(event)
        let name = try #require(try folder.names().first { $0.hasSuffix(".bundle") })
        let url = URL(fileURLWithPath: "\(folder.path)/\(name)")
        var bytes = try Data(contentsOf: url)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: url)
        let second = try follower()
        #expect(second.status.state == .closed(.noSnapshot))
        #expect(second.status.keepingFailure?.contains("have been changed") == true)
        await second.handle(try publisher.update(.policies(World.alice("Old")), 3))
        #expect(second.status.rejections.last?.error.code == .rollback)
        await second.handle(event)
        #expect(try second.allows("Read") && second.status.keepingFailure == nil)
        #expect(try self.follower().allows("Read"))
    }

    @Test("What was kept without a signature, or under other keys, is not used once keys are configured")
    func otherTrust() async throws {
        await (try follower(signed: false)).handle(.policies(World.alice("Read")))
        #expect(try follower().status.keepingFailure?.contains("not signed") == true)
        let other = try Publisher(clock)
        await (try follower()).handle(try publisher.update(.policies(World.alice("Read")), 1))
        var settings = try other.settings()
        settings.keepingFolder = folder.path
        let third = try SnapshotFollower(following: ScriptedSource(), settings)
        #expect(third.status.keepingFailure?.contains("not trusted") == true)
        #expect(try !third.allows("Read"))
    }

    @Test(
        "Whichever step of writing fails, what is in force is in force, and what was kept is kept",
        arguments: WritingStep.allCases,
        [1, 2]
    )
    func faults(_ step: WritingStep, _ count: Int) async throws {
        let old = Candidate(
            image: try World.image(World.alice("Old")),
            directory: nil,
            revision: StoreRevision(1),
            keepsake: .image
        )
        let new = Candidate(
            image: try World.image(World.alice("New")),
            directory: nil,
            revision: StoreRevision(2),
            keepsake: .image
        )
        try LastGoodStore(folder: folder.path).keep(old, history: AcceptanceHistory(), rolledBack: nil)
        let met = Atomic<Int>(0)
        let failing = LastGoodStore(folder: folder.path) { now in
            guard now == step else { return nil }
            return met.add(1, ordering: .relaxed).newValue == count ? ENOSPC : nil
        }
        let error = #expect(throws: FileFailure.self) {
            try failing.keep(new, history: AcceptanceHistory(), rolledBack: nil)
        }
        #expect(error?.description.contains("No space left on device") == true)
        let store = LastGoodStore(folder: folder.path)
        let kept = try #require(try store.read(SnapshotCompiler()))
        // Only once the record is in its place does the new one count.
        let isNew = step == .syncFolder && count == 2
        #expect(kept.revision == StoreRevision(isNew ? 2 : 1))
        store.tidy()
        #expect(try folder.names().count == 2)
        try store.keep(new, history: AcceptanceHistory(), rolledBack: nil)
        #expect(try store.read(SnapshotCompiler())?.revision == StoreRevision(2))
        #expect(try folder.names().count == 2)
    }

    @Test(
        "A disk that is really full loses nothing, and the status says so",
        .enabled(if: SmallDisk.isPossible)
    )
    func fullDisk() async throws {
        let disk = try #require(SmallDisk(under: folder.path + "/disk"))
        var settings = try settings()
        settings.keepingFolder = disk.path
        let follower = try SnapshotFollower(following: ScriptedSource(), settings)
        await follower.handle(try publisher.update(.policies(World.alice("One")), 1))
        #expect(follower.status.keepingFailure == nil)
        var large = World.alice("Two")
        let actions = (0..<4_000).map { "Action\($0)" }
        large["accounts/111122223333/users/bob/inline/own.json"] = Array(
            World.policy(.init(allow: actions)).utf8
        )
        await follower.handle(try publisher.update(.policies(large), 2))
        #expect(try follower.allows("Two"))
        #expect(follower.status.keepingFailure?.contains("No space left on device") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path).count == 2)
        #expect(try SnapshotFollower(following: ScriptedSource(), settings).allows("One"))
        await follower.handle(try publisher.update(.policies(World.alice("Three")), 3))
        #expect(follower.status.keepingFailure == nil)
        #expect(try SnapshotFollower(following: ScriptedSource(), settings).allows("Three"))
    }

    @Test("A folder that cannot be written to is reported, hinders no activation, and is tried again")
    func unwritable() async throws {
        var settings = try settings()
        settings.keepingFolder = folder.path + "/later"
        let follower = try SnapshotFollower(following: ScriptedSource(), settings)
        await follower.handle(try publisher.update(.policies(World.alice("Read")), 1))
        #expect(try follower.allows("Read"))
        #expect(follower.status.keepingFailure?.contains("No such file") == true)
        #expect(follower.status.counters.keepingFailures == 1)
        try FileManager.default.createDirectory(
            atPath: folder.path + "/later",
            withIntermediateDirectories: false
        )
        await follower.handle(.contact)
        #expect(follower.status.keepingFailure == nil)
        #expect(try SnapshotFollower(following: ScriptedSource(), settings).allows("Read"))
    }

    @Test(
        "Records of other formats, and files that are none, are refused",
        arguments: ["", "{}", #"{"format":2}"#, "[1]"]
    )
    func records(_ text: String) throws {
        try folder.write("last-good.json", Array(text.utf8))
        #expect(throws: FileFailure.self) { try LastGoodStore(folder: folder.path).read(SnapshotCompiler()) }
    }
}
