import Measuring

/// How much is measured: a minute or two of it, or ten to fifteen.
struct Extent {
    let mode: ResultFile.Mode
    /// Rounds of single checks and batches.
    let rounds: Int
    /// Rounds of everything that takes longer.
    let slowRounds: Int
    /// How long something slow may go on before it has all its rounds.
    let slowSecondsMax: Double
    /// How long threads run in each round.
    let threadSeconds: Double
    /// How long checks go on beside reloading in each round.
    let reloadingSeconds: Double
    /// Latencies of a closed loop.
    let closedLoopCount: Int
    /// How long an open loop runs.
    let openLoopSeconds: Double
    /// Rates of open loops, in checks a second.
    let openLoopRates: [Int]
    /// Changes of each kind.
    let changeCount: Int
    /// The largest statements and principals of scaling worlds.
    let statementsMax: Int
    let principalsMax: Int
    /// Points between the smallest and the largest of other scaling worlds are left out.
    let isCoarse: Bool
    /// A scaling world that takes longer is left out.
    let scalingSecondsMax: Double

    static let quick = Extent(
        mode: .quick,
        rounds: 5,
        slowRounds: 3,
        slowSecondsMax: 0.5,
        threadSeconds: 0.05,
        reloadingSeconds: 0.5,
        closedLoopCount: 100_000,
        openLoopSeconds: 0.3,
        openLoopRates: [500_000],
        changeCount: 200,
        statementsMax: 10_000,
        principalsMax: 10_000,
        isCoarse: true,
        scalingSecondsMax: 10
    )

    static let full = Extent(
        mode: .full,
        rounds: 15,
        slowRounds: 5,
        slowSecondsMax: 5,
        threadSeconds: 0.25,
        reloadingSeconds: 2,
        closedLoopCount: 2_000_000,
        openLoopSeconds: 2,
        openLoopRates: [100_000, 500_000, 1_000_000],
        changeCount: 2_000,
        statementsMax: 1_000_000,
        principalsMax: 10_000_000,
        isCoarse: false,
        scalingSecondsMax: 300
    )

    /// Nanoseconds of each of some rounds, fewer where they take too long together, but one at least.
    func slowRounds(_ measure: () throws -> Double) rethrows -> Summary {
        let clock = WallClock()
        let start = clock.now()
        var values: [Double] = []
        repeat {
            values.append(try measure())
        } while values.count < slowRounds
            && Double(clock.now() - start) < slowSecondsMax * 1e9
        return Summary(values)
    }
}

/// Milliseconds of wall time that something takes.
func milliseconds(_ body: () throws -> Void) rethrows -> Double {
    let clock = WallClock()
    let start = clock.now()
    try body()
    return Double(clock.now() - start) / 1e6
}
