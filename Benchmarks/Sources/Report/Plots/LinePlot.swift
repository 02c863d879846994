/// Lines over two axes.
struct LinePlot {
    struct Series {
        let name: String
        let points: [(x: Double, y: Double)]
        /// Something to compare with, rather than something measured for its own sake.
        var isReference = false
    }

    struct Axis {
        let title: String
        let kind: Scale.Kind
        let text: (Double) -> String
        /// Ticks other than the scale's own.
        var ticks: [Double]?
    }

    /// As many as can be told apart.
    static let seriesLimit = 6

    let title: String
    let x: Axis
    let y: Axis
    let series: [Series]

    private static let size = (width: 620.0, height: 330.0)
    private static let frame = (left: 74.0, right: 596.0, top: 14.0, bottom: 272.0)

    /// The plot as a figure of HTML: caption, legend, picture.
    var markup: Markup {
        let points = series.flatMap(\.points)
        let frame = Self.frame
        let across = scaleAcross(points.map(\.x))
        let up = Scale(y.kind, around: points.map(\.y), places: (frame.bottom, frame.top))
        var picture: Markup = ""
        for tick in up.ticks {
            let place = up.place(of: tick)
            picture +=
                #"<line class="grid" x1="\#(frame.left)" x2="\#(frame.right)" y1="\#(place)" y2="\#(place)"/>"#
            picture += #"<text class="tick" x="\#(frame.left - 8)" y="\#(place + 4)" text-anchor="end">"#
            picture += "\(y.text(tick))</text>"
        }
        for tick in across.apart(x.ticks ?? across.ticks, by: 34) {
            let place = across.place(of: tick)
            picture +=
                #"<line class="grid" x1="\#(place)" x2="\#(place)" y1="\#(frame.top)" y2="\#(frame.bottom)"/>"#
            picture += #"<text class="tick" x="\#(place)" y="\#(frame.bottom + 20)" text-anchor="middle">"#
            picture += "\(x.text(tick))</text>"
        }
        picture += axisTitles
        for (index, one) in series.enumerated() { picture += line(one, colour(index), across, up) }
        return """
            <figure><figcaption>\(title)</figcaption>\(legend)
            <svg viewBox="0 0 \(Self.size.width) \(Self.size.height)" role="img" aria-label="\(title)">\(picture)</svg>
            </figure>

            """
    }

    /// A few sizes on a linear axis need no nought: they stand from edge to edge, a little inside.
    private func scaleAcross(_ values: [Double]) -> Scale {
        let frame = Self.frame
        if x.kind == .linear, let first = x.ticks?.first, let last = x.ticks?.last {
            return Scale(between: first...last, places: (frame.left + 36, frame.right - 36))
        }
        return Scale(x.kind, around: values + (x.ticks ?? []), places: (frame.left, frame.right))
    }

    /// Measured series are coloured by their place among the measured ones.
    private func colour(_ index: Int) -> Int { series[..<index].count { !$0.isReference } }

    private var axisTitles: Markup {
        let frame = Self.frame
        let middle = (frame.left + frame.right) / 2
        let centre = (frame.top + frame.bottom) / 2
        return """
            <text class="axis" x="\(middle)" y="\(Self.size.height - 10)" text-anchor="middle">\(x.title)</text>\
            <text class="axis" transform="translate(16 \(centre)) rotate(-90)" text-anchor="middle">\(y.title)</text>
            """
    }

    private var legend: Markup {
        let entries = series.enumerated().map { index, one -> Markup in
            let kind: Markup = one.isReference ? "reference" : "s\(colour(index))"
            return #"<li><span class="key \#(kind)"></span>\#(one.name)</li>"#
        }
        return #"<ul class="legend">\#(entries.joined)</ul>"#
    }

    /// Without places that the eye cannot tell from the ones before them.
    private static func visible(_ places: [(Double, Double)]) -> [(Double, Double)] {
        guard let end = places.last else { return [] }
        var kept: [(Double, Double)] = []
        for place in places.dropLast() {
            if let last = kept.last, abs(last.0 - place.0) + abs(last.1 - place.1) < 0.8 { continue }
            kept.append(place)
        }
        return kept + [end]
    }

    private func line(_ one: Series, _ colour: Int, _ across: Scale, _ up: Scale) -> Markup {
        let kind: Markup = one.isReference ? "reference" : "s\(colour)"
        let places = one.points.map { (across.place(of: $0.x), up.place(of: $0.y)) }
        let path = Self.visible(places).map { place -> Markup in "\(place.0),\(place.1) " }.joined
        var picture: Markup = #"<polyline class="line \#(kind)" points="\#(path)"/>"#
        guard !one.isReference, places.count <= 12 else { return picture }
        for (place, point) in zip(places, one.points) {
            picture += #"<circle class="dot \#(kind)" cx="\#(place.0)" cy="\#(place.1)" r="4">"#
            picture += "<title>\(one.name): \(x.text(point.x)), \(y.text(point.y))</title></circle>"
        }
        return picture
    }
}
