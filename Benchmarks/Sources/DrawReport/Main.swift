import Foundation
import Report

/// Draws the report of results, or writes the README's section of figures.
@main
struct Main {
    private static let usage = """
        usage: DrawReport RESULTS OUTPUT
               DrawReport readme [--check] RESULTS INSTRUCTIONS README

        The first writes one file of HTML. The second replaces what stands between the marks of the README, or with
        --check only tells whether it would change anything.
        """

    static func main() {
        do {
            try run(Array(CommandLine.arguments.dropFirst()))
        } catch {
            FileHandle.standardError.write(Data("DrawReport: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func run(_ arguments: [String]) throws {
        if arguments.first == "readme" {
            let isCheck = arguments.dropFirst().first == "--check"
            let paths = arguments.dropFirst(isCheck ? 2 : 1)
            if paths.count == 3 { return try writeSection(Array(paths), isCheck: isCheck) }
        } else if arguments.count == 2 {
            let page = ReportPage(try Results(contentsOf: arguments[0]))
            return try Data(page.html.utf8).write(to: URL(fileURLWithPath: arguments[1]), options: .atomic)
        }
        FileHandle.standardError.write(Data((usage + "\n").utf8))
        exit(2)
    }

    private static func writeSection(_ paths: [String], isCheck: Bool) throws {
        let section = FigureSection(
            try Results(contentsOf: paths[0]),
            try InstructionCounts(contentsOf: paths[1])
        )
        let readme = URL(fileURLWithPath: paths[2])
        let text = String(decoding: try Data(contentsOf: readme), as: UTF8.self)
        let changed = try section.replaced(in: text, path: paths[2])
        if changed == text { return }
        if isCheck { throw OutdatedSection(path: paths[2]) }
        try Data(changed.utf8).write(to: readme, options: .atomic)
    }
}

/// The README says something else than the figures that it is made of.
private struct OutdatedSection: Error, CustomStringConvertible {
    let path: String

    var description: String {
        "\(path): the measured figures are not those of the results; write them by Scripts/check-readme-figures --write"
    }
}
