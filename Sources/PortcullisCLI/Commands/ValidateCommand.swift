import IdentityDirectory
import PolicyLanguage
import Vocabulary

/// `portcullis validate`: every fault of policies, or of a whole directory.
struct ValidateCommand {
    private let console: Console
    private let arguments: Arguments
    private let reader: PolicyReader
    private let type: PolicyType

    init(_ words: [String], _ console: Console) throws(CommandFailure) {
        self.console = console
        arguments = try Arguments(
            words,
            valued: ["--type", "--mode", "--directory", "--quota"],
            flags: ["--json", "--aws-quotas", "--lines"]
        )
        var reader = try PolicyReader(arguments)
        reader.findsRedundancy = true
        self.reader = reader
        let name = try arguments.value("--type") ?? "identity"
        guard let type = PolicyType(rawValue: name) else {
            let known = PolicyType.allCases.map(\.rawValue).joined(separator: ", ")
            throw .usage("`--type` is one of \(known), not `\(name)`")
        }
        self.type = type
    }

    func run() throws(CommandFailure) -> ExitStatus {
        var report = Report()
        if let path = try arguments.value("--directory") { validateDirectory(path, &report) }
        if arguments.positional.isEmpty, report.documentCount == 0 {
            throw .usage("name a policy file, or `-`")
        }
        for path in arguments.positional {
            let source = SourceText(try console.read(path), name: path == "-" ? "standard input" : path)
            if arguments.has("--lines") {
                validateLines(source, &report)
            } else {
                validate(source, &report)
            }
        }
        show(report)
        return report.errorCount > 0 ? .invalidInput : .success
    }

    private struct Report {
        var documentCount = 0
        var diagnostics: [Diagnostic] = []

        var errorCount: Int { diagnostics.count { $0.severity == .error } }
        var warningCount: Int { diagnostics.count - errorCount }
    }

    private func validate(_ source: SourceText, _ report: inout Report) {
        report.documentCount += 1
        do throws(InvalidDocument) {
            report.diagnostics += try reader.read(source, as: type).warnings
        } catch {
            report.diagnostics += error.diagnostics
        }
    }

    /// One document a line; an object with a `document` member stands for that member.
    private func validateLines(_ source: SourceText, _ report: inout Report) {
        let lines = JSONLines(source).lines
        var progress = ProgressLine(console, "documents", total: lines.count)
        for line in lines {
            report.documentCount += 1
            do throws(InvalidDocument) {
                let root = try JSONDocument(reading: line.source).root
                report.diagnostics += try reader.read(root["document"] ?? root, as: type).warnings
            } catch {
                report.diagnostics += error.diagnostics
            }
            progress.advance()
        }
        progress.finish()
    }

    private func validateDirectory(_ path: String, _ report: inout Report) {
        report.documentCount += 1
        do throws(InvalidDirectory) {
            _ = try Directory(contentsOf: path, reader: reader)
        } catch {
            report.diagnostics += error.diagnostics
        }
    }

    // MARK: Output

    private func show(_ report: Report) {
        if arguments.has("--json") {
            let summary: JSONWriter.Value = .object([
                ("documents", .integer(Int64(report.documentCount))),
                ("errors", .integer(Int64(report.errorCount))),
                ("warnings", .integer(Int64(report.warningCount))),
                ("diagnostics", .array(report.diagnostics.map(\.json))),
            ])
            console.print(JSONWriter.text(summary, isPretty: true))
            return
        }
        for diagnostic in report.diagnostics { console.print(line(diagnostic)) }
        let noun = report.documentCount == 1 ? "document" : "documents"
        console.print(
            "\(report.documentCount) \(noun), \(report.errorCount) \(report.errorCount == 1 ? "error" : "errors"), "
                + "\(report.warningCount) \(report.warningCount == 1 ? "warning" : "warnings")"
        )
    }

    private func line(_ diagnostic: Diagnostic) -> String {
        guard console.isColored else { return diagnostic.description }
        let color = diagnostic.severity == .error ? 31 : 33
        return "\u{1B}[\(color)m\(diagnostic)\u{1B}[0m"
    }
}

extension Diagnostic {
    /// The finding as JSON.
    var json: JSONWriter.Value {
        .object([
            ("severity", .string(severity.rawValue)),
            ("code", .string(code.rawValue)),
            ("message", .string(message)),
            ("path", .string(path)),
            ("file", .string(location.source)),
            ("line", .integer(Int64(location.line))),
            ("column", .integer(Int64(location.column))),
        ])
    }
}
