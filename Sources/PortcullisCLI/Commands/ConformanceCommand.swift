import ConformanceSuite
import IdentityDirectory
import PolicyLanguage
import Vocabulary

/// `portcullis conformance`: runs vectors and prints each mismatch.
struct ConformanceCommand {
    private let console: Console
    private let arguments: Arguments
    private let evaluator: any ConformanceEvaluator

    init(_ words: [String], _ console: Console) throws(CommandFailure) {
        self.console = console
        arguments = try Arguments(words, valued: ["--evaluator", "--accept"], flags: ["--json"])
        let name = try arguments.value("--evaluator") ?? "reference"
        switch name {
        case "reference": evaluator = ReferenceSubject()
        case "index": evaluator = IndexSubject()
        case "both": evaluator = BothSubjects()
        default: throw .usage("there is no evaluator `\(name)`; use `reference`, `index` or `both`")
        }
        if arguments.positional.isEmpty { throw .usage("name a file or folder of vectors") }
    }

    func run() throws(CommandFailure) -> ExitStatus {
        let accepted = try acceptedDifferences()
        var vectors: [ConformanceVector] = []
        for path in try files() { vectors += try self.vectors(in: path) }
        let runner = ConformanceRunner(evaluator, accepting: accepted)
        var report = ConformanceReport()
        var progress = ProgressLine(console, "vectors", total: vectors.count)
        for vector in vectors {
            report.add(runner.run(vector))
            progress.advance()
        }
        progress.finish()
        show(report)
        return report.failures.isEmpty ? .success : .denied
    }

    /// The files named, and the `.jsonl` files of the folders named.
    private func files() throws(CommandFailure) -> [String] {
        var files: [String] = []
        for path in arguments.positional {
            do throws(FileFault) {
                guard try SystemFiles.kind(of: path) == .folder else {
                    files.append(path)
                    continue
                }
                let names = try SystemFiles.names(in: path, countMax: 100_000).map {
                    String(decoding: $0, as: UTF8.self)
                }
                files += names.filter { $0.hasSuffix(".jsonl") }.sorted().map { "\(path)/\($0)" }
            } catch {
                throw .invalidInput("\(error.path): \(error.message)")
            }
        }
        return files
    }

    private func vectors(in path: String) throws(CommandFailure) -> [ConformanceVector] {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
            separator: "/"
        )
        var vectors: [ConformanceVector] = []
        for line in JSONLines(SourceText(try console.read(path), name: path)).lines {
            do throws(InvalidDocument) {
                vectors.append(try ConformanceVector(line.source, folder: folder.isEmpty ? "." : folder))
            } catch {
                throw .invalidInput(error.description)
            }
        }
        return vectors
    }

    /// The vectors that a rule decides otherwise, by id, with the rule.
    private func acceptedDifferences() throws(CommandFailure) -> [String: String] {
        guard let path = try arguments.value("--accept") else { return [:] }
        var accepted: [String: String] = [:]
        for row in JSONLines(SourceText(try console.read(path), name: path)).lines {
            do throws(InvalidDocument) {
                let line = try JSONDocument(reading: row.source).root
                guard let id = line["id"]?.string, let rule = line["rule"]?.string else {
                    throw InvalidDocument([
                        Diagnostic(
                            .error,
                            .schemaMissing,
                            "`id` and `rule` are needed",
                            path: "",
                            location: line.location
                        )
                    ])
                }
                accepted[id.description] = rule.description
            } catch {
                throw .invalidInput(error.description)
            }
        }
        return accepted
    }

    // MARK: Output

    private func show(_ report: ConformanceReport) {
        for failure in report.failures {
            if arguments.has("--json") {
                let line: JSONWriter.Value = .object([
                    ("id", .string(failure.id)), ("message", .string(failure.message)),
                ])
                console.print(JSONWriter.text(line))
            } else {
                let word = console.isColored ? "\u{1B}[31mFAIL\u{1B}[0m" : "FAIL"
                console.print("\(word) \(failure.id): \(failure.message)")
            }
        }
        for (reason, count) in report.skipped.sorted(by: { $0.key < $1.key }) {
            console.print("skipped \(count): \(reason)")
        }
        console.print(report.summary)
    }
}
