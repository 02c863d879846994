import Portcullis
import Testing

@testable import SnapshotDelivery

@Suite("What is accepted, when, and after what")
struct AcceptanceTests {
    private let clock = StoppedClock()
    private let publisher: Publisher

    init() throws { publisher = try Publisher(clock) }

    private func follower(_ change: (inout AcceptanceRules) -> Void = { _ in }) throws -> SnapshotFollower {
        var rules = try publisher.rules()
        change(&rules)
        var settings = FollowerSettings(trust: .signed(rules))
        settings.clock = clock.clock
        return try SnapshotFollower(following: ScriptedSource(), settings)
    }

    private func code(_ follower: SnapshotFollower) -> DeliveryError.Code? {
        follower.status.rejections.last?.error.code
    }

    @Test("A revision never goes backwards, unless told")
    func rollback() async throws {
        let (old, new) = (
            try publisher.update(.policies(World.alice("Old")), 4),
            try publisher.update(.policies(World.alice("New")), 5)
        )
        let strict = try follower()
        for event in [new, old] { await strict.handle(event) }
        #expect(code(strict) == .rollback && strict.status.storeRevision == StoreRevision(5))
        #expect(try strict.allows("New") && !strict.allows("Old"))
        let told = try follower { $0.allowsRollback = true }
        for event in [new, old] { await told.handle(event) }
        #expect(told.status.storeRevision == StoreRevision(4))
        #expect(told.status.highestRevision == StoreRevision(5))
    }

    @Test("One revision has one content")
    func equivocation() async throws {
        let follower = try follower()
        await follower.handle(try publisher.update(.policies(World.alice("One")), 5))
        await follower.handle(try publisher.update(.policies(World.alice("Other")), 5))
        #expect(code(follower) == .rollback)
        #expect(try follower.allows("One") && !follower.allows("Other"))
    }

    @Test("The same content again is no activation")
    func repetition() async throws {
        let follower = try follower()
        let event = try publisher.update(.policies(World.alice("One")), 5)
        for _ in 0..<3 { await follower.handle(event) }
        #expect(follower.status.counters.activations == 1 && follower.status.counters.repetitions == 2)
        #expect(follower.engine.revision == 2)
    }

    @Test("A bundle under a pointer of another revision is refused")
    func mixed() async throws {
        let follower = try follower()
        let (old, _) = try publisher.publish(.policies(World.alice("Old")), 1)
        let pointer = try publisher.pointer(to: old, 9)
        await follower.handle(.update(SnapshotUpdate(.pointer(pointer) { _ in old })))
        #expect(code(follower) == .rollback && follower.status.counters.activations == 0)
    }

    @Test("What is for another channel is refused")
    func channels() async throws {
        let follower = try follower { $0.channel = Channel("production") ?? .none }
        await follower.handle(try publisher.update(.policies(World.alice("Read")), 1))
        #expect(code(follower) == .channel)
        var other = publisher
        other.channel = try #require(Channel("production"))
        // The key of the first publisher is trusted, whatever the channel.
        await follower.handle(try other.update(.policies(World.alice("Read")), 1))
        #expect(try follower.allows("Read"))
    }

    @Test("A clock that is a day wrong refuses what is good, says so, and accepts it once it is right")
    func wrongClock() async throws {
        for (error, code) in [(-86_400.0, DeliveryError.Code.notYetValid), (86_400, .expired)] {
            let follower = try follower()
            let event = try publisher.update(.policies(World.alice("Read")), 1)
            clock.setWall(by: error)
            await follower.handle(event)
            #expect(self.code(follower) == code)
            #expect(follower.status.rejections.last?.error.message.contains("Is the clock right?") == true)
            #expect(follower.status.state == .closed(.noSnapshot))
            clock.setWall(by: -error)
            // The source has nothing new to say; the follower tries again by itself.
            await follower.handle(.contact)
            #expect(try follower.allows("Read") && follower.status.state == .enforcing)
        }
    }

    @Test("A clock that is a little wrong is tolerated", arguments: [-300.0, -200, 0, 200, 3_899])
    func tolerance(_ error: Double) async throws {
        let follower = try follower()
        let event = try publisher.update(.policies(World.alice("Read")), 1)
        clock.setWall(by: error)
        await follower.handle(event)
        #expect(try follower.allows("Read"))
    }

    @Test("A clock that is set back does not bring back to life what has expired")
    func clockSetBack() async throws {
        let follower = try follower()
        await follower.handle(try publisher.update(.policies(World.alice("Read")), 1))
        clock.advance(3_000)
        clock.setWall(by: -86_400)
        follower.checkFreshness()
        #expect(try follower.allows("Read"))
        clock.advance(900)
        follower.checkFreshness()
        #expect(follower.status.state == .closed(.expired))
        #expect(try !follower.allows("Read"))
    }

    @Test("A replayed pointer renews nothing, a pointer that was signed later does")
    func renewal() async throws {
        let follower = try follower()
        let (bundle, first) = try publisher.publish(.policies(World.alice("Read")), 1)
        let old = SourceEvent.update(SnapshotUpdate(.pointer(first) { _ in bundle }))
        await follower.handle(old)
        clock.advance(3_000)
        let second = try publisher.pointer(to: bundle, 1)
        await follower.handle(.update(SnapshotUpdate(.pointer(second) { _ in bundle })))
        await follower.handle(old)
        clock.advance(1_000)
        follower.checkFreshness()
        #expect(try follower.allows("Read"))
        clock.advance(3_000)
        follower.checkFreshness()
        #expect(follower.status.state == .closed(.expired))
        #expect(follower.status.counters.activations == 1)
    }

    @Test("Where a key is configured, nothing unsigned is taken, and without one nothing signed")
    func unsigned() async throws {
        let follower = try follower()
        let contents: [SnapshotContent] = [
            .policies(World.alice("Read")), .folder("/tmp"), .snapshotFile("/tmp/x"), .changes([]),
        ]
        for content in contents {
            await follower.handle(.update(SnapshotUpdate(content)))
            #expect(code(follower) == .signature)
        }
        #expect(follower.status.counters.activations == 0)
        let open = try SnapshotFollower(following: ScriptedSource(), FollowerSettings(trust: .unsigned))
        await open.handle(try publisher.update(.policies(World.alice("Read")), 1))
        #expect(code(open) == .signature)
    }

    @Test("A bundle that is larger than allowed is not even fetched")
    func size() async throws {
        let follower = try follower { $0.byteCountMax = 100 }
        await follower.handle(try publisher.update(.policies(World.alice("Read")), 1))
        #expect(code(follower) == .size)
    }

    @Test("A torn download, or another bundle in its place, is tried again")
    func torn() async throws {
        let follower = try follower()
        let (bundle, pointer) = try publisher.publish(.policies(World.alice("Read")), 1)
        let answers = Answers([Array(bundle.dropLast()), bundle.reversed(), bundle])
        await follower.handle(.update(SnapshotUpdate(.pointer(pointer) { _ in answers.next() })))
        #expect(code(follower) == .digest)
        await follower.handle(.contact)
        #expect(code(follower) == .digest && follower.status.rejections.count == 1)
        // After the second failure up to two answers pass.
        for _ in 0..<2 where follower.status.counters.activations == 0 { await follower.handle(.contact) }
        #expect(try follower.allows("Read"))
        #expect(follower.status.counters.rejections[.digest] == 2)
    }
}
