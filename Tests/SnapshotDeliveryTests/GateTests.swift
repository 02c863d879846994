import Portcullis
import Synchronization
import Testing

@testable import SnapshotDelivery

@Suite("Gates")
struct GateTests {
    private func candidate(_ files: [String: [UInt8]]) throws -> Candidate {
        let directory = try Directory(files: files)
        return Candidate(
            image: try SnapshotCompiler(seed: 7).compile(directory),
            directory: directory,
            revision: StoreRevision(1),
            keepsake: .image
        )
    }

    private func proposal(_ old: [String: [UInt8]]?, _ new: [String: [UInt8]]) throws -> Proposal {
        Proposal(current: try old.map { try candidate($0) }, candidate: try candidate(new))
    }

    private func people(_ count: Int, _ rights: World.Rights) -> [String: World.Rights] {
        Dictionary(uniqueKeysWithValues: (0..<count).map { ("u\($0)", rights) })
    }

    // MARK: Difference

    @Test("A change that takes access away from more principals than allowed is refused, and names them")
    func losing() throws {
        var gate = DifferenceLimit()
        gate.losingPrincipalsMax = 2
        let before = World.files(people(5, .init(allow: ["Read", "Write"])))
        var rights = people(5, .init(allow: ["Read", "Write"]))
        rights["u1"] = .init(allow: ["Read"])
        rights["u2"] = nil
        #expect(try gate.judge(proposal(before, World.files(rights))).count == 1)
        rights["u3"] = .init(allow: ["Read", "Write"], deny: ["Delete"])
        let refusal = #expect(throws: GateRefusal.self) {
            try gate.judge(proposal(before, World.files(rights)))
        }
        #expect(refusal?.reason.contains("removes access from 3 principals, 2 are allowed") == true)
        #expect(refusal?.reason.contains("user/u1") == true)
    }

    @Test("Gains are limited, too, and do not count as losses")
    func gaining() throws {
        var gate = DifferenceLimit()
        gate.losingPrincipalsMax = 0
        gate.gainingPrincipalsMax = 0
        let (one, two) = (World.alice("Read"), World.alice("Read", "Write"))
        let gain = #expect(throws: GateRefusal.self) { try gate.judge(proposal(one, two)) }
        #expect(gain?.reason.contains("gives access to 1") == true)
        let loss = #expect(throws: GateRefusal.self) { try gate.judge(proposal(two, one)) }
        #expect(loss?.reason.contains("removes access from 1") == true)
        #expect(try gate.judge(proposal(one, one)) == ["no difference"])
        #expect(try gate.judge(proposal(nil, one)).isEmpty)
    }

    @Test("Compiled snapshots cannot be compared, and are refused")
    func incomparable() throws {
        let image = try World.image(World.alice("Read"))
        let compiled = Candidate(image: image, directory: nil, revision: StoreRevision(2), keepsake: .image)
        let proposal = Proposal(current: try candidate(World.alice("Read")), candidate: compiled)
        #expect(throws: GateRefusal.self) { try DifferenceLimit().judge(proposal) }
    }

    // MARK: Replay and probes

    private func requests(_ lines: String...) throws -> RecordedRequests {
        try RecordedRequests(SourceText(lines.joined(separator: "\n"), name: "log"))
    }

    private func line(_ action: String, expect: String? = nil) -> String {
        let expected = expect.map { #", "expect": "\#($0)""# } ?? ""
        return #"{"id": "r-\#(action)", "principal": "arn:aws:iam::111122223333:user/alice", "#
            + #""action": "app:\#(action)", "resource": "*"\#(expected)}"#
    }

    @Test("Every decision that changes is listed, and too many refuse the change")
    func replay() throws {
        let log = try requests(line("Read"), "", line("Write"), line("Delete"))
        let (old, new) = (World.alice("Read", "Write"), World.alice("Read", "Delete"))
        let strict = ReplayGate(log, at: { World.time })
        let refusal = #expect(throws: GateRefusal.self) { try strict.judge(proposal(old, new)) }
        let text = refusal?.reason ?? ""
        #expect(text.contains("2 of 3 decisions change"))
        #expect(
            text.contains(
                "line 3 r-Write: arn:aws:iam::111122223333:user/alice app:Write *: allow → implicitDeny"
            )
        )
        #expect(
            text.contains(
                "line 4 r-Delete: arn:aws:iam::111122223333:user/alice app:Delete *: implicitDeny → allow"
            )
        )
        #expect(!text.contains("r-Read"))
        let lenient = ReplayGate(log, newlyAllowedMax: 1, newlyDeniedMax: nil, at: { World.time })
        #expect(try lenient.judge(proposal(old, new)).count == 3)
        let onlyDenied = ReplayGate(log, newlyAllowedMax: 1, newlyDeniedMax: 0, at: { World.time })
        #expect(throws: GateRefusal.self) { try onlyDenied.judge(proposal(old, new)) }
        #expect(try strict.judge(proposal(old, old)) == ["0 of 3 decisions change"])
    }

    @Test("A log with a line that is no request is refused as a whole")
    func faultyLog() { #expect(throws: InvalidDocument.self) { try requests(line("Read"), "{") } }

    @Test("Probes must be answered as they say, also the first time")
    func probes() throws {
        let probes = try requests(line("Read", expect: "allow"), line("Write", expect: "implicitDeny"))
        let made = ProbeGate(probes, at: { World.time })
        let gate = try #require(made)
        #expect(try gate.judge(proposal(nil, World.alice("Read"))) == ["2 probes passed"])
        let refusal = #expect(throws: GateRefusal.self) {
            try gate.judge(proposal(nil, World.alice("Write")))
        }
        #expect(refusal?.reason.contains("2 of 2 probes fail") == true)
        #expect(
            refusal?.reason.contains(
                "r-Read: arn:aws:iam::111122223333:user/alice app:Read *: implicitDeny, not allow"
            ) == true
        )
        let without = ProbeGate(try requests(line("Read")), at: { World.time })
        #expect(without == nil)
    }

    // MARK: Findings

    @Test("A remark that was not there before refuses the change, one that was does not")
    func findings() throws {
        let clean = World.alice("Read")
        let remarked = ["accounts/111122223333/users/alice/inline/own.json": Array(Self.redundant.utf8)]
        let gate = FindingsLimit()
        let refusal = #expect(throws: GateRefusal.self) { try gate.judge(proposal(clean, remarked)) }
        #expect(refusal?.reason.contains("own.json:") == true)
        #expect(try gate.judge(proposal(remarked, remarked)).isEmpty)
        #expect(try gate.judge(proposal(clean, clean)).isEmpty)
        #expect(try FindingsLimit(newRemarksMax: 10).judge(proposal(clean, remarked)).isEmpty == false)
    }

    private static let redundant = """
        {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "app:Read", "Resource": "*"},
        {"Effect": "Allow", "Action": "app:Read", "Resource": "*"}]}
        """

    // MARK: Shadow

    @Test("On trial, a proposal is asked beside what is in force, which answers")
    func shadow() async throws {
        let gate = ShadowGate(for: .milliseconds(300), checksMin: 10, newlyDeniedMax: 5)
        let old = try candidate(World.alice("Read"))
        let engine = AuthorizationEngine(old.image)
        let proposal = Proposal(current: old, candidate: try candidate(World.alice("Write")))
        let trial = Task {
            await Self.verdict { () async throws(GateRefusal) in try await gate.judge(proposal) }
        }
        var reader = gate.makeReader(of: engine)
        let request = try World.request("Read")
        #expect(await eventually { gate.tally != nil })
        for _ in 0..<20 { #expect(reader.authorize(request).isAllowed) }
        #expect(gate.tally == ShadowGate.Tally(checks: 20, newlyAllowed: 0, newlyDenied: 20))
        let verdict = await trial.value
        let refusal = #expect(throws: GateRefusal.self) { try verdict.get() }
        #expect(refusal?.reason == "20 checks, 0 newly allowed, 20 newly denied; 0 and 5 may be")
        // Afterwards nothing is counted, and a new trial begins at nothing.
        #expect(reader.authorize(request).isAllowed && gate.tally == nil)
    }

    private static func verdict(
        _ body: @Sendable () async throws(GateRefusal) -> [String]
    ) async -> Result<[String], GateRefusal> {
        do throws(GateRefusal) { return .success(try await body()) } catch { return .failure(error) }
    }

    @Test("A trial that saw no traffic proves nothing")
    func noTraffic() async throws {
        let proposal = try proposal(World.alice("Read"), World.alice("Read"))
        await #expect(throws: GateRefusal.self) { try await ShadowGate(for: .zero).judge(proposal) }
        let lenient = ShadowGate(for: .zero, checksMin: 0)
        #expect(try await lenient.judge(proposal) == ["0 checks, 0 newly allowed, 0 newly denied"])
    }

    // MARK: In a follower

    @Test("What a gate refuses leaves what is in force; remarks of the others stand in the report")
    func follower() async throws {
        var limit = DifferenceLimit()
        limit.losingPrincipalsMax = 0
        var settings = FollowerSettings(trust: .unsigned)
        settings.gates = [limit]
        let recorder = Recorder()
        settings.observer = { recorder.note($0) }
        let follower = try SnapshotFollower(following: ScriptedSource(), settings)
        await follower.handle(.policies(World.alice("Read")))
        await follower.handle(.policies(World.alice("Write")))
        #expect(try follower.allows("Read"))
        #expect(
            follower.status.rejections.last?.error.description.hasPrefix(
                "delivery.gate: difference: this change"
            ) == true
        )
        await follower.handle(.policies(World.alice("Read", "Write")))
        #expect(
            recorder.reports.last?.remarks == ["difference: 1 principals may gain access, 1 policies changed"]
        )
    }

    @Test("A rollback while a gate judges has the proposal judged again, beside what is then in force")
    func rollbackMeanwhile() async throws {
        let gate = RollingBackGate()
        var settings = FollowerSettings(trust: .unsigned)
        settings.gates = [gate]
        let follower = try SnapshotFollower(following: ScriptedSource(), settings)
        await follower.handle(.policies(World.alice("One")))
        await follower.handle(.policies(World.alice("Two")))
        gate.follower.withLock { $0 = follower }
        await follower.handle(.policies(World.alice("Three")))
        #expect(gate.seen.withLock { $0 } == [StoreRevision(2), StoreRevision(1)])
        #expect(try follower.allows("Three"))
        gate.follower.withLock { $0 = nil }
    }
}

/// Rolls its follower back once, in the middle of judging.
private final class RollingBackGate: UpdateGate {
    let name = "rolling back"
    let follower = Mutex<SnapshotFollower?>(nil)
    let seen = Mutex<[StoreRevision]>([])

    func judge(_ proposal: Proposal) throws(GateRefusal) -> [String] {
        guard let follower = follower.withLock({ $0 }) else { return [] }
        seen.withLock { $0 += [proposal.current?.revision].compactMap { $0 } }
        _ = follower.rollBack()
        return []
    }
}
