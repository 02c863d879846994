import Foundation
import Portcullis
import Synchronization

/// Two readers against one, and the time of single checks, each with and without a thousand swaps a second.
struct Threads {
    private let subject: Subject
    private let engine: AuthorizationEngine
    private let requests: [CompactRequest]

    init(_ subject: Subject) {
        self.subject = subject
        engine = subject.engine
        requests = subject.workload.requests
    }

    func report() {
        print(subject.workload.name)
        for swaps in [false, true] {
            var ratios: [Double] = []
            var rates: [Double] = []
            for _ in 0..<5 {
                let one = rate(threads: 1, swaps)
                let two = rate(threads: 2, swaps)
                ratios.append(two / one)
                rates.append(one)
            }
            print(
                String(
                    format: "  %@: one thread %.2f M checks/s, two threads %.2f times that",
                    swaps ? "with 1,000 swaps a second" : "without swaps",
                    rates.median / 1e6,
                    ratios.median
                )
            )
        }
        reportLatency()
    }

    /// Checks a second of so many threads together, over a quarter of a second.
    private func rate(threads: Int, _ swaps: Bool) -> Double {
        let swapper = swaps ? Swapper(engine, subject.image) : nil
        defer { swapper?.stop() }
        let stop = Flag()
        let done = DispatchGroup()
        let total = Total()
        let (engine, requests) = (engine, requests)
        let start = ContinuousClock.now
        for _ in 0..<threads {
            done.enter()
            Thread.detachNewThread {
                var reader = engine.makeReader()
                total.add(Self.decide(requests.span, &reader, until: stop))
                done.leave()
            }
        }
        Thread.sleep(forTimeInterval: 0.25)
        stop.set()
        done.wait()
        return Double(total.value) / ((ContinuousClock.now - start).nanoseconds / 1e9)
    }

    private static func decide(
        _ requests: Span<CompactRequest>,
        _ reader: inout AuthorizationReader,
        until stop: Flag
    ) -> Int {
        var count = 0
        while true {
            for index in requests.indices {
                if index & 0xFF == 0, stop.isSet { return count }
                _ = reader.authorize(requests, at: index)
                count += 1
            }
        }
    }

    private func reportLatency() {
        var ratios: [Double] = []
        var quiet: [[Double]] = []
        var swapped: [[Double]] = []
        for _ in 0..<5 {
            let without = latencies(false)
            let with = latencies(true)
            quiet.append(without)
            swapped.append(with)
            ratios.append(with[2] / without[2])
        }
        for (name, rows) in [("without swaps", quiet), ("with 1,000 swaps a second", swapped)] {
            let middle = (0..<3).map { column in rows.map { $0[column] }.median }
            print(
                String(
                    format:
                        "  %@: p50 %.0f ns, p99 %.0f ns, p99.9 %.0f ns a check, the clock's time included",
                    name,
                    middle[0],
                    middle[1],
                    middle[2]
                )
            )
        }
        print(String(format: "  p99.9 with swaps to without: %.2f", ratios.median))
    }

    /// The 50th, 99th and 99.9th percentile of 400,000 checks timed one by one.
    private func latencies(_ swaps: Bool) -> [Double] {
        let swapper = swaps ? Swapper(engine, subject.image) : nil
        defer { swapper?.stop() }
        var reader = engine.makeReader()
        let count = 400_000
        var times = [Int64](repeating: 0, count: count)
        let requests = requests.span
        for index in 0..<count {
            let start = Self.now()
            _ = reader.authorize(requests, at: index % requests.count)
            times[index] = Self.now() - start
        }
        times.sort()
        return [0.5, 0.99, 0.999].map { Double(times[Int(Double(count - 1) * $0)]) }
    }

    private static func now() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// A third thread that publishes the same image a thousand times a second.
private final class Swapper: Sendable {
    private let stopped = Flag()
    private let done = DispatchSemaphore(value: 0)

    init(_ engine: AuthorizationEngine, _ image: VerifiedImage) {
        let (stopped, done) = (stopped, done)
        Thread.detachNewThread {
            while !stopped.isSet {
                engine.replace(with: image)
                usleep(1_000)
            }
            done.signal()
        }
    }

    func stop() {
        stopped.set()
        done.wait()
    }
}

private final class Flag: Sendable {
    private let value = Atomic<Bool>(false)

    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
}

private final class Total: Sendable {
    private let count = Atomic<Int>(0)

    var value: Int { count.load(ordering: .acquiring) }
    func add(_ more: Int) { count.add(more, ordering: .acquiringAndReleasing) }
}
