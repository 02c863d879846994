import Measuring
import Portcullis

/// How long single checks take, each timed by itself: one after the other, and at a rate that does not wait for
/// them; both with and without a thousand swaps a second.
struct Latency {
    private let subject: Subject
    private let run: Run

    init(_ subject: Subject, _ run: Run) { (self.subject, self.run) = (subject, run) }

    func measure() {
        measure("single, closed loop", [:]) { closedLoop() }
        for rate in run.extent.openLoopRates {
            let number = Double(rate)
            measure("single, open loop", ["ratePerSecond": .number(number)]) { openLoop(number) }
        }
    }

    private func measure(
        _ name: String,
        _ parameters: [String: Finding.Parameter],
        _ loop: () -> LatencyHistogram
    ) {
        for swaps in [0, ThreadThroughput.swapsPerSecond] {
            let histogram = swaps == 0 ? loop() : ThreadThroughput.whileSwapping(subject, loop)
            var parameters = parameters
            parameters["threads"] = 1
            parameters["swapsPerSecond"] = .number(Double(swaps))
            run.add(
                Finding(
                    "latency",
                    name,
                    workload: subject.workload.name,
                    parameters: parameters,
                    histogram
                )
            )
        }
    }

    private func closedLoop() -> LatencyHistogram {
        var reader = subject.engine.makeReader()
        let requests = subject.workload.requests
        return Self.closedLoop(requests.span, run.extent.closedLoopCount, &reader)
    }

    private func openLoop(_ rate: Double) -> LatencyHistogram {
        var reader = subject.engine.makeReader()
        let requests = subject.workload.requests
        return Self.openLoop(requests.span, rate, Int(rate * run.extent.openLoopSeconds), &reader)
    }

    /// A pass over the requests before anything counts fills the caches.
    private static func warmUp(_ requests: Span<CompactRequest>, _ reader: inout AuthorizationReader) {
        for index in requests.indices { _ = reader.authorize(requests, at: index) }
    }

    private static func closedLoop(
        _ requests: Span<CompactRequest>,
        _ count: Int,
        _ reader: inout AuthorizationReader
    ) -> LatencyHistogram {
        warmUp(requests, &reader)
        let clock = WallClock()
        var histogram = LatencyHistogram()
        var index = 0
        for _ in 0..<count {
            let start = clock.now()
            _ = reader.authorize(requests, at: index)
            histogram.record(clock.now() - start)
            index = index + 1 == requests.count ? 0 : index + 1
        }
        return histogram
    }

    private static func openLoop(
        _ requests: Span<CompactRequest>,
        _ rate: Double,
        _ count: Int,
        _ reader: inout AuthorizationReader
    ) -> LatencyHistogram {
        warmUp(requests, &reader)
        var histogram = LatencyHistogram()
        var index = 0
        var loop = OpenLoop(ratePerSecond: rate, clock: WallClock())
        for _ in 0..<count {
            let intended = loop.waitForTurn()
            _ = reader.authorize(requests, at: index)
            histogram.record(loop.elapsed(since: intended))
            index = index + 1 == requests.count ? 0 : index + 1
        }
        return histogram
    }
}
