import RequestMapping
import SnapshotDelivery

extension Metrics {
    /// Adds what the loops of a server have done.
    mutating func add(_ loops: [LoopCounters]) {
        for endpoint in Endpoint.allCases {
            for column in 0...LoopCounters.statuses.count {
                let count = loops.reduce(0) { $0 + $1.count(endpoint, column: column) }
                guard count > 0 else { continue }
                let isKnown = column < LoopCounters.statuses.count
                add(
                    "portcullis_server_requests_total",
                    .counter,
                    "Requests answered, by endpoint and status.",
                    Double(count),
                    labels: [
                        "endpoint": endpoint.name,
                        "status": isKnown ? "\(LoopCounters.statuses[column])" : "other",
                    ]
                )
            }
        }
        addLatency(loops)
        for reason in GateAnswer.Reason.allCases {
            add(
                "portcullis_server_gateway_answers_total",
                .counter,
                "Requests of gateways decided, by reason.",
                Double(loops.reduce(0) { $0 + $1.count(of: reason) }),
                labels: ["reason": "\(reason)"]
            )
        }
        add(
            "portcullis_server_dry_run_passes_total",
            .counter,
            "Requests of gateways that pass only because nothing is enforced.",
            Double(loops.reduce(0) { $0 + $1.dryRunPasses.value })
        )
        add(
            "portcullis_server_timeouts_total",
            .counter,
            "Connections broken off because the client was too slow.",
            Double(loops.reduce(0) { $0 + $1.timeouts.value })
        )
    }

    private mutating func addLatency(_ loops: [LoopCounters]) {
        let counts = (0...LoopCounters.microseconds.count).map { index in
            loops.reduce(0) { $0 + $1.latencyCount(index) }
        }
        addHistogram(
            "portcullis_server_request_seconds",
            "From a whole request to its answer.",
            bounds: LoopCounters.microseconds.map { Double($0) / 1e6 },
            counts: counts,
            sum: Double(loops.reduce(0) { $0 + $1.busy.value }) / 1e9
        )
    }

    /// Adds how many connections there are and were.
    mutating func add(_ counts: ConnectionCounts) {
        let open: [(String, Int)] = [("check", counts.check), ("admin", counts.admin)]
        for (listener, count) in open {
            add(
                "portcullis_server_connections",
                .gauge,
                "Connections that are open.",
                Double(count),
                labels: ["listener": listener]
            )
        }
        add("portcullis_server_accepted_total", .counter, "Connections taken.", Double(counts.accepted))
        add(
            "portcullis_server_refused_total",
            .counter,
            "Connections turned away because there were too many.",
            Double(counts.refused)
        )
    }
}

/// How many connections a server has, and had.
struct ConnectionCounts: Sendable {
    var check = 0
    var admin = 0
    var accepted: UInt64 = 0
    var refused: UInt64 = 0
}
