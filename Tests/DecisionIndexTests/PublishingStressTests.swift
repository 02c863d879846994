import DecisionIndex
import Foundation
import Synchronization
import Testing

/// What the readers of a stress run saw.
private final class Findings: Sendable {
    private let torn = Atomic<Int>(0)
    private let backward = Atomic<Int>(0)
    private let late = Atomic<Int>(0)
    private let reads = Atomic<Int>(0)

    /// Reads through `read` until `stop` is set, and notes what is wrong.
    func observe(_ twin: TwinCell, until stop: borrowing Atomic<Bool>, read: () -> (UInt64, Bool)) {
        var (last, count): (UInt64, Int) = (0, 0)
        while !stop.load(ordering: .relaxed) {
            for _ in 0..<64 {
                let published = twin.cell.revision
                let (revision, isWhole) = read()
                if !isWhole { torn.add(1, ordering: .relaxed) }
                if revision < last { backward.add(1, ordering: .relaxed) }
                if revision < published { late.add(1, ordering: .relaxed) }
                last = revision
                count += 1
            }
        }
        reads.add(count, ordering: .relaxed)
    }

    /// Expects that nothing was wrong, and that something was read.
    func check(sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(torn.load(ordering: .relaxed) == 0, "torn", sourceLocation: sourceLocation)
        #expect(backward.load(ordering: .relaxed) == 0, "backward", sourceLocation: sourceLocation)
        #expect(late.load(ordering: .relaxed) == 0, "older than published", sourceLocation: sourceLocation)
        #expect(reads.load(ordering: .relaxed) > 0, sourceLocation: sourceLocation)
    }

    var summary: String { "\(reads.load(ordering: .relaxed)) reads" }
}

private final class Flag: Sendable {
    let raised = Atomic<Bool>(false)
}

@Suite("Publishing from many threads", .serialized, .timeLimit(.minutes(60)))
struct PublishingStressTests {
    /// How long a stress run takes, in seconds: 2, or what `PORTCULLIS_STRESS_SECONDS` says.
    static let seconds =
        ProcessInfo.processInfo.environment["PORTCULLIS_STRESS_SECONDS"].flatMap { Double($0) } ?? 2

    private static func pause(_ seconds: Double) {
        Thread.sleep(forTimeInterval: seconds)
    }

    @Test(
        "Every read sees one whole content, and revisions never go back, while one thread publishes",
        arguments: PublishingTests.orderings
    )
    func twoReadersOneWriter(_ ordering: ReaderOrdering) {
        let twin = TwinCell(ordering)
        let findings = Findings()
        let stop = Flag()
        let readers = (0..<2).map { _ in
            TestThread {
                let reader = twin.cell.makeReader()
                findings.observe(twin, until: stop.raised) {
                    reader.withSnapshot { ($0.revision, $0.isWhole) }
                }
            }
        }
        let writer = TestThread {
            while !stop.raised.load(ordering: .relaxed) { twin.publish() }
        }
        Self.pause(Self.seconds)
        stop.raised.store(true, ordering: .relaxed)
        for thread in readers + [writer] { thread.join() }
        findings.check()
        #expect(twin.cell.reclaim() == 0)
        #expect(twin.live.now == 1)
        #expect(UInt64(twin.live.total) == twin.cell.revision)
        if Self.seconds > 10 { print("stress: \(findings.summary), \(twin.live.total) contents") }
    }

    @Test("Readers come and go while two threads publish", arguments: PublishingTests.orderings)
    func churn(_ ordering: ReaderOrdering) {
        let twin = TwinCell(ordering)
        let findings = Findings()
        let stop = Flag()
        var threads = (0..<2).map { _ in
            TestThread {
                findings.observe(twin, until: stop.raised) {
                    let reader = twin.cell.makeReader()
                    return reader.withSnapshot { ($0.revision, $0.isWhole) }
                }
            }
        }
        threads += (0..<2).map { _ in
            TestThread {
                var last: UInt64 = 0
                while !stop.raised.load(ordering: .relaxed) {
                    let revision = twin.publish()
                    #expect(revision > last)
                    last = revision
                }
            }
        }
        Self.pause(Self.seconds / 4)
        stop.raised.store(true, ordering: .relaxed)
        for thread in threads { thread.join() }
        findings.check()
        #expect(twin.cell.reclaim() == 0)
        #expect(twin.live.now == 1)
    }

