import Foundation
import Portcullis
import Testing

@testable import SnapshotDelivery

@Suite("What has expired does not come back by another way")
struct ExpiryTests {
    private let clock = StoppedClock()
    private let publisher: Publisher

    init() throws { publisher = try Publisher(clock) }

    @Test("Going back to what has expired meanwhile denies everything, from the first check on")
    func rollBack() async throws {
        let events = Recorder()
        var settings = try publisher.settings()
        settings.observer = { events.note($0) }
        let follower = try SnapshotFollower(following: ScriptedSource(), settings)
        await follower.handle(try publisher.update(.policies(World.alice("One")), 1))
        clock.advance(Double(publisher.lifetime))
        await follower.handle(try publisher.update(.policies(World.alice("Two")), 2))
        // The tolerance for wrong clocks is over, too.
        clock.advance(400)
        #expect(try follower.allows("Two"))
        let before = follower.engine.revision
        #expect(follower.rollBack())
        #expect(try !follower.allows("One") && !follower.allows("Two"))
        #expect(follower.status.state == .closed(.expired))
        // The expired content was never published, not even for a moment.
        #expect(follower.engine.revision == before + 1)
        #expect(events.names.suffix(2) == ["rolledBack", "closed"])
        #expect(follower.status.counters.closures == 1)
    }

    @Test("A wall clock that is a year behind at the start does not prolong what was kept")
    func clockBehind() async throws {
        let folder = try TemporaryFolder()
        var settings = try publisher.settings()
        settings.keepingFolder = folder.path
        let first = try SnapshotFollower(following: ScriptedSource(), settings)
        await first.handle(try publisher.update(.policies(World.alice("One")), 1))
        clock.setWall(by: -365 * 86_400)
        let second = try SnapshotFollower(following: ScriptedSource(), settings)
        #expect(try second.allows("One"))
        clock.advance(Double(publisher.lifetime) + 301)
        second.checkFreshness()
        #expect(try !second.allows("One"))
        #expect(second.status.state == .closed(.expired))
    }
}
