import Portcullis
import Synchronization
import Testing

@testable import SnapshotDelivery

@Suite("Following a source")
struct FollowerTests {
    private let clock = StoppedClock()
    private let source = ScriptedSource()
    private let events = Recorder()

    private func follower(_ change: (inout FollowerSettings) -> Void = { _ in }) throws -> SnapshotFollower {
        var settings = FollowerSettings(trust: .unsigned)
        settings.clock = clock.clock
        settings.observer = { self.events.note($0) }
        change(&settings)
        return try SnapshotFollower(following: source, settings)
    }

    @Test("Before anything is activated everything is denied, and the reason is known")
    func beginning() throws {
        let follower = try follower()
        let decision = follower.engine.authorize(try World.request("Read"))
        #expect(!decision.isAllowed)
        #expect(follower.provenance(of: decision) == .closed(.noSnapshot))
        #expect(follower.status.state == .closed(.noSnapshot))
        #expect(follower.storeRevision == nil)
    }

    @Test("A closed engine allows nobody, not even a root user or a service")
    func nobody() throws {
        let follower = try follower()
        for name in ["arn:aws:iam::111122223333:root", "s3.amazonaws.com", "anonymous"] {
            let principal = try #require(RequestPrincipal(UTF8Text(name)))
            for resource: UTF8Text in [
                "*", "arn:aws:s3:::bucket/key", "arn:aws:sqs:eu-west-1:111122223333:q",
            ] {
                let request = AuthorizationRequest(
                    principal: principal,
                    action: "s3:GetObject",
                    resource: resource
                )
                #expect(!follower.engine.authorize(try CompactRequest(request, at: World.time)).isAllowed)
            }
        }
    }

    @Test("Faulty policies leave what is in force, and the status says why")
    func rejected() async throws {
        let follower = try follower()
        await follower.handle(.policies(World.alice("Read")))
        await follower.handle(
            .policies(["accounts/111122223333/users/alice/inline/own.json": Array("{".utf8)])
        )
        #expect(try follower.allows("Read"))
        let rejection = try #require(follower.status.rejections.last)
        #expect(rejection.error.code == .policies && rejection.error.message.contains("own.json:1"))
        #expect(follower.status.counters.rejections == [.policies: 1])
        #expect(events.names == ["activated", "rejected"])
    }

    @Test("The report of an activation tells what differs")
    func difference() async throws {
        let follower = try follower()
        await follower.handle(.policies(World.alice("Read", "Write")))
        await follower.handle(
            .policies(World.files(["alice": .init(allow: ["Read"]), "bob": .init(deny: ["All"])]))
        )
        let report = try #require(events.reports.last)
        #expect(report.storeRevision == StoreRevision(2) && report.counts.principals == 2)
        #expect(report.difference?.addedPrincipals == ["arn:aws:iam::111122223333:user/bob"])
        #expect(report.difference?.mayLose == ["arn:aws:iam::111122223333:user/alice"])
        #expect(report.difference?.mayGain.isEmpty == true)
    }

    @Test("One call puts back what was before, and a decision tells by which revision it was made")
    func rollback() async throws {
        let follower = try follower()
        #expect(!follower.rollBack())
        await follower.handle(.policies(World.alice("One")))
        #expect(!follower.rollBack())
        await follower.handle(.policies(World.alice("Two")))
        #expect(follower.rollBack())
        #expect(try follower.allows("One") && !follower.allows("Two"))
        let decision = follower.engine.authorize(try World.request("One"))
        #expect(follower.provenance(of: decision) == .policies(StoreRevision(1)))
        #expect(follower.status.counters.rollbacks == 1 && !follower.rollBack())
        await follower.handle(.policies(World.alice("Three")))
        #expect(follower.status.storeRevision == StoreRevision(3))
        #expect(events.names == ["activated", "activated", "rolledBack", "activated"])
    }

    // MARK: Changes

    private func attach(_ action: String) throws -> DirectoryChange {
        let text = World.policy(.init(allow: [action]))
        let policy = try PolicyReader().read(SourceText(text), as: .identity)
        let alice = try #require(ARN("arn:aws:iam::111122223333:user/alice"))
        return .putInlinePolicy("more", policy, of: alice)
    }

    private func change(_ action: String, _ revision: UInt64) throws -> SourceEvent {
        .update(SnapshotUpdate(.changes([try attach(action)]), revision: StoreRevision(revision)))
    }

