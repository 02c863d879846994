import CountedAllocations
import Foundation
import IdentityDirectory
import SnapshotCompiler
import Synchronization
import Testing

@testable import DecisionIndex

/// Real snapshots under readers and a writer at full speed.
///
/// `PORTCULLIS_STRESS_SECONDS` makes it longer; see `Documentation/publishing.md`.
@Suite("Replacing snapshots under load", .serialized, .timeLimit(.minutes(60)))
struct SnapshotStressTests {
    /// What is decided by either of two images, and must be decided so whenever that image is in force.
    private struct Contest: Sendable {
        let requests: [CompactRequest]
        /// The images: odd revisions are the first.
        let images: [[UInt8]]
        let decisions: [[Decision]]

        init() throws {
            requests = try SnapshotWorld.requests()
            let first = try SnapshotWorld.image()
            let second = try Self.openWorld()
            images = [first.bytes, second.bytes]
            decisions = [first, second].map { [requests] in SnapshotWorld.decide(requests, $0) }
        }

        /// The same callers, who may do everything.
        private static func openWorld() throws -> VerifiedImage {
            let home = "accounts/111122223333"
            let all = #"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#
            let trust =
                #"{"Statement": {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}}"#
            let files = [
                "\(home)/users/alice/inline/all.json": all, "\(home)/users/user-3/inline/all.json": all,
                "\(home)/roles/trainer/role.json": #"{"Path": "/jobs/"}"#,
                "\(home)/roles/trainer/trust-policy.json": trust,
                "\(home)/roles/trainer/inline/all.json": all,
                "accounts/999999999999/users/olga/inline/all.json": all,
            ]
            return try SnapshotCompiler(seed: 11).compile(
                Directory(files: files.mapValues { Array($0.utf8) })
            )
        }

        func isRight(_ decision: Decision, _ index: Int) -> Bool {
            var expected = decisions[decision.revision.isMultiple(of: 2) ? 1 : 0][index]
            expected.revision = decision.revision
            return decision == expected
        }

        /// A new image in memory of its own.
        func image(_ revision: UInt64) -> VerifiedImage {
            VerifiedImage(trusting: ImageMemory(images[revision.isMultiple(of: 2) ? 1 : 0]))
        }
    }

    private final class Findings: Sendable {
        let isOver = Atomic(false)
        let checks = Atomic(0)
        let wrong = Atomic(0)
        let backward = Atomic(0)
        let mixed = Atomic(0)
    }

    /// Images that have been made; those that are alive are told by weak references.
    private struct Census: ~Copyable {
        private final class Entry {
            weak var memory: ImageMemory?

            init(_ memory: ImageMemory) { self.memory = memory }
        }

        private var entries: [Entry] = []
        private(set) var made = 0
        private(set) var mostAlive = 0

        mutating func add(_ image: VerifiedImage) {
            made += 1
            entries.append(Entry(image.memory))
            if entries.count > 1_024 { _ = countAlive() }
        }

        mutating func countAlive() -> Int {
            entries.removeAll { $0.memory == nil }
            mostAlive = max(mostAlive, entries.count)
            return entries.count
        }
    }

    @Test("The two snapshots decide many of the requests differently")
    func contest() throws {
        let contest = try Contest()
        let different = contest.requests.indices.filter {
            contest.decisions[0][$0].outcome != contest.decisions[1][$0].outcome
        }
        #expect(different.count > contest.requests.count / 4, "\(different.count)")
    }

    @Test(
        "Every decision is that of exactly one revision, every replaced snapshot is freed, and none too early"
    )
    func storm() throws {
        let contest = try Contest()
        var census = Census()
        let engine = {
            let image = contest.image(1)
            census.add(image)
            return AuthorizationEngine(image)
        }()
        let findings = Findings()
        let readers = (0..<2).map { number in
            TestThread { Self.read(engine, contest, findings, start: number * 17) }
        }
        let end = ContinuousClock.now + .seconds(PublishingStressTests.seconds)
        var revision: UInt64 = 1
        while ContinuousClock.now < end {
            let image = contest.image(revision + 1)
            census.add(image)
            revision = engine.replace(with: image)
        }
        findings.isOver.store(true, ordering: .relaxed)
        for reader in readers { reader.join() }

        #expect(findings.checks.load(ordering: .relaxed) > 0)
        #expect(findings.wrong.load(ordering: .relaxed) == 0, "decided as by another revision")
        #expect(findings.backward.load(ordering: .relaxed) == 0, "a revision after a newer one")
        #expect(findings.mixed.load(ordering: .relaxed) == 0, "two revisions in one batch")
        #expect(engine.reclaim() == 0)
        #expect(UInt64(census.made) == revision)
        #expect(census.countAlive() == 1, "all but the current snapshot are freed")
        if PublishingStressTests.seconds > 10 {
            let checks = findings.checks.load(ordering: .relaxed)
            print("stress: \(checks) checks, \(census.made) snapshots, at most \(census.mostAlive) at once")
        }
        withExtendedLifetime(engine) {}
    }

    /// Checks one by one and in batches until the end.
    private static func read(
        _ engine: AuthorizationEngine,
        _ contest: Contest,
        _ findings: Findings,
        start: Int
    ) {
        let requests = contest.requests.span
        var reader = engine.makeReader()
        var batch = [Decision](repeating: .malformedRequest, count: 16)
        var (index, checks, last) = (start, 0, UInt64(0))
        func note(_ decision: Decision, _ index: Int) {
            if !contest.isRight(decision, index) { findings.wrong.add(1, ordering: .relaxed) }
            if decision.revision < last { findings.backward.add(1, ordering: .relaxed) }
            last = decision.revision
        }
        while !findings.isOver.load(ordering: .relaxed) {
            for _ in 0..<48 {
                note(reader.authorize(requests[index]), index)
                index = (index + 1) % requests.count
            }
            let first = min(index, requests.count - 16)
            var decisions = batch.mutableSpan
            reader.authorize(requests.extracting(first..<(first + 16)), into: &decisions)
            for offset in 0..<16 { note(batch[offset], first + offset) }
            if batch.contains(where: { $0.revision != batch[0].revision }) {
                findings.mixed.add(1, ordering: .relaxed)
            }
            checks += 64
        }
        findings.checks.add(checks, ordering: .relaxed)
    }

    #if DEBUG
    @Test(
        "In debug builds an image is overwritten before its memory is freed",
        .enabled(if: counted_allocations_available() == 1, "sanitizers have an allocator of their own")
    )
    func poison() throws {
        let image = try SnapshotWorld.image()
        var memory: ImageMemory? = ImageMemory(image.bytes)
        let magic = try #require(memory?.view.header.magic)
        #expect(magic == ImageHeader.magic)
        // INVARIANT: the address is only compared.
        memory?.view.all.withSpan { span in
            unsafe span.withUnsafeBytes { unsafe watch_free($0.baseAddress) }
        }
        memory = nil
        #expect(watched_bytes() == 0x0101_0101_0101_0101 &* UInt64(ImageMemory.poison))
    }
    #endif
}
