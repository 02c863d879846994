/// How far checks are from what no check can do without.
struct FloorChart {
    let results: Results

    var plots: [BarPlot] {
        let measured = results.results.filter {
            $0.unit == "ns" && $0.ratioToFloor != nil && $0.group != "scaling"
        }
        // Each way of asking stays together.
        return measured.grouped(by: \.name).flatMap(\.1).divided(by: 15).map { part in
            BarPlot(
                title: "Distance to the floor",
                axis: LinePlot.Axis(title: "times the floor's time", kind: .linear, text: Quantity.ratio),
                bars: part.map { one in
                    BarPlot.Bar(
                        name: one.label(without: Measurement.solitude(of: measured)),
                        value: one.ratioToFloor ?? 0,
                        figure:
                            "\(Quantity.ratio(one.ratioToFloor ?? 0)) · \(Quantity.duration(one.median ?? 0))"
                    )
                },
                mark: 1
            )
        }
    }
}

/// This engine and others on the same requests.
struct PeersChart {
    let results: Results

    var plots: [BarPlot] {
        let measured = (results.peers ?? []).filter { $0.checksPerSecond != nil }
        return measured.grouped(by: \.workload).map { workload, all in
            BarPlot(
                title: "Peers, \(workload)",
                axis: LinePlot.Axis(title: "checks a second, one thread", kind: .logarithmic) {
                    Quantity.text($0, unit: "checks/s")
                },
                bars: all.sorted { $0.checksPerSecond ?? 0 > $1.checksPerSecond ?? 0 }.map { peer in
                    BarPlot.Bar(
                        name: peer.name,
                        detail: peer.mode,
                        value: peer.checksPerSecond ?? 0,
                        figure: Quantity.text(peer.checksPerSecond ?? 0, unit: "checks/s"),
                        isOther: !peer.isOurs
                    )
                }
            )
        }
    }
}

extension Peer {
    /// Whether it is this engine.
    var isOurs: Bool { name.hasPrefix("Portcullis") }
}
