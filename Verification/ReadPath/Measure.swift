// Compiled together with the publishing sources by Verification/measure.
//
// Without arguments: the cost of one read and one publication. With a number: so many seconds of reading and
// publishing at full speed, where every read checks that it saw one whole content and none older than before.

import Foundation
import Synchronization

/// Two numbers that fit each other until the content is destroyed.
final class Twin: @unchecked Sendable {
    let revision: UInt64
    var number: UInt64
    var complement: UInt64

    init(_ revision: UInt64) {
        self.revision = revision
        number = revision
        complement = ~revision
    }

    deinit {
        number = 0xDEAD
        complement = 0xDEAD
    }
}

/// Counters that outlive the threads.
final class Shared: Sendable {
    let stop = Atomic<Bool>(false)
    let ready = Atomic<Int>(0)
    let reads = Atomic<Int>(0)
    let wrong = Atomic<Int>(0)
    let publications = Atomic<Int>(0)
    let mostRetired = Atomic<Int>(0)
}

/// Runs `work` on threads of its own and returns the seconds that each took.
func onThreads(_ count: Int, _ work: @escaping @Sendable (Int) -> Void) -> [Double] {
    let (done, shared, times) = (DispatchSemaphore(value: 0), Shared(), Times())
    for number in 0..<count {
        Thread {
            shared.ready.add(1, ordering: .sequentiallyConsistent)
            while shared.ready.load(ordering: .acquiring) < count {}
            let start = ContinuousClock.now
            work(number)
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            times.list.withLock { $0.append(seconds) }
            done.signal()
        }.start()
    }
    for _ in 0..<count { done.wait() }
    return times.list.withLock { $0 }
}

/// What threads measured.
final class Times: Sendable {
    let list = Mutex<[Double]>([])
}

/// Publishes so many times a second on a thread of its own while `body` runs.
func publishing(_ rate: Int, to cell: SnapshotCell<Twin>, _ body: () -> Void) {
    let (shared, done) = (Shared(), DispatchSemaphore(value: 0))
    Thread {
        while rate > 0, !shared.stop.load(ordering: .relaxed) {
            cell.publish { Twin($0) }
            usleep(UInt32(1_000_000 / rate))
        }
        done.signal()
    }.start()
    body()
    shared.stop.store(true, ordering: .relaxed)
    done.wait()
}

@inline(never)
func readMany(_ reader: borrowing SnapshotReader<Twin>, _ count: Int) -> UInt64 {
    var sum: UInt64 = 0
    for _ in 0..<count { sum &+= reader.withSnapshot { $0.number } }
    return sum
}

@inline(never)
func readManyConveniently(_ cell: SnapshotCell<Twin>, _ count: Int) -> UInt64 {
    var sum: UInt64 = 0
    for _ in 0..<count { sum &+= cell.withSnapshot { $0.number } }
    return sum
}

/// Prints nanoseconds a read: the best of nine runs, since cores are shared; of two threads the slower counts.
func measure(_ name: String, _ ordering: ReaderOrdering, reads: Int, _ work: @escaping Reading) {
    var line = name.padding(toLength: 34, withPad: " ", startingAt: 0)
    for (threads, rate) in [(1, 0), (2, 0), (1, 1000), (2, 1000)] {
        let cell = SnapshotCell(ordering: ordering) { Twin($0) }
        var runs: [Double] = []
        publishing(rate, to: cell) {
            for _ in 0..<9 {
                let seconds = onThreads(threads) { _ in if work(cell, reads) == 1 { print("") } }
                runs.append((seconds.max() ?? 0) * 1e9 / Double(reads))
            }
        }
        line += String(format: "%12.2f", runs.min() ?? 0)
    }
    print(line)
}

typealias Reading = @Sendable (SnapshotCell<Twin>, Int) -> UInt64

func measureAll() {
    print("ns a read, threads / publications a second:   1 / 0       2 / 0    1 / 1000    2 / 1000")
    let throughReader: Reading = { readMany($0.makeReader(), $1) }
    measure("reader, barrier by writer", .barrierByWriter, reads: 40_000_000, throughReader)
    measure("reader, fence by reader", .fenceByReader, reads: 10_000_000, throughReader)
    measure("convenience, barrier by writer", .barrierByWriter, reads: 10_000_000) {
        readManyConveniently($0, $1)
    }

    for (name, threads) in [("nobody reads", 0), ("one thread reads", 1)] {
        let (cell, shared) = (SnapshotCell { Twin($0) }, Shared())
        let done = DispatchSemaphore(value: 0)
        for _ in 0..<threads {
            Thread {
                let reader = cell.makeReader()
                while !shared.stop.load(ordering: .relaxed) { _ = readMany(reader, 1000) }
                done.signal()
            }.start()
        }
        usleep(10_000)
        let count = 20_000
        let start = ContinuousClock.now
        for _ in 0..<count { cell.publish { Twin($0) } }
        let nanoseconds = (ContinuousClock.now - start) / .seconds(1) * 1e9
        print(String(format: "ns a publication while %@: %.0f", name, nanoseconds / Double(count)))
        shared.stop.store(true, ordering: .relaxed)
        for _ in 0..<threads { done.wait() }
    }
}

func stress(seconds: Double, _ ordering: ReaderOrdering) -> Bool {
    let (cell, shared, done) = (
        SnapshotCell(ordering: ordering) { Twin($0) }, Shared(), DispatchSemaphore(value: 0)
    )
    for _ in 0..<2 {
        Thread {
            let reader = cell.makeReader()
            var (last, wrong, reads): (UInt64, Int, Int) = (0, 0, 0)
            while !shared.stop.load(ordering: .relaxed) {
                for _ in 0..<1000 {
                    reader.withSnapshot { twin in
                        let isWhole = twin.number == twin.revision && twin.complement == ~twin.number
                        if !isWhole || twin.revision < last { wrong += 1 }
                        last = twin.revision
                    }
                }
                reads += 1000
            }
            shared.reads.add(reads, ordering: .relaxed)
            shared.wrong.add(wrong, ordering: .relaxed)
            done.signal()
        }.start()
    }
    Thread {
        while !shared.stop.load(ordering: .relaxed) {
            cell.publish { Twin($0) }
            shared.mostRetired.max(cell.retiredCount, ordering: .relaxed)
        }
        done.signal()
    }.start()
    Thread.sleep(forTimeInterval: seconds)
    shared.stop.store(true, ordering: .relaxed)
    for _ in 0..<3 { done.wait() }
    let (reads, wrong) = (shared.reads.load(ordering: .relaxed), shared.wrong.load(ordering: .relaxed))
    let most = shared.mostRetired.load(ordering: .relaxed)
    print("\(ordering): \(reads) reads, \(cell.revision) publications, \(wrong) wrong, at most \(most) kept")
    return wrong == 0 && cell.reclaim() == 0
}

@main
enum Measure {
    static func main() {
        guard let seconds = CommandLine.arguments.dropFirst().first.flatMap(Double.init) else {
            measureAll()
            return
        }
        let good = [ReaderOrdering.barrierByWriter, .fenceByReader].map { stress(seconds: seconds / 2, $0) }
        exit(good.contains(false) ? 1 : 0)
    }
}
