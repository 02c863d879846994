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
            valued: ["-o", "--seed", "--mode", "--option", "--quota"],
            flags: ["--json", "--aws-quotas"]
        )
        guard let path = arguments.positional.first, arguments.positional.count == 1 else {
            throw .usage("name one directory")
        }
        directoryPath = path
        filePath = try arguments.required("-o")
        reader = try PolicyReader(arguments)
        compiler = SnapshotCompiler(options: try EvaluationOptions(arguments), seed: try Self.seed(arguments))
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
        let image = try compiled(directory)
        let built = clock.now
        do throws(SnapshotFormatError) { try image.write(to: filePath) } catch {
            throw .invalidInput(error.message)
        }
        show(image, reading: read - start, compiling: built - read, writing: clock.now - built)
        return .success
    }

    private func compiled(_ directory: Directory) throws(CommandFailure) -> VerifiedImage {
        do throws(CompileError) { return try compiler.compile(directory) } catch {
            throw .invalidInput("\(directoryPath): \(error.description)")
        }
    }

    private func show(_ image: VerifiedImage, reading: Duration, compiling: Duration, writing: Duration) {
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
            console.print(JSONWriter.text(.object([("file", .string(filePath))] + members + durations)))
            return
        }
        console.print(numbers.map { "\($0.1) \($0.0)" }.joined(separator: ", ") + " in \(filePath)")
        console.print(times.map { "\($0.0) \($0.1.wholeMilliseconds) ms" }.joined(separator: ", "))
    }
}

extension Duration {
    fileprivate var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
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
