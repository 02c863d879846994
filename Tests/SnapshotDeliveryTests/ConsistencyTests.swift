import Portcullis
import Testing

@testable import SnapshotDelivery

@Suite("At least a revision")
struct ConsistencyTests {
    private let follower: SnapshotFollower

    init() async throws {
        follower = try SnapshotFollower(following: ScriptedSource(), FollowerSettings(trust: .unsigned))
        await publish("Read", 10)
    }

    private func publish(_ action: String, _ revision: UInt64) async {
        let update = SnapshotUpdate(.policies(World.alice(action)), revision: StoreRevision(revision))
        await follower.handle(.update(update))
    }

    @Test("Served at once where it is in force", arguments: [1, 9, 10])
    func present(_ revision: UInt64) async throws {
        let answer = await follower.authorize(try World.request("Read"), atLeast: StoreRevision(revision))
        #expect(answer.isAllowed && answer.storeRevision == StoreRevision(10) && answer.unmet == nil)
    }

    @Test("Denied where it is not, and the answer says so")
    func absent() async throws {
        let answer = await follower.authorize(try World.request("Read"), atLeast: StoreRevision(11))
        #expect(!answer.isAllowed && answer.decision.outcome == .error && answer.storeRevision == nil)
        #expect(answer.unmet?.description == "revision 11 was asked for, revision 10 is in force")
        #expect(follower.status.counters.unmetRevisions == 1)
    }

    @Test("Waited for, when it comes in time")
    func waiting() async throws {
        let request = try World.request("Write")
        async let answer = follower.authorize(
            request,
            atLeast: StoreRevision(12),
            waitingAtMost: .seconds(10)
        )
        await publish("Other", 11)
        await publish("Write", 12)
        let found = await answer
        #expect(found.isAllowed && found.storeRevision == StoreRevision(12))
    }

    @Test("Denied when it does not come in time")
    func timeout() async throws {
        let start = ContinuousClock.now
        let answer = await follower.authorize(
            try World.request("Read"),
            atLeast: StoreRevision(12),
            waitingAtMost: .milliseconds(50)
        )
        #expect(answer.unmet != nil && ContinuousClock.now - start >= .milliseconds(50))
    }

    @Test("A cancelled wait ends at once")
    func cancellation() async throws {
        let request = try World.request("Read")
        let task = Task { [follower] in
            await follower.authorize(request, atLeast: StoreRevision(12), waitingAtMost: .seconds(600))
        }
        task.cancel()
        #expect(await task.value.unmet != nil)
    }

    @Test("After a rollback, the revision that was rolled back is no longer served")
    func rollback() async throws {
        await publish("Write", 11)
        #expect(follower.rollBack())
        let answer = await follower.authorize(try World.request("Read"), atLeast: StoreRevision(11))
        #expect(answer.unmet?.present == StoreRevision(10))
    }

    @Test("Thousands of revisions later, old decisions have no revision of the store any more")
    func forgotten() {
        let table = RevisionTable()
        for revision: UInt64 in 1...5_000 { table.add(.policies(StoreRevision(revision * 2)), as: revision) }
        #expect(table[5_000] == .policies(StoreRevision(10_000)))
        #expect(table[2_500] == .policies(StoreRevision(5_000)))
        #expect(table[1] == nil && table[5_001] == nil && table[0] == nil)
    }

    @Test("While checks run and revisions come and go, each decision is one of its own revision's")
    func storm() async throws {
        await withTaskGroup(of: Int.self) { group in
            group.addTask { [follower] in
                for revision: UInt64 in 11...210 {
                    // Even revisions allow, odd ones do not.
                    let action = revision.isMultiple(of: 2) ? "Read" : "Other"
                    let update = SnapshotUpdate(
                        .policies(World.alice(action)),
                        revision: StoreRevision(revision)
                    )
                    await follower.handle(.update(update))
                }
                return 0
            }
            group.addTask { [follower] in
                var wrong = 0
                while follower.storeRevision != StoreRevision(210) {
                    guard let request = try? World.request("Read") else { return 1 }
                    let decision = follower.engine.authorize(request)
                    let revision = follower.provenance(of: decision)?.storeRevision
                    if revision.map({ $0.rawValue.isMultiple(of: 2) }) != decision.isAllowed { wrong += 1 }
                    await Task.yield()
                }
                return wrong
            }
            for await wrong in group { #expect(wrong == 0) }
        }
    }
}
