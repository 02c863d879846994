/// The README's section of figures, every one of them out of the results.
package struct FigureSection {
    static let begin = "<!-- measured: begin -->"
    static let end = "<!-- measured: end -->"

    private let results: Results
    private let instructions: InstructionCounts

    /// A section of some results and of the baselines of instructions.
    package init(_ results: Results, _ instructions: InstructionCounts) {
        self.results = results
        self.instructions = instructions
    }

    /// The README with the section between its marks.
    ///
    /// The path is for messages alone.
    package func replaced(in readme: String, path: String) throws(InvalidResults) -> String {
        let starts = readme.ranges(of: Self.begin)
        let ends = readme.ranges(of: Self.end)
        guard starts.count == 1, ends.count == 1, starts[0].upperBound <= ends[0].lowerBound else {
            throw InvalidResults(path, "has not one `\(Self.begin)` before one `\(Self.end)`")
        }
        return readme[..<starts[0].upperBound] + "\n\(text)\n" + readme[ends[0].lowerBound...]
    }

    /// The section without its marks.
    package var text: String {
        let parts = [
            introduction, checks?.markdown, rates?.markdown, latencies?.markdown, sizes?.markdown,
            others?.markdown,
            peers?.markdown, counts.markdown, commands,
        ]
        return parts.compactMap { $0 }.joined(separator: "\n\n")
    }

    private var introduction: String {
        let machine = results.machine
        let day = results.date.prefix { $0 != "T" }
        let caches = machine.caches.sorted { $0.key < $1.key }.map {
            "\($0.key) \(Quantity.binary($0.value))"
        }
        let load = machine.loadAverage.map(Quantity.digits).joined(separator: ", ")
        return """
            Measured on \(day) at commit \(results.revision), a \(results.mode) run: \(machine.processor), \
            \(machine.logicalCores) logical cores (\(caches.joined(separator: ", "))), \
            \(Quantity.binary(machine.memoryBytes)) of memory, hypervisor: \(machine.hypervisor), \
            \(machine.system), kernel \(machine.kernel), \(machine.swift). Load average before: \(load). Figures are \
            medians; [how they are made](Documentation/benchmarking.md).
            """
    }

    private func measured(_ groups: String...) -> [Measurement] {
        results.results.filter { groups.contains($0.group) && $0.skipped == nil }
    }

    /// Times of checks beside the floor.
    private var checks: Table? {
        let all = measured("throughput", "batch", "prepared", "resources").filter { $0.unit == "ns" }
        return table(["a check", "median", "floor", "to the floor"], all) { one in
            [
                one.label, time(one.median), time(one.floor), one.ratioToFloor.map(Quantity.ratio) ?? "",
            ]
        }
    }

    private func time(_ nanoseconds: Double?) -> String { nanoseconds.map(Quantity.duration) ?? "" }

    /// Checks a second, a row for each workload, a column for each number of threads.
    private var rates: Table? {
        let all = results.results.filter {
            $0.unit == "checks/s" && $0.number("threads") != nil && $0.median != nil
        }
        let threads = Set(all.compactMap { $0.number("threads") }).sorted()
        let rows = all.grouped { $0.label(without: ["threads"]) }.map { name, part in
            [name]
                + threads.map { count in
                    let rate = part.first { $0.number("threads") == count }?.median
                    return rate.map { Quantity.text($0, unit: "checks/s") } ?? ""
                }
        }
        let names = threads.map { $0 == 1 ? "1 thread" : "\(Quantity.grouped($0)) threads" }
        return rows.isEmpty ? nil : Table(title: "", columns: ["throughput"] + names, rows: rows)
    }

    private var latencies: Table? {
        let all = measured("latency").filter { $0.percentiles != nil }
        if all.isEmpty { return nil }
        let whole = Results.latencies("", all)
        return Table(
            title: "",
            columns: ["latency"] + whole.columns.dropFirst().dropLast(),
            rows: whole.rows.map { Array($0.dropLast()) }
        )
    }

    /// What growing costs: the smallest and the largest size measured, and what was left out.
    private var sizes: Table? {
        let all = results.results.filter { $0.group == "scaling" }
        let rows = all.grouped { "\($0.name)\u{0}\($0.unit ?? "")" }.compactMap { _, part -> [String]? in
            guard let size = part.first?.size?.name, let unit = part.first?.unit else { return nil }
            let points = part.points(over: size)
            guard let first = points.first, let last = points.last, first.x < last.x else { return nil }
            return [
                part[0].name,
                "\(Quantity.text(first.median, unit: unit)) at \(Quantity.grouped(first.x))",
                "\(Quantity.text(last.median, unit: unit)) at \(Quantity.grouped(last.x))",
            ]
        }
        return rows.isEmpty ? nil : Table(title: "", columns: ["size", "smallest", "largest"], rows: rows)
    }

    /// Every other group.
    private var others: Table? {
        let shown: Set<String> = ["throughput", "batch", "prepared", "resources", "latency", "scaling"]
        let all = results.results.filter { !shown.contains($0.group) && $0.median != nil }
        return table(["what", "median", "least to most"], all) { one in
            func text(_ value: Double?) -> String {
                value.map { Quantity.text($0, unit: one.unit ?? "") } ?? ""
            }
            return ["\(Measurement.words(one.group)): \(one.label)", text(one.median), spread(one, text)]
        }
    }

    private func spread(_ one: Measurement, _ text: (Double?) -> String) -> String {
        one.minimum == nil ? "" : "\(text(one.minimum)) to \(text(one.maximum))"
    }

    private var peers: Table? {
        guard let peers = results.peers?.filter({ $0.checksPerSecond != nil }), !peers.isEmpty else {
            return nil
        }
        return Table(
            title: "",
            columns: ["engine", "on", "how", "checks a second, one thread", "answers that agree"],
            rows: peers.map { peer in
                [
                    peer.name, peer.workload, peer.mode,
                    Quantity.text(peer.checksPerSecond ?? 0, unit: "checks/s"),
                    "\(Quantity.grouped(Double(peer.agreed))) of \(Quantity.grouped(Double(peer.asked)))",
                ]
            }
        )
    }

    private var counts: Table {
        Table(
            title: "",
            columns: ["instructions", "a check"],
            rows: instructions.counts.sorted { $0.key < $1.key }.map {
                [$0.key, Quantity.grouped($0.value.instructionsPerCheck.rounded())]
            }
        )
    }

    private var commands: String {
        """
        ```
        Scripts/benchmark --\(results.mode)\(results.peers == nil ? "" : " --peers")
        Scripts/check-hot-path
        ```

        The second counts the instructions.
        """
    }

    private func table(
        _ columns: [String],
        _ all: [Measurement],
        _ row: (Measurement) -> [String]
    ) -> Table? {
        all.isEmpty ? nil : Table(title: "", columns: columns, rows: all.map(row))
    }
}
