/// Checks a second against threads, a plot for each circumstance, such as swaps.
struct ThroughputChart {
    let results: Results

    var plots: [LinePlot] {
        let rates = results.results.filter {
            $0.unit == "checks/s" && $0.median != nil && $0.number("threads") != nil
        }
        return rates.grouped { $0.circumstances(without: ["threads"]).joined(separator: ", ") }
            .flatMap { circumstance, all in
                let lines = all.grouped { $0.label(without: ["threads", "swapsPerSecond"]) }
                    .filter { $0.1.count > 1 }
                return lines.divided(by: LinePlot.seriesLimit).map { part in
                    plot(
                        "Throughput against threads" + (circumstance.isEmpty ? "" : ", \(circumstance)"),
                        part
                    )
                }
            }
    }

    private func plot(_ title: String, _ part: [(String, [Measurement])]) -> LinePlot {
        var series = part.map { name, all in
            LinePlot.Series(name: name, points: all.points(over: "threads").map { ($0.x, $0.median) })
        }
        // What the best of them would be if every thread added as much as the first.
        if let best = series.max(by: { $0.beginning.y < $1.beginning.y }), let end = best.points.last {
            let (start, last) = (best.beginning, end.x)
            let line = [start, (x: last, y: start.y * last / start.x)]
            series.append(LinePlot.Series(name: "linear", points: line, isReference: true))
        }
        return LinePlot(
            title: title,
            x: LinePlot.Axis(
                title: "threads",
                kind: .linear,
                text: Quantity.grouped,
                ticks: Set(series.flatMap(\.points).map(\.x)).sorted()
            ),
            y: LinePlot.Axis(title: "checks a second", kind: .linear) { Quantity.text($0, unit: "checks/s") },
            series: series
        )
    }
}

extension LinePlot.Series {
    fileprivate var beginning: (x: Double, y: Double) { points.first ?? (1, 0) }
}
