import Foundation
import Testing

@testable import Report

@Suite("What is written")
struct PageTests {
    @Test("The report needs no network and no script, and is well-formed")
    func selfContained() throws {
        let html = ReportPage(try Sample.results()).html
        for word in ["<script", "http:", "https:", "src=", "@import", "url("] {
            #expect(!html.contains(word), "\(word)")
        }
        let body =
            try #require(html.range(of: "<body>"))
            .lowerBound..<(try #require(html.range(of: "</body>")).upperBound)
        let parser = NestingProbe(String(html[body]))
        #expect(parser.isWellFormed)
        #expect(!html.contains("nan"))
        #expect(!html.contains("inf\""))
    }

    @Test("Text out of the results cannot become markup")
    func escaping() throws {
        let text = try Sample.text().replacing("Example Processor", with: "<b>&x</b>")
        let html = ReportPage(try Results(Data(text.utf8), path: "")).html
        #expect(html.contains("&lt;b&gt;&amp;x&lt;/b&gt;"))
        #expect(!html.contains("<b>"))
    }

    @Test("The README's section stands between its marks, and writing it again changes nothing")
    func section() throws {
        let section = FigureSection(try Sample.results(), try Sample.instructions())
        let readme = "above\n\(FigureSection.begin)\nold 999 ns\n\(FigureSection.end)\nbelow\n"
        let written = try section.replaced(in: readme, path: "README.md")
        #expect(written.hasPrefix("above\n") && written.hasSuffix("\nbelow\n"))
        #expect(!written.contains("old 999 ns"))
        #expect(try section.replaced(in: written, path: "README.md") == written)
        for figure in [
            "Example Processor", "2026-01-02", "224 ns", "| plain | 4,870 |",
            "Scripts/benchmark --full --peers",
        ] {
            #expect(written.contains(figure), "\(figure)")
        }
    }

    @Test(
        "A README without one pair of marks is refused",
        arguments: [
            "no marks", FigureSection.begin, FigureSection.end + FigureSection.begin,
            FigureSection.begin + FigureSection.begin + FigureSection.end,
        ]
    )
    func marks(readme: String) throws {
        let section = FigureSection(try Sample.results(), try Sample.instructions())
        #expect(throws: InvalidResults.self) { try section.replaced(in: readme, path: "README.md") }
    }
}

/// Whether every element of a text is closed in its order.
private struct NestingProbe {
    let isWellFormed: Bool

    init(_ text: String) {
        var open: [Substring] = []
        var isWellFormed = true
        for tag in text.matches(of: /<(\/?)([a-zA-Z0-9]+)[^>]*?(\/?)>/) {
            if !tag.output.3.isEmpty { continue }
            if tag.output.1.isEmpty {
                open.append(tag.output.2)
            } else if open.popLast() != tag.output.2 {
                isWellFormed = false
            }
        }
        self.isWellFormed = isWellFormed && open.isEmpty
    }
}
