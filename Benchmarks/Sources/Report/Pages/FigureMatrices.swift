/// Tables with a column for each workload, short enough for a README.
struct FigureMatrices {
    let results: Results

    /// What differs between workloads by their nature, and would part rows that belong together.
    private static let ofWorkload: Set<String> = ["bytes", "resources"]

    private func measured(_ groups: Set<String>) -> [Measurement] {
        results.results.filter { groups.contains($0.group) && $0.skipped == nil && $0.workload != nil }
    }

    /// Times of checks, each with its distance to the floor.
    var checks: Table? {
        let all = measured(["throughput", "batch", "prepared", "resources"]).filter { $0.unit == "ns" }
        return matrix("a check (times the floor)", all, without: ["threads"]) { one in
            let ratio = one.ratioToFloor.map { " (\(Quantity.ratio($0)))" } ?? ""
            return Quantity.duration(one.median ?? 0) + ratio
        }
    }

    var rates: Table? {
        // Of checks beside reloads the shares say more; they stand among the others.
        let all = results.results.filter {
            $0.unit == "checks/s" && $0.median != nil && $0.workload != nil && $0.group != "reloading"
        }
        return matrix("throughput", all) { Quantity.text($0.median ?? 0, unit: "checks/s") }
    }

    /// Of the loops that send at a rate; the others are in the report.
    var latencies: Table? {
        let all = measured(["latency"]).filter { $0.percentiles != nil && $0.number("ratePerSecond") != nil }
        return matrix("latency: p50 / p99 / p99.9", all, without: ["threads"]) { one in
            percentiles(one, ["p50", "p99", "p99.9"])
        }
    }

    /// Every other group but sizes; of distributions the median and one in a hundred.
    var others: Table? {
        let shown: Set<String> = ["throughput", "batch", "prepared", "resources", "latency", "scaling"]
        let all = results.results.filter {
            !shown.contains($0.group) && $0.skipped == nil && $0.workload != nil
                && ($0.group != "reloading" || $0.isShareOfIdle)
        }
        return matrix("what (p50 / p99)", all, without: ["threads"], showsGroup: true) { one in
            if one.percentiles != nil { return percentiles(one, ["p50", "p99"]) }
            return Quantity.text(one.median ?? 0, unit: one.unit ?? "")
        }
    }

    /// What growing costs: a row for each size that was varied, from the smallest to the largest that was measured.
    var sizes: Table? {
        let all = results.results.filter { $0.group == "scaling" && $0.size != nil && $0.median != nil }
        let names = Array(Set(all.map { ScalingChart.name($0.name, $0.size?.name ?? "") })).sorted()
        let columns = ["single check"] + names.filter { $0 != "single check" }
        let rows = all.grouped { $0.size?.name ?? "" }.map { size, part in
            let values = Set(part.compactMap { $0.number(size) }).sorted()
            let range = [values.first, values.last].compactMap { $0 }.map(Quantity.grouped)
            return ["\(range.joined(separator: " to ")) \(Measurement.words(size))"]
                + columns.map { column in
                    let points = part.filter { ScalingChart.name($0.name, size) == column }
                    let unit = points.first?.unit ?? ""
                    let ends = points.points(over: size)
                    return [ends.first, ends.last].compactMap { $0 }
                        .map { Quantity.text($0.median, unit: unit) }.joined(separator: " to ")
                }
        }
        return rows.isEmpty ? nil : Table(title: "", columns: ["growing"] + columns, rows: rows)
    }

    private func percentiles(_ one: Measurement, _ names: [String]) -> String {
        names.compactMap { one.percentiles?[$0] }.map { Quantity.text($0, unit: one.unit ?? "ns") }
            .joined(separator: " / ")
    }

    /// A row for each thing measured, a column for each workload.
    private func matrix(
        _ title: String,
        _ all: [Measurement],
        without left: Set<String> = [],
        showsGroup: Bool = false,
        _ cell: (Measurement) -> String
    ) -> Table? {
        let workloads = all.grouped { $0.workload ?? "" }.map(\.0)
        let rows = all.grouped { one in
            let label = one.label(without: left.union(Self.ofWorkload), showsWorkload: false)
            return showsGroup && one.group != one.name ? "\(Measurement.words(one.group)): \(label)" : label
        }
        let lines = rows.map { label, part in
            [label] + workloads.map { workload in part.first { $0.workload == workload }.map(cell) ?? "" }
        }
        return lines.isEmpty ? nil : Table(title: "", columns: [title] + workloads, rows: lines)
    }
}

extension Measurement {
    /// Of what was measured beside a thread that reloads, what says most by itself.
    fileprivate var isShareOfIdle: Bool { unit == "of idle" && parameters["clock"] == .word("wall") }
}
