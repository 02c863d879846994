/// What figures are against the size of what is behind them.
struct ScalingChart {
    let results: Results

    /// A plot for each size that was varied and each unit: a check, compiling, the image.
    var plots: [LinePlot] {
        let measured = results.results.filter { $0.group == "scaling" && $0.median != nil && $0.size != nil }
        return measured.grouped { "\($0.size?.name ?? "")\u{0}\($0.unit ?? "")" }.compactMap { _, all in
            plot(all)
        }
    }

    private func plot(_ all: [Measurement]) -> LinePlot? {
        guard let first = all.first, let size = first.size?.name, let unit = first.unit else { return nil }
        let lines = all.grouped(by: \.name)
        let points = lines.map { $0.1.points(over: size) }
        guard points.contains(where: { $0.count > 1 }) else { return nil }
        var series = zip(lines, points).map { line, points in
            LinePlot.Series(name: Self.name(line.0, size), points: points.map { ($0.x, $0.median) })
        }
        let floors = points[0].compactMap { point in point.floor.map { (x: point.x, y: $0) } }
        if floors.count > 1 {
            series.append(LinePlot.Series(name: "floor", points: floors, isReference: true))
        }
        let what = unit == "ns" ? "A check" : series[0].name.capitalizedFirst
        let sizes = points[0].map(\.x)
        // A logarithmic axis has no nought, and a few sizes close together need none.
        let isWide = (sizes.first ?? 0) > 0 && (sizes.last ?? 0) / (sizes.first ?? 1) >= 10
        return LinePlot(
            title: "\(what) against \(Measurement.words(size))",
            x: LinePlot.Axis(
                title: Measurement.words(size),
                kind: isWide ? .logarithmic : .linear,
                text: Quantity.short,
                ticks: isWide ? nil : sizes
            ),
            y: LinePlot.Axis(title: what.lowercased(), kind: .logarithmic) { Quantity.text($0, unit: unit) },
            series: series
        )
    }

    /// `batch` for what is called `principals, batch`; the plain one is a single check.
    static func name(_ name: String, _ size: String) -> String {
        if name == size { return "single check" }
        return name.hasPrefix(size + ", ") ? String(name.dropFirst(size.count + 2)) : name
    }

    /// Bars for what differs by kind rather than by size.
    var bars: [BarPlot] {
        let measured = results.results.filter { $0.group == "scaling" && $0.unit == "ns" && $0.size == nil }
        return measured.grouped(by: \.name).compactMap { name, all in
            guard all.count > 1 else { return nil }
            return BarPlot(
                title: "A check by \(Measurement.words(name))",
                axis: LinePlot.Axis(title: "a check", kind: .linear, text: Quantity.duration),
                bars: all.map { one in
                    BarPlot.Bar(
                        name: one.circumstances().map(Measurement.words).joined(separator: ", "),
                        value: one.median ?? 0,
                        figure: Quantity.duration(one.median ?? 0)
                    )
                }
            )
        }
    }
}
