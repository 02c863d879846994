import IdentityDirectory
import PolicyLanguage

/// What the process says with its exit code.
enum ExitStatus: Int32 {
    /// Allowed, valid, passed.
    case success = 0
    /// Denied, or some vector failed.
    case denied = 1
    /// The command line makes no sense.
    case usage = 2
    /// The input does: a policy, a directory or a request is faulty.
    case invalidInput = 3
}

/// Why a command stopped.
enum CommandFailure: Error {
    /// The command line makes no sense; what is wrong with it.
    case usage(String)
    /// The input is faulty; what is wrong with it.
    case invalidInput(String)
}

/// Chooses the command and turns failures into exit codes.
struct CommandLineTool {
    let console: Console

    func run(_ arguments: [String]) -> ExitStatus {
        guard let name = arguments.first else {
            console.error(Help.overview)
            return .usage
        }
        let rest = Array(arguments.dropFirst())
        if name == "--help" || name == "-h" || name == "help" {
            console.print(rest.first.flatMap { Help.byCommand[$0] } ?? Help.overview)
            return .success
        }
        if name == "--version" {
            console.print("portcullis \(Version.current)")
            return .success
        }
        guard let help = Help.byCommand[name] else {
            return fail(.usage("there is no command `\(name)`"), in: nil)
        }
        if rest.contains("--help") || rest.contains("-h") {
            console.print(help)
            return .success
        }
        do throws(CommandFailure) {
            switch name {
            case "compile": return try CompileCommand(rest, console).run()
            case "check": return try CheckCommand(rest, console).run()
            case "list": return try ListCommand(rest, console).run()
            case "explain": return try ExplainCommand(rest, console).run()
            case "validate": return try ValidateCommand(rest, console).run()
            case "bundle": return try BundleCommand(rest, console).run()
            case "store": return try StoreCommand(rest, console).run()
            case "serve": return try ServeCommand(rest, console).run()
            case "watch": return try WatchCommand(rest, console).run()
            default: return try ConformanceCommand(rest, console).run()
            }
        } catch {
            return fail(error, in: name)
        }
    }

    private func fail(_ failure: CommandFailure, in command: String?) -> ExitStatus {
        switch failure {
        case .usage(let message):
            console.error("portcullis: \(message)")
            console.error("See `portcullis \(command.map { $0 + " " } ?? "")--help`.")
            return .usage
        case .invalidInput(let message):
            console.error(message)
            return .invalidInput
        }
    }
}

/// The version of the program.
enum Version {
    static let current = "0.1.0"
}