    @Test("The convenience path serves many threads", arguments: PublishingTests.orderings)
    func convenienceThreads(_ ordering: ReaderOrdering) {
        let twin = TwinCell(ordering)
        let findings = Findings()
        let stop = Flag()
        let readers = (0..<8).map { _ in
            TestThread {
                findings.observe(twin, until: stop.raised) {
                    twin.cell.withSnapshot { outer in
                        // A nested read claims a second slot.
                        let inner = twin.cell.withSnapshot { $0.isWhole && $0.revision >= outer.revision }
                        return (outer.revision, outer.isWhole && inner)
                    }
                }
            }
        }
        let writer = TestThread {
            while !stop.raised.load(ordering: .relaxed) { twin.publish() }
        }
        Self.pause(Self.seconds / 4)
        stop.raised.store(true, ordering: .relaxed)
        for thread in readers + [writer] { thread.join() }
        findings.check()
        #expect(twin.cell.reclaim() == 0)
        #expect(twin.live.now == 1)
    }

    @Test("The convenience path serves many tasks, which also publish")
    func convenienceTasks() async {
        let twin = TwinCell()
        await withTaskGroup(of: Int.self) { group in
            for number in 0..<200 {
                group.addTask {
                    var wrong = 0
                    for turn in 0..<200 {
                        if !twin.cell.withSnapshot({ $0.isWhole }) { wrong += 1 }
                        guard turn % 20 == number % 20 else { continue }
                        let revision = twin.publish()
                        if twin.cell.withSnapshot({ $0.revision < revision }) { wrong += 1 }
                        await Task.yield()
                    }
                    return wrong
                }
            }
            for await wrong in group { #expect(wrong == 0) }
        }
        #expect(twin.cell.revision == 2001)
        #expect(twin.cell.reclaim() == 0)
        #expect(twin.live.now == 1)
    }

    @Test("A thread that ended keeps no content", arguments: PublishingTests.orderings)
    func endedThread(_ ordering: ReaderOrdering) {
        let twin = TwinCell(ordering)
        for _ in 0..<20 {
            TestThread {
                let reader = twin.cell.makeReader()
                _ = reader.withSnapshot { $0.revision }
            }.join()
            twin.publish()
            #expect(twin.live.now == 1)
        }
    }

    @Test("Publishing does not wait for a read under way on another thread")
    func writerDoesNotWait() {
        let twin = TwinCell()
        let (begun, mayEnd) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let reading = TestThread {
            let reader = twin.cell.makeReader()
            reader.withSnapshot { content in
                begun.signal()
                mayEnd.wait()
                #expect(content.revision == 1 && content.isWhole)
            }
        }
        begun.wait()
        for expected in UInt64(2)...100 { #expect(twin.publish() == expected) }
        #expect(twin.cell.retiredCount == 1)
        mayEnd.signal()
        reading.join()
        #expect(twin.cell.reclaim() == 0)
        #expect(twin.live.now == 1)
    }

    @Test("Reading does not wait for a publication under way on another thread")
    func readerDoesNotWait() {
        let twin = TwinCell()
        let (begun, mayEnd) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let live = twin.live
        let writing = TestThread {
            twin.cell.publish { revision in
                begun.signal()
                mayEnd.wait()
                return TwinContent(revision, live)
            }
        }
        begun.wait()
        let reader = twin.cell.makeReader()
        #expect(reader.withSnapshot { $0.revision } == 1)
        #expect(twin.cell.withSnapshot { $0.revision } == 1)
        mayEnd.signal()
        writing.join()
        #expect(reader.withSnapshot { $0.revision } == 2)
    }
}
