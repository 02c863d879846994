/// The whole report as one file of HTML that needs nothing else: no script, no network.
package struct ReportPage {
    private let results: Results

    /// A report of some results.
    package init(_ results: Results) { self.results = results }

    /// The text of the file.
    package var html: String {
        let page: Markup = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>Portcullis benchmarks</title><style>\(Stylesheet.text)</style></head>
            <body><main>
            <header><h1>Portcullis benchmarks</h1>
            <p>\(results.date) · \(results.mode) run · commit \(results.revision)</p></header>
            \(machine)\(plots)\(tables)
            </main></body></html>

            """
        return page.description
    }

    private var machine: Markup {
        let facts = results.machine.facts.map { fact -> Markup in
            "<div><dt>\(fact.name)</dt><dd>\(fact.value)</dd></div>"
        }
        return #"<dl class="machine">\#(facts.joined)</dl>"#
    }

    private var plots: Markup {
        let lines = ThroughputChart(results: results).plots.map(\.markup)
        let scaling = ScalingChart(results: results)
        let bars = FloorChart(results: results).plots.map(\.markup)
        let parts: [(title: String, note: String, figures: [Markup])] = [
            (
                "Throughput", "Medians of rounds; the floor is the work that no check can do without.",
                lines + bars
            ),
            (
                "Latency",
                "Requests are sent at a fixed rate and timed from when each was due, so that a pause counts for "
                    + "all requests that it delays.",
                LatencyChart(results: results).plots.map(\.markup)
            ),
            (
                "Size", "What growing costs.",
                scaling.plots.map(\.markup) + scaling.bars.map(\.markup)
            ),
            (
                "Peers", "The same requests, one thread; longer is better. What each mode is: below.",
                PeersChart(results: results).plots.map(\.markup)
            ),
        ]
        return parts.filter { !$0.figures.isEmpty }.map { part -> Markup in
            """
            <section><h2>\(part.title)</h2><p class="note">\(part.note)</p>
            <div class="plots">\(part.figures.joined)</div></section>

            """
        }.joined
    }

    private var tables: Markup {
        let all = results.tables + [results.peersTable, results.skippedTable].compactMap { $0 }
        return "<section><h2>Figures</h2></section>\(all.map(\.markup).joined)"
    }
}
