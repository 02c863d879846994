/// What a figure costs against the size of what is behind it, both by decades.
struct ScalingChart {
    let results: Results

    /// A plot for each size that was varied.
    var plots: [LinePlot] {
        let measured = results.results.filter { $0.group == "scaling" && $0.median != nil && $0.size != nil }
        return measured.grouped { "\($0.name)\u{0}\($0.unit ?? "")" }.compactMap { _, all in
            guard all.count > 1, let first = all.first, let size = first.size?.name else { return nil }
            let points = all.points(over: size)
            let floors = points.compactMap { point in point.floor.map { (x: point.x, y: $0) } }
            var series = all.grouped { $0.label(without: [size]) }.map { name, part in
                LinePlot.Series(name: name, points: part.points(over: size).map { ($0.x, $0.median) })
            }
            if floors.count > 1 {
                series.append(LinePlot.Series(name: "floor", points: floors, isReference: true))
            }
            let unit = first.unit ?? ""
            return LinePlot(
                title: "Cost against \(first.name)",
                x: LinePlot.Axis(title: size, kind: .logarithmic, text: Quantity.short),
                y: LinePlot.Axis(title: unit == "ns" ? "a check" : first.name, kind: .logarithmic) {
                    Quantity.text($0, unit: unit)
                },
                series: series
            )
        }
    }
}
