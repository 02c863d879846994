/// A table in the making, of HTML or Markdown.
struct Table {
    let title: String
    let columns: [String]
    var rows: [[String]]

    /// The table as HTML; figures stand at the right.
    var markup: Markup {
        let head = columns.map { column -> Markup in "<th>\(column)</th>" }.joined
        let body = rows.map { row -> Markup in
            let cells = row.map { cell -> Markup in
                cell.first?.isNumber == true ? #"<td class="number">\#(cell)</td>"# : "<td>\(cell)</td>"
            }
            return "<tr>\(cells.joined)</tr>\n"
        }
        return """
            <section><h3>\(title)</h3><div class="scroll"><table><thead><tr>\(head)</tr></thead>
            <tbody>\(body.joined)</tbody></table></div></section>

            """
    }

    /// The table as Markdown.
    var markdown: String {
        func line(_ cells: [String]) -> String {
            "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
        }
        let rule = "|" + String(repeating: "---|", count: columns.count)
        return ([line(columns), rule] + rows.map(line)).joined(separator: "\n")
    }
}

extension Results {
    /// All results by group, as they were measured.
    var tables: [Table] {
        let measured = results.filter { $0.skipped == nil }
        return measured.grouped(by: \.group).map { group, all in
            let title = Measurement.words(group).capitalizedFirst
            let isLatency = all.allSatisfy { $0.percentiles != nil }
            return isLatency ? Self.latencies(title, all) : Self.costs(title, all)
        }
    }

    /// What was left out, with reasons.
    var skippedTable: Table? {
        let rows = results.compactMap { one in one.skipped.map { [one.group, one.label, $0] } }
        return rows.isEmpty ? nil : Table(title: "Left out", columns: ["group", "what", "why"], rows: rows)
    }

    static func latencies(_ title: String, _ all: [Measurement]) -> Table {
        let names = Percentiles.names.filter { name in all.contains { $0.percentiles?[name] != nil } }
        return Table(
            title: title,
            columns: ["what"] + names + ["count"],
            rows: all.map { one in
                [one.label]
                    + names.map {
                        one.percentiles?[$0].map { Quantity.text($0, unit: one.unit ?? "ns") } ?? ""
                    }
                    + [one.count.map(Quantity.grouped) ?? ""]
            }
        )
    }

    static func costs(_ title: String, _ all: [Measurement]) -> Table {
        let hasFloor = all.contains { $0.floor != nil }
        return Table(
            title: title,
            columns: ["what", "median", "least", "most", "rounds"]
                + (hasFloor ? ["floor", "to the floor"] : []),
            rows: all.map { one in
                func text(_ value: Double?) -> String {
                    value.map { Quantity.text($0, unit: one.unit ?? "") } ?? ""
                }
                let figures = [
                    text(one.median), text(one.minimum), text(one.maximum), one.rounds.map(String.init) ?? "",
                ]
                let beside = [text(one.floor), one.ratioToFloor.map(Quantity.ratio) ?? ""]
                return [one.label] + figures + (hasFloor ? beside : [])
            }
        )
    }

    /// The peers with everything that bears on what their figures mean.
    var peersTable: Table? {
        guard let peers, !peers.isEmpty else { return nil }
        return Table(
            title: "Peers",
            columns: [
                "engine", "workload", "mode", "checks a second", "median call", "of it the binding",
                "the engine's own time", "answers that agree", "not expressible",
            ],
            rows: peers.map { peer in
                [
                    peer.name, peer.workload, peer.mode,
                    peer.checksPerSecond.map { Quantity.text($0, unit: "checks/s") } ?? "",
                    peer.medianNanoseconds.map(Quantity.duration) ?? "",
                    peer.bindingNanoseconds.map(Quantity.duration) ?? "",
                    peer.engineNanoseconds.map(Quantity.duration) ?? "",
                    "\(Quantity.grouped(Double(peer.agreed))) of \(Quantity.grouped(Double(peer.asked)))",
                    peer.notExpressible ?? "",
                ]
            }
        )
    }
}

extension String {
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
