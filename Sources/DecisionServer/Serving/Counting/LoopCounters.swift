import RequestMapping
import Synchronization

/// A number that one thread raises and others read.
final class Counter: Sendable {
    private let number = Atomic<UInt64>(0)

    /// Without an atomic read-modify-write, since nobody else writes.
    func add(_ amount: UInt64 = 1) {
        number.store(number.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }

    var value: UInt64 { number.load(ordering: .relaxed) }
}

/// What one loop has done; added up with the other loops' when somebody asks.
final class LoopCounters: Sendable {
    /// Statuses that are counted by themselves; others are counted together.
    static let statuses = [
        200, 400, 401, 403, 404, 405, 408, 409, 413, 414, 415, 417, 431, 500, 501, 503, 505,
    ]
    /// Upper bounds of the classes of latency, in microseconds; what takes longer is in the last class.
    static let microseconds: [Int64] = [
        10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000,
    ]

    private let requests = (0..<Endpoint.allCases.count * (LoopCounters.statuses.count + 1)).map { _ in
        Counter()
    }
    private let latencies = (0...LoopCounters.microseconds.count).map { _ in Counter() }
    private let answers = GateAnswer.Reason.allCases.map { _ in Counter() }
    /// Nanoseconds of all requests.
    let busy = Counter()
    /// Requests that pass only because nothing is enforced.
    let dryRunPasses = Counter()
    /// Connections that were broken off because a client was too slow.
    let timeouts = Counter()

    func count(_ endpoint: Endpoint, status: Int, nanoseconds: Int64) {
        let column = Self.statuses.firstIndex(of: status) ?? Self.statuses.count
        requests[endpoint.rawValue * (Self.statuses.count + 1) + column].add()
        let limit = Self.microseconds.firstIndex { nanoseconds <= $0 * 1_000 }
        latencies[limit ?? Self.microseconds.count].add()
        busy.add(UInt64(max(0, nanoseconds)))
    }

    func count(_ answer: GateAnswer) {
        answers[Int(answer.reason.rawValue)].add()
        if answer.passes, !answer.isAllowed { dryRunPasses.add() }
    }

    /// Requests of an endpoint by the position of their status.
    func count(_ endpoint: Endpoint, column: Int) -> UInt64 {
        requests[endpoint.rawValue * (Self.statuses.count + 1) + column].value
    }

    /// Requests in a class of latency.
    func latencyCount(_ index: Int) -> UInt64 { latencies[index].value }

    func count(of reason: GateAnswer.Reason) -> UInt64 { answers[Int(reason.rawValue)].value }
}
