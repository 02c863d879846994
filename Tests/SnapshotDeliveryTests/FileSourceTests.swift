import Foundation
import Portcullis
import Testing

@testable import SnapshotDelivery

@Suite("Watching files")
struct FileSourceTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A follower of a path; only the kernel can tell it of a change in time.
    private func follow<Result>(
        _ path: String,
        rescan: Duration = .seconds(600),
        _ settings: FollowerSettings = FollowerSettings(trust: .unsigned),
        _ body: (SnapshotFollower) async throws -> Result
    ) async throws -> Result {
        var timing = FileSource.Timing()
        timing.quiet = .milliseconds(20)
        timing.rescan = rescan
        let source = FileSource(path: path, timing: timing)
        let follower = try SnapshotFollower(following: source, settings)
        let task = Task { await follower.run() }
        defer { task.cancel() }
        return try await body(follower)
    }

    private func expect(_ follower: SnapshotFollower, toAllow action: String) async throws {
        #expect(try await eventually { try follower.allows(action) }, "\(action): \(follower.status)")
    }

    private var own: String { folder.path + "/p/accounts/111122223333/users/alice/inline/own.json" }

    private func bytes(_ action: String) -> Data { Data(World.policy(.init(allow: [action])).utf8) }

    enum Saving: CaseIterable { case inPlace, rename, backupAndNew, removeAndNew, truncateAndWriteSlowly }

    private func save(_ action: String, _ how: Saving) throws {
        let (file, files) = (URL(fileURLWithPath: own), FileManager.default)
        switch how {
        case .inPlace: try bytes(action).write(to: file)
        case .rename: try bytes(action).write(to: file, options: .atomic)
        case .backupAndNew:
            let backup = own.replacing("own.json", with: ".own.json~")
            try files.moveItem(atPath: own, toPath: backup)
            try bytes(action).write(to: file)
            try files.removeItem(atPath: backup)
        case .removeAndNew:
            try files.removeItem(atPath: own)
            try bytes(action).write(to: file)
        case .truncateAndWriteSlowly:
            let handle = try FileHandle(forWritingTo: file)
            try handle.truncate(atOffset: 0)
            for part in bytes(action).split(
                maxSplits: 3,
                omittingEmptySubsequences: false,
                whereSeparator: { $0 == 0x22 }
            ) {
                usleep(2_000)
                try handle.write(contentsOf: part + (part.endIndex == bytes(action).endIndex ? [] : [0x22]))
            }
            try handle.close()
        }
    }

    @Test("A folder of policies is read again however an editor saves", arguments: Saving.allCases)
    func editors(_ how: Saving) async throws {
        try World.write(World.alice("Read"), to: folder, under: "p")
        try await follow(folder.path + "/p") { follower in
            try await expect(follower, toAllow: "Read")
            try save("One", how)
            try await expect(follower, toAllow: "One")
            try save("Two", how)
            try await expect(follower, toAllow: "Two")
            #expect(try !follower.allows("One"))
        }
    }

    @Test("New files, new folders and files that are gone are noticed")
    func structure() async throws {
        try World.write(World.alice("Read"), to: folder, under: "p")
        try await follow(folder.path + "/p/") { follower in
            try await expect(follower, toAllow: "Read")
            let bob = World.files(["bob": .init(allow: ["Read"])])
            try World.write(bob, to: folder, under: "p")
            #expect(try await eventually { try follower.allows("Read", to: "bob") })
            try FileManager.default.removeItem(atPath: folder.path + "/p/accounts/111122223333/users/bob")
            #expect(try await eventually { try !follower.allows("Read", to: "bob") })
            #expect(try follower.allows("Read"))
        }
    }

    @Test(
        "A link that is swapped, as Kubernetes swaps a mounted ConfigMap, is one change",
        arguments: [false, true]
    )
    func configMap(isFile: Bool) async throws {
        func put(_ action: String, _ generation: String) throws {
            if isFile {
                try folder.write("m/\(generation)/world.snapshot", World.image(World.alice(action)).bytes)
            } else {
                try World.write(World.alice(action), to: folder, under: "m/\(generation)")
            }
            // The new link is made beside the old one and renamed over it.
            try FileManager.default.createSymbolicLink(
                atPath: folder.path + "/m/..data_tmp",
                withDestinationPath: generation
            )
            try swap(folder.path + "/m/..data_tmp", folder.path + "/m/..data")
        }
        try put("Read", "..2026_01")
        let name = isFile ? "world.snapshot" : "accounts"
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/m/\(name)",
            withDestinationPath: "..data/\(name)"
        )
        try await follow(folder.path + (isFile ? "/m/world.snapshot" : "/m")) { follower in
            try await expect(follower, toAllow: "Read")
            try put("Write", "..2026_02")
            try FileManager.default.removeItem(atPath: folder.path + "/m/..2026_01")
            try await expect(follower, toAllow: "Write")
            try put("Third", "..2026_03")
            try await expect(follower, toAllow: "Third")
            #expect(follower.status.counters.activations == 3)
        }
    }

    /// Puts a link in the place of another in one step.
    private func swap(_ new: String, _ old: String) throws {
        let result = unsafe rename(new, old)
        try #require(result == 0)
    }

    @Test("A link to a folder that is swapped for another")
    func swappedFolder() async throws {
        for (name, action) in [("a", "Read"), ("b", "Write")] {
            try World.write(World.alice(action), to: folder, under: name)
        }
        let link = folder.path + "/current"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "a")
        try await follow(link) { follower in
            try await expect(follower, toAllow: "Read")
            try FileManager.default.createSymbolicLink(atPath: link + "2", withDestinationPath: "b")
            try swap(link + "2", link)
            try await expect(follower, toAllow: "Write")
        }
    }

    @Test("A snapshot file that is replaced by renaming is read; a damaged one leaves what is in force")
    func snapshots() async throws {
        let path = folder.path + "/world.snapshot"
        try World.image(World.alice("Read")).write(to: path)
        try await follow(path) { follower in
            try await expect(follower, toAllow: "Read")
            var damaged = try World.image(World.alice("Steal")).bytes
            damaged[damaged.count / 2] ^= 1
            try Data(damaged).write(to: URL(fileURLWithPath: path), options: .atomic)
            #expect(await eventually { follower.status.rejections.last?.error.code == .snapshot })
            #expect(try follower.allows("Read"))
            try World.image(World.alice("Write")).write(to: path)
            try await expect(follower, toAllow: "Write")
        }
    }

    @Test("What is not there yet is reported, and read once it is")
    func late() async throws {
        try await follow(folder.path + "/p") { follower in
            #expect(await eventually { follower.status.sourceFailure?.contains("nothing is there") == true })
            try World.write(World.alice("Read"), to: folder, under: "p")
            try await expect(follower, toAllow: "Read")
            #expect(follower.status.sourceFailure == nil)
            try FileManager.default.removeItem(atPath: folder.path + "/p")
            #expect(await eventually { follower.status.sourceFailure != nil })
            #expect(try follower.allows("Read"))
        }
    }

    @Test("It looks from time to time without being told, and says that the path is there")
    func rescans() async throws {
        try World.write(World.alice("Read"), to: folder, under: "p")
        try await follow(folder.path + "/p", rescan: .milliseconds(20)) { follower in
            try await expect(follower, toAllow: "Read")
            #expect(await eventually { follower.status.counters.contacts > 3 })
            #expect(follower.status.counters.updates == 1)
        }
    }

    @Test(
        "A signed bundle, and a pointer with bundles beside it, are followed as files",
        arguments: [false, true]
    )
    func signed(byPointer: Bool) async throws {
        var publisher = try Publisher()
        publisher.lifetime = 1_000_000
        let path = folder.path + "/policies"
        func publish(_ action: String, _ revision: UInt64) throws {
            let (bundle, pointer) = try publisher.publish(.policies(World.alice(action)), revision)
            try folder.write("\(SHA256Digest(of: bundle)).bundle", bundle)
            try Data(byPointer ? pointer : bundle).write(to: URL(fileURLWithPath: path), options: .atomic)
        }
        try publish("Read", 1)
        try await follow(path, try publisher.settings()) { follower in
            try await expect(follower, toAllow: "Read")
            try publish("Write", 2)
            try await expect(follower, toAllow: "Write")
            try publish("Read", 1)
            #expect(await eventually { follower.status.rejections.last?.error.code == .rollback })
        }
    }
}