    @Test("Changes are applied to what the source handed over before", arguments: [false, true])
    func changes(isGated: Bool) async throws {
        let follower = try follower { if isGated { $0.gates = [DifferenceLimit()] } }
        await follower.handle(.policies(World.alice("Read")))
        for round: UInt64 in 1...3 {
            await follower.handle(try change("R\(round)", 100 + round))
            #expect(try follower.allows("Read") && follower.allows("R\(round)"))
            #expect(follower.storeRevision == StoreRevision(100 + round))
        }
        #expect(source.restartCount == 0 && follower.status.rejections.isEmpty)
    }

    @Test("Changes to what is not in force are refused, and everything is asked for again")
    func changesWithoutBase() async throws {
        let follower = try follower()
        await follower.handle(try change("Read", 5))
        #expect(source.restartCount == 1 && follower.status.rejections.last?.error.code == .changes)
        await follower.handle(.policies(World.alice("One")))
        await follower.handle(.policies(World.alice("Two")))
        #expect(follower.rollBack())
        await follower.handle(try change("Read", 6))
        #expect(source.restartCount == 2)
        #expect(try !follower.allows("Read") && follower.allows("One"))
    }

    @Test("After changes that a gate or a fault refuses, later ones wait for everything")
    func refusedChanges() async throws {
        let gate = SwitchedGate()
        let follower = try follower { $0.gates = [gate] }
        await follower.handle(.policies(World.alice("Read")))
        gate.refuses.store(true, ordering: .relaxed)
        await follower.handle(try change("One", 5))
        gate.refuses.store(false, ordering: .relaxed)
        #expect(follower.status.rejections.last?.error.code == .gate)
        await follower.handle(try change("Two", 6))
        #expect(follower.status.rejections.last?.error.code == .changes && source.restartCount == 2)
        #expect(try follower.allows("Read") && !follower.allows("One") && !follower.allows("Two"))
        await follower.handle(.policies(World.alice("Read", "One")))
        await follower.handle(try change("Two", 8))
        #expect(try follower.allows("One") && follower.allows("Two"))
    }

    @Test("Changes are kept for the next run, too")
    func keptChanges() async throws {
        let folder = try TemporaryFolder()
        let follower = try follower { $0.keepingFolder = folder.path }
        await follower.handle(.policies(World.alice("Read")))
        await follower.handle(try change("Two", 6))
        let second = try self.follower { $0.keepingFolder = folder.path }
        #expect(try second.allows("Read") && second.allows("Two"))
        #expect(second.status.storeRevision == StoreRevision(6))
    }

    // MARK: Staleness

    @Test("What has ended by itself is taken back whatever the gates say, and is no word from the source")
    func lapse() async throws {
        let follower = try follower {
            $0.stalenessLimit = .seconds(60)
            $0.gates = [FirstOnly()]
        }
        await follower.handle(.policies(World.alice("Read", "Write")))
        clock.advance(59)
        await follower.handle(.update(SnapshotUpdate(.policies(World.alice("Read")), isLapse: true)))
        #expect(try follower.allows("Read") && !follower.allows("Write"))
        clock.advance(1)
        follower.checkFreshness()
        #expect(follower.status.state == .closed(.noContact))
        await follower.handle(.update(SnapshotUpdate(.policies(World.alice("List")), isLapse: true)))
        #expect(try !follower.allows("List") && !follower.allows("Read"))
        await follower.handle(.contact)
        #expect(try follower.allows("List") && !follower.allows("Read"))
    }

    @Test("What has ended in what was rolled back is not taken back into force")
    func lapseAfterRollback() async throws {
        let follower = try follower()
        await follower.handle(.policies(World.alice("Read")))
        await follower.handle(.policies(World.alice("Write")))
        #expect(follower.rollBack())
        await follower.handle(.update(SnapshotUpdate(.policies(World.alice("List")), isLapse: true)))
        #expect(try follower.allows("Read") && !follower.allows("List"))
        #expect(follower.status.rejections.last?.error.code == .changes)
    }

