import DecisionIndex
import IdentityDirectory
import PolicyLanguage
import SnapshotCompiler
import Vocabulary

/// `portcullis compile`: a directory as a snapshot file, which an engine reads in one go.
struct CompileCommand {
    private let console: Console
    private let arguments: Arguments
    private let reader: PolicyReader
    private let compiler: SnapshotCompiler
    private let directoryPath: String
    private let filePath: String

    init(_ words: [String], _ console: Console) throws(CommandFailure) {
        self.console = console
        arguments = try Arguments(
            words,
            valued: ["-o", "--seed", "--mode", "--option", "--quota", "--policy-cost-max"],
            flags: ["--json", "--aws-quotas", "--report"]
        )
        guard let path = arguments.positional.first, arguments.positional.count == 1 else {
            throw .usage("name one directory")
        }
        directoryPath = path
        filePath = try arguments.required("-o")
        reader = try PolicyReader(arguments)
        var compiler = SnapshotCompiler(
            options: try EvaluationOptions(arguments),
            seed: try Self.seed(arguments)
        )
        compiler.policyCostMax = try arguments.policyCostMax
        self.compiler = compiler
    }

    /// Drawn at random unless the bytes shall be the same again.
    private static func seed(_ arguments: Arguments) throws(CommandFailure) -> UInt64? {
        guard let text = try arguments.value("--seed") else { return nil }
        guard let seed = UInt64(text) else { throw .usage("`--seed` needs a whole number below 2^64") }
        return seed
    }

    func run() throws(CommandFailure) -> ExitStatus {
        let clock = ContinuousClock()
        let start = clock.now
        let directory: Directory
        do throws(InvalidDirectory) {
            directory = try Directory(contentsOf: directoryPath, reader: reader)
        } catch {
            throw .invalidInput(error.description)
        }
        let read = clock.now
        let (image, report) = try compiled(directory)
        let built = clock.now
        do throws(SnapshotFormatError) { try image.write(to: filePath) } catch {
            throw .invalidInput(error.message)
        }
        show(image, report, reading: read - start, compiling: built - read, writing: clock.now - built)
        return .success
    }

    /// The report only if it is asked for, since it costs time.
    private func compiled(
        _ directory: Directory
    ) throws(CommandFailure) -> (image: VerifiedImage, report: CompileReport?) {
        do throws(CompileError) {
            if arguments.has("--report") { return try compiler.compileWithReport(directory) }
            return (try compiler.compile(directory), nil)
        } catch {
            throw .invalidInput("\(directoryPath): \(error.description)")
        }
    }

    private func show(
        _ image: VerifiedImage,
        _ report: CompileReport?,
        reading: Duration,
        compiling: Duration,
        writing: Duration
    ) {
        let counts = image.counts
        let numbers = [
            ("accounts", counts.accounts), ("principals", counts.principals), ("resources", counts.resources),
            ("endpoints", counts.endpoints), ("policies", counts.policies), ("bytes", image.byteCount),
        ]
        let times = [("read", reading), ("compile", compiling), ("write", writing)]
        if arguments.has("--json") {
            let members = numbers.map { ($0.0, JSONWriter.Value.integer(Int64($0.1))) }
            let durations = times.map {
                ($0.0 + "Milliseconds", JSONWriter.Value.integer($0.1.wholeMilliseconds))
            }
            let all = [("file", JSONWriter.Value.string(filePath))] + members + durations
            console.print(JSONWriter.text(.object(all + [("report", report?.json)])))
            return
        }
        console.print(numbers.map { "\($0.1) \($0.0)" }.joined(separator: ", ") + " in \(filePath)")
        console.print(times.map { "\($0.0) \($0.1.wholeMilliseconds) ms" }.joined(separator: ", "))
        for line in report?.lines ?? [] { console.print(line) }
    }
}

extension Duration {
    fileprivate var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    }
}

extension Arguments {
    /// The limit that compiled policies keep.
    var policyCostMax: Int {
        get throws(CommandFailure) {
            guard let text = try value("--policy-cost-max") else { return StepBound.policyMax }
            guard let steps = Int(text), (1...StepBound.limitMax).contains(steps) else {
                throw .usage("`--policy-cost-max` needs a whole number from 1 to \(StepBound.limitMax)")
            }
            return steps
        }
    }
}

extension EvaluationOptions {
    /// The values of `--option`.
    init(_ arguments: Arguments) throws(CommandFailure) {
        self.init()
        for text in arguments.all("--option") {
            let (name, value) = try Arguments.pair(text, of: "--option")
            if !set(name, to: value) { throw .usage("`\(name)` is not an option with the value `\(value)`") }
        }
    }
}
