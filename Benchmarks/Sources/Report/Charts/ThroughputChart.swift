/// Checks a second against threads.
struct ThroughputChart {
    let results: Results

    var plots: [LinePlot] {
        let rates = results.results.filter {
            $0.unit == "checks/s" && $0.skipped == nil && $0.number("threads") != nil
        }
        let lines = rates.grouped { $0.label(without: ["threads"]) }.filter { $0.1.count > 1 }
        return lines.divided(by: LinePlot.seriesLimit - 1).map { part in
            var series = part.map { name, all in
                LinePlot.Series(name: name, points: all.points(over: "threads").map { ($0.x, $0.median) })
            }
            if let best = series.max(by: { $0.first < $1.first }), let most = best.points.last {
                let one = best.first
                let ideal = [(x: best.points[0].x, y: one), (x: most.x, y: one * most.x / best.points[0].x)]
                series.append(LinePlot.Series(name: "linear", points: ideal, isReference: true))
            }
            return LinePlot(
                title: "Throughput against threads",
                x: LinePlot.Axis(
                    title: "threads",
                    kind: .linear,
                    text: Quantity.grouped,
                    ticks: Set(series.flatMap(\.points).map(\.x)).sorted()
                ),
                y: LinePlot.Axis(title: "checks a second", kind: .linear) {
                    Quantity.text($0, unit: "checks/s")
                },
                series: series
            )
        }
    }
}

extension LinePlot.Series {
    fileprivate var first: Double { points.first?.y ?? 0 }
}
