import Testing

@testable import Measuring

/// A clock that moves by a nanosecond a look, and by what operations take.
private final class PlayedClock: NanosecondClock {
    var time: UInt64 = 1_000

    func now() -> UInt64 {
        time += 1
        return time
    }
}

@Suite("An open loop measures from when an operation should have begun")
struct OpenLoopTests {
    /// A thousand operations a microsecond apart that take 100 ns each, and the 500th so much longer.
    private func run(stall: UInt64) -> LatencyHistogram {
        let clock = PlayedClock()
        var loop = OpenLoop(ratePerSecond: 1e6, clock: clock)
        var histogram = LatencyHistogram()
        for number in 0..<1_000 {
            let intended = loop.waitForTurn()
            clock.time += number == 500 ? 100 + stall : 100
            histogram.record(loop.elapsed(since: intended))
        }
        return histogram
    }

    @Test("Without a stall every operation takes what it takes")
    func undisturbed() {
        let histogram = run(stall: 0)
        #expect((100...110).contains(histogram.percentile(50)))
        #expect(histogram.maximum <= 110)
    }

    @Test("A stall of 200 operations' time is felt by the operations behind it, each a little less")
    func stallShows() {
        let histogram = run(stall: 200_000)
        // Each operation behind the stall regains 900 ns: 222 of a thousand are late.
        let late = histogram.buckets.filter { $0.upperBound > 1_000 }.reduce(0) { $0 + $1.count }
        #expect((215...230).contains(late))
        #expect((100...110).contains(histogram.percentile(50)))
        #expect(histogram.percentile(90) > 90_000)
        #expect(histogram.percentile(99) > 180_000)
        #expect((200_000...201_000).contains(histogram.maximum))
    }

    @Test("A loop that measures from the actual beginning sees the same stall once")
    func closedLoopHidesIt() {
        let clock = PlayedClock()
        var histogram = LatencyHistogram()
        for number in 0..<1_000 {
            let start = clock.now()
            clock.time += number == 500 ? 200_100 : 100
            histogram.record(clock.now() - start)
        }
        #expect(histogram.percentile(99) < 200)
        #expect(histogram.maximum > 200_000)
    }

    @Test("On the real clock a stall of 20 ms shows in a third of 60 ms")
    func realStall() {
        let clock = WallClock()
        var loop = OpenLoop(ratePerSecond: 10_000, clock: clock)
        var histogram = LatencyHistogram()
        for number in 0..<600 {
            let intended = loop.waitForTurn()
            if number == 200 {
                let end = clock.now() + 20_000_000
                while clock.now() < end {}
            }
            histogram.record(loop.elapsed(since: intended))
        }
        #expect(histogram.percentile(90) > 5_000_000)
        #expect(histogram.maximum >= 20_000_000)
    }

    @Test(
        "Operations begin no earlier than their turn, and on average at the rate",
        arguments: [3e6, 7_000, 1]
    )
    func schedule(rate: Double) {
        let clock = PlayedClock()
        var loop = OpenLoop(ratePerSecond: rate, clock: clock)
        let first = loop.waitForTurn()
        var last = first
        for _ in 0..<20 {
            // The next turn is far away for a slow rate; looking must not take that long.
            clock.time += UInt64(1e9 / rate)
            last = loop.waitForTurn()
            #expect(clock.time >= last)
        }
        #expect(abs(Double(last - first) - 20e9 / rate) <= 1)
    }
}
