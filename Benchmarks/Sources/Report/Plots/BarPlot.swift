/// Bars from the left, each with its name and figure.
struct BarPlot {
    struct Bar {
        let name: String
        /// What else is told beside the name.
        var detail = ""
        let value: Double
        let figure: String
        /// Something to compare with.
        var isOther = false
    }

    let title: String
    let axis: LinePlot.Axis
    let bars: [Bar]
    /// A line across at a value, such as at the floor.
    var mark: Double?

    private static let width = 620.0
    private static let right = 520.0
    private static let thickness = 16.0

    /// Names stand above their bars where there is more to tell, or no room beside.
    private var hasNamesAbove: Bool { bars.contains { !$0.detail.isEmpty } || widestName > 262 }
    private var widestName: Double { bars.map { Double($0.name.count) * 6.9 }.max() ?? 0 }
    private var rowHeight: Double { hasNamesAbove ? 44 : 26 }
    private var left: Double { hasNamesAbove ? 8 : max(widestName + 16, 70) }
    private var bottom: Double { 8 + Double(bars.count) * rowHeight }

    /// The plot as a figure of HTML.
    var markup: Markup {
        let values = bars.map(\.value) + (mark.map { [$0] } ?? [])
        // Logarithmic bars need a beginning below the least of them.
        let around = axis.kind == .logarithmic ? values + [(values.min() ?? 1) / 2] : values
        let across = Scale(axis.kind, around: around, places: (left, Self.right))
        var picture = grid(across)
        for (index, bar) in bars.enumerated() {
            picture += row(bar, top: 8 + Double(index) * rowHeight, across)
        }
        if let mark {
            let place = across.place(of: mark)
            picture += #"<line class="mark" x1="\#(place)" x2="\#(place)" y1="4" y2="\#(bottom)"/>"#
        }
        picture +=
            #"<text class="axis" x="\#((left + Self.right) / 2)" y="\#(bottom + 40)" text-anchor="middle">"#
        picture += "\(axis.title)</text>"
        return """
            <figure><figcaption>\(title)</figcaption>
            <svg viewBox="0 0 \(Self.width) \(bottom + 50)" role="img" aria-label="\(title)">\(picture)</svg>
            </figure>

            """
    }

    private func grid(_ across: Scale) -> Markup {
        across.apart(across.ticks, by: 46).map { tick -> Markup in
            let place = across.place(of: tick)
            return """
                <line class="grid" x1="\(place)" x2="\(place)" y1="4" y2="\(bottom)"/>\
                <text class="tick" x="\(place)" y="\(bottom + 18)" text-anchor="middle">\(axis.text(tick))</text>
                """
        }.joined
    }

    private func row(_ bar: Bar, top: Double, _ across: Scale) -> Markup {
        let end = across.place(of: bar.value)
        let kind: Markup = bar.isOther ? "other" : "s0"
        let upper = hasNamesAbove ? top + 22 : top + (rowHeight - Self.thickness) / 2
        let base = upper + 12
        let name: Markup =
            if hasNamesAbove {
                #"""
                <text class="name" x="\#(left)" y="\#(top + 15)">\#(bar.name)\#
                <tspan class="detail" dx="8">\#(bar.detail)</tspan></text>
                """#
            } else {
                #"<text class="name" x="\#(left - 8)" y="\#(base)" text-anchor="end">\#(bar.name)</text>"#
            }
        return #"""
            \#(name)<rect class="bar \#(kind)" x="\#(left)" y="\#(upper)" \#
            width="\#(max(end - left, 1))" height="\#(Self.thickness)" rx="2"/>\#
            <text class="figure" x="\#(end + 6)" y="\#(base)">\#(bar.figure)</text>
            """#
    }
}
