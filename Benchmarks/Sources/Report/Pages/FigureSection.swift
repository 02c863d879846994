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
        let tables = FigureMatrices(results: results)
        let parts =
            [introduction]
            + [tables.checks, tables.rates, tables.latencies, tables.others, tables.sizes].map {
                $0?.markdown
            }
            + [peers?.markdown, counts.markdown, commands]
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

    private var peers: Table? {
        guard let peers = results.peers?.filter({ $0.checksPerSecond != nil }), !peers.isEmpty else {
            return nil
        }
        return Table(
            title: "",
            columns: [
                "engine", "on", "how", "checks a second, one thread", "a call, of it the binding",
                "answers that agree",
            ],
            rows: peers.map { peer in
                let call = [peer.medianNanoseconds, peer.bindingNanoseconds].compactMap { $0 }
                let left = peer.notExpressible.map { "; not expressible: \($0)" } ?? ""
                return [
                    peer.name, peer.workload, peer.mode,
                    Quantity.text(peer.checksPerSecond ?? 0, unit: "checks/s"),
                    call.map(Quantity.duration).joined(separator: ", "),
                    "\(Quantity.grouped(Double(peer.agreed))) of \(Quantity.grouped(Double(peer.asked)))\(left)",
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
}
