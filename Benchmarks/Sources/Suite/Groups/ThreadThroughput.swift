import Foundation
import Measuring
import Portcullis
import Synchronization

/// Checks a second of one and more threads together, with and without a thousand swaps a second.
struct ThreadThroughput {
    /// What a thread does until it is to stop; answers how many checks that were.
    private typealias Work = @Sendable (_ isStopped: () -> Bool) -> Int

    private let subject: Subject
    private let run: Run

    init(_ subject: Subject, _ run: Run) { (self.subject, self.run) = (subject, run) }

    static let swapsPerSecond = 1_000

    func measure() {
        let cores = run.file.machine.logicalCores
        // Each number where there are few; beyond, doublings and all of them.
        for threads in 1...cores where threads <= 8 || threads == cores || threads.nonzeroBitCount == 1 {
            measure(threads)
        }
    }

    private func measure(_ threads: Int) {
        var (floor, quiet, swapped): ([Double], [Double], [Double]) = ([], [], [])
        let (floorWork, work) = (floorWork(), work())
        for round in 0...run.extent.slowRounds {
            let rates = (
                rate(threads, floorWork), rate(threads, work),
                Self.whileSwapping(subject) { rate(threads, work) }
            )
            if round == 0 { continue }
            floor.append(rates.0)
            quiet.append(rates.1)
            swapped.append(rates.2)
        }
        for (swaps, values) in [(0, quiet), (Self.swapsPerSecond, swapped)] {
            run.add(
                Finding(
                    "throughput",
                    "single",
                    workload: subject.workload.name,
                    parameters: [
                        "threads": .number(Double(threads)), "swapsPerSecond": .number(Double(swaps)),
                    ],
                    unit: "checks/s",
                    Summary(values)
                ).beside(floor: floor, values: values, isRate: true)
            )
        }
    }

    /// Does something while another thread publishes the same image a thousand times a second.
    static func whileSwapping<Result>(_ subject: Subject, _ body: () -> Result) -> Result {
        let (engine, image) = (subject.engine, subject.image)
        let swapper = RepeatedTask(timesPerSecond: swapsPerSecond) { engine.replace(with: image) }
        defer { swapper.stop() }
        return body()
    }

    private func work() -> Work {
        let (engine, requests) = (subject.engine, subject.workload.requests)
        return { isStopped in
            var reader = engine.makeReader()
            return Self.decide(requests.span, &reader, isStopped)
        }
    }

    private static func decide(
        _ requests: Span<CompactRequest>,
        _ reader: inout AuthorizationReader,
        _ isStopped: () -> Bool
    ) -> Int {
        var count = 0
        while true {
            for index in requests.indices {
                if index & 0xFF == 0, isStopped() { return count }
                _ = reader.authorize(requests, at: index)
                count += 1
            }
        }
    }

    private func floorWork() -> Work {
        let (floor, count) = (subject.floor, subject.workload.requests.count)
        return { isStopped in
            var (done, first, sum) = (0, 0, UInt64(0))
            while !isStopped() {
                let part = first..<min(first + 256, count)
                sum &+= floor.run(part)
                done += part.count
                first = part.upperBound == count ? 0 : part.upperBound
            }
            // The sum is used, so that the work cannot be left out.
            return sum == .max ? done + 1 : done
        }
    }

    /// Checks a second of so many threads together.
    private func rate(_ threads: Int, _ work: @escaping Work) -> Double {
        let total = Total()
        let start = WallClock().now()
        let tasks = (0..<threads).map { _ in RepeatedTask { total.add(work($0)) } }
        Thread.sleep(forTimeInterval: run.extent.threadSeconds)
        for task in tasks { task.requestStop() }
        for task in tasks { task.stop() }
        return Double(total.value) / (Double(WallClock().now() - start) / 1e9)
    }
}

private final class Total: Sendable {
    private let count = Atomic<Int>(0)

    var value: Int { count.load(ordering: .acquiring) }
    func add(_ more: Int) { count.add(more, ordering: .acquiringAndReleasing) }
}
