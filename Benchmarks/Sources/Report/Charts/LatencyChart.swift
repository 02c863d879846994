import Foundation

/// Latency by percentile: the axis is 1/(1-q), so that every nine more has as much room as the one before.
struct LatencyChart {
    let results: Results

    /// A plot for each workload, or more where there are more lines than can be told apart.
    var plots: [LinePlot] {
        let measured = results.results.filter { $0.group == "latency" && $0.percentiles != nil }
        return measured.grouped { $0.workload ?? "" }.flatMap { workload, all in
            all.divided(by: LinePlot.seriesLimit).map { part in
                plot("Latency by percentile" + (workload.isEmpty ? "" : ", \(workload)"), part)
            }
        }
    }

    private func plot(_ title: String, _ part: [Measurement]) -> LinePlot {
        let series = part.map {
            LinePlot.Series(
                name: $0.label(without: Measurement.solitude(of: part), showsWorkload: false),
                points: Self.points(of: $0)
            )
        }
        let most = series.flatMap(\.points).map(\.x).max() ?? 10
        let decades = max(1, Int(log10(most)))
        return LinePlot(
            title: title,
            x: LinePlot.Axis(
                title: "percentile",
                kind: .logarithmic,
                text: Self.percentile,
                ticks: (0...decades).map { pow(10, Double($0)) }
            ),
            y: LinePlot.Axis(title: "latency", kind: .logarithmic, text: Quantity.duration),
            series: series
        )
    }

    /// `99.9` for 1000, that is for one in a thousand above.
    private static func percentile(_ inverse: Double) -> String {
        let nines = Int(log10(inverse).rounded())
        switch nines {
        case 0: return "0"
        case 1: return "90"
        case 2: return "99"
        default: return "99." + String(repeating: "9", count: nines - 2)
        }
    }

    /// The distribution as told by its buckets, or by the percentiles where there are none.
    static func points(of latency: Measurement) -> [(x: Double, y: Double)] {
        let count = latency.count ?? 0
        guard let buckets = latency.buckets, !buckets.isEmpty else {
            let known = [
                ("p50", 2.0), ("p90", 10), ("p99", 100), ("p99.9", 1e3), ("p99.99", 1e4), ("max", count),
            ]
            return known.compactMap { name, x in latency.percentiles?[name].map { (x, $0) } }
        }
        var before = 0.0
        var points: [(x: Double, y: Double)] = []
        for bucket in buckets where bucket[1] > 0 {
            // Where the bucket begins to be the answer.
            points.append((count / (count - before), bucket[0]))
            before += bucket[1]
        }
        // The slowest of all holds the last one in count.
        if let last = points.last, last.x < count { points.append((count, last.y)) }
        return points
    }
}