    @Test("A source that is silent for too long closes the engine, and opens it when it answers")
    func staleness() async throws {
        let follower = try follower { $0.stalenessLimit = .seconds(60) }
        await follower.handle(.policies(World.alice("Read")))
        clock.advance(59)
        follower.checkFreshness()
        #expect(try follower.allows("Read"))
        clock.advance(1)
        follower.checkFreshness()
        let decision = follower.engine.authorize(try World.request("Read"))
        #expect(!decision.isAllowed && follower.provenance(of: decision) == .closed(.noContact))
        #expect(follower.status.state == .closed(.noContact))
        #expect(follower.status.storeRevision == StoreRevision(1))
        await follower.handle(.failure(SourceFailure("no route")))
        #expect(try !follower.allows("Read"))
        #expect(follower.status.sourceFailure == "no route")
        await follower.handle(.contact)
        #expect(try follower.allows("Read"))
        #expect(follower.status.sourceFailure == nil && follower.storeRevision == StoreRevision(1))
        #expect(events.names == ["activated", "closed", "sourceFailed", "recovered"])
    }

    @Test("Or nothing happens but a report, where that was chosen")
    func staleButOpen() async throws {
        let follower = try follower {
            $0.stalenessLimit = .seconds(60)
            $0.stalenessResponse = .continueAndReport
        }
        await follower.handle(.policies(World.alice("Read")))
        clock.advance(61)
        follower.checkFreshness()
        follower.checkFreshness()
        #expect(try follower.allows("Read"))
        #expect(follower.status.state == .enforcingStale(.noContact))
        await follower.handle(.contact)
        #expect(follower.status.state == .enforcing)
        #expect(events.names == ["activated", "stale", "recovered"])
    }

    @Test("A wall clock that steps changes nothing about staleness", arguments: [-86_400.0, 86_400])
    func wallClock(_ step: Double) async throws {
        let follower = try follower { $0.stalenessLimit = .seconds(60) }
        await follower.handle(.policies(World.alice("Read")))
        clock.setWall(by: step)
        follower.checkFreshness()
        #expect(try follower.allows("Read"))
        clock.advance(61)
        follower.checkFreshness()
        #expect(try !follower.allows("Read"))
    }

    @Test("Faulty policies do not make a source stale, forged ones do not make it fresh")
    func whatIsContact() async throws {
        let publisher = try Publisher(clock)
        let rules = try publisher.rules()
        let follower = try follower {
            $0.trust = .signed(rules)
            $0.stalenessLimit = .seconds(60)
        }
        await follower.handle(try publisher.update(.policies(World.alice("Read")), 1))
        clock.advance(50)
        await follower.handle(try publisher.update(.policies(["stray": []]), 2))
        #expect(follower.status.rejections.last?.error.code == .policies)
        clock.advance(50)
        follower.checkFreshness()
        #expect(try follower.allows("Read"))
        let forger = try Publisher(clock)
        await follower.handle(try forger.update(.policies(World.alice("Read")), 3))
        await follower.handle(.contact)
        clock.advance(15)
        follower.checkFreshness()
        #expect(try !follower.allows("Read"))
    }

    @Test("It runs until it is cancelled, and also minds the time while the source is silent")
    func running() async throws {
        var settings = FollowerSettings(trust: .unsigned)
        settings.stalenessLimit = .milliseconds(200)
        let follower = try SnapshotFollower(following: source, settings)
        let task = Task { await follower.run() }
        source.send(.policies(World.alice("Read")))
        #expect(try await eventually { try follower.allows("Read") })
        #expect(await eventually { follower.status.state == .closed(.noContact) })
        source.send(.contact)
        #expect(try await eventually { try follower.allows("Read") })
        task.cancel()
        await task.value
    }
}

/// Remembers what observers are told.
final class Recorder: Sendable {
    private let events = Mutex<[FollowerEvent]>([])

    func note(_ event: FollowerEvent) { events.withLock { $0.append(event) } }

    var names: [String] {
        events.withLock { $0 }.map { String("\($0)".prefix { $0 != "(" }) }
    }

    var reports: [ActivationReport] {
        events.withLock { $0 }.compactMap {
            switch $0 {
            case .activated(let report), .rolledBack(let report): report
            default: nil
            }
        }
    }
}

/// Refuses everything while it is told to.
final class SwitchedGate: UpdateGate {
    let name = "switch"
    let refuses = Atomic<Bool>(false)

    func judge(_: Proposal) throws(GateRefusal) -> [String] {
        if refuses.load(ordering: .relaxed) { throw GateRefusal("it is off") }
        return []
    }
}

/// Refuses everything once something is in force.
private struct FirstOnly: UpdateGate {
    let name = "first only"

    func judge(_ proposal: Proposal) throws(GateRefusal) -> [String] {
        if proposal.current != nil { throw GateRefusal("something is in force") }
        return []
    }
}
