import Testing

@testable import PortcullisCLI

@Suite("Help and usage")
struct UsageTests {
    static let commands = ["check", "list", "explain", "validate", "compile", "conformance"]

    @Test("Without a command the overview goes to standard error, and the exit code is 2")
    func noCommand() {
        let run = portcullis([])
        #expect(run.status == .usage && run.output.isEmpty)
        #expect(run.errors.hasPrefix("usage: portcullis COMMAND"))
    }

    @Test("The overview names every command and every exit code", arguments: ["--help", "-h", "help"])
    func overview(_ word: String) {
        let run = portcullis([word])
        #expect(run.status == .success && run.errors.isEmpty)
        for command in Self.commands { #expect(run.output.contains("\n  \(command) "), "\(command)") }
        #expect(
            run.output.contains(
                "Exit codes: 0 allowed or valid, 1 denied or failed, 2 usage, 3 invalid input."
            )
        )
    }

    @Test("Each command has help, in three ways", arguments: commands)
    func commandHelp(_ command: String) {
        let run = portcullis([command, "--help"])
        #expect(run.status == .success && run.errors.isEmpty)
        #expect(run.output.hasPrefix("usage: portcullis \(command) "))
        #expect(run.output.contains("Exit codes: "))
        #expect(portcullis([command, "-h"]).output == run.output)
        #expect(portcullis(["help", command]).output == run.output)
        #expect(portcullis([command, "--nonsense", "--help"]).output == run.output)
    }

    @Test("Help for a command that is none is the overview")
    func helpForNothing() {
        #expect(portcullis("help nothing").output == portcullis("--help").output)
    }

    /// The words that a help text offers as options, wherever they stand.
    private func offered(_ text: String) -> Set<String> {
        let words = text.split { !($0.isLetter || $0 == "-") }
        return Set(words.filter { $0.hasPrefix("--") && $0.count > 2 }.map(String.init))
    }

    @Test("Help names every option of check and explain", arguments: ["check", "explain"])
    func optionsOfRequests(_ command: String) {
        let known = RequestOptions.valued.union(RequestOptions.flags)
            .union(command == "check" ? ["--verify", "--snapshot", "--policy-cost-max"] : ["--all"])
            .subtracting(command == "check" ? [] : ["--requests"])
        #expect(offered(portcullis([command, "--help"]).output) == known)
    }

    @Test("The version is one line")
    func version() {
        let run = portcullis("--version")
        #expect(run.status == .success && run.output == "portcullis \(Version.current)\n")
    }

    @Test("A command that is none is a usage error that points at the help")
    func unknownCommand() {
        let run = portcullis("chekc --json")
        #expect(run.status == .usage && run.output.isEmpty)
        #expect(run.errorLines == ["portcullis: there is no command `chekc`", "See `portcullis --help`."])
    }

    @Test("An option that is none is a usage error", arguments: commands, ["--nonsense", "-x", "--json=yes"])
    func unknownOption(_ command: String, _ option: String) {
        let run = portcullis([command, option])
        #expect(run.status == .usage && run.output.isEmpty)
        #expect(run.errorLines.first == "portcullis: there is no option `\(option)`")
        #expect(run.errorLines.last == "See `portcullis \(command) --help`.")
    }

    @Test(
        "An option without its value is a usage error",
        arguments: [
            ("check", "--directory"), ("check", "--context"), ("explain", "--principal"),
            ("validate", "--type"),
            ("conformance", "--evaluator"), ("conformance", "--accept"),
        ]
    )
    func missingValue(_ command: String, _ option: String) {
        let run = portcullis([command, option])
        #expect(run.status == .usage)
        #expect(run.errorLines.first == "portcullis: `\(option)` needs a value")
    }

    @Test(
        "An option that stands once at most and stands twice is a usage error",
        arguments: [
            (
                "check --directory a --directory b --principal anonymous --action a:b --resource *",
                "--directory"
            ),
            ("check --principal anonymous --principal anonymous", "--principal"),
            (
                "explain --at 1 --at=2 --directory /nowhere --principal anonymous --action a:b --resource *",
                "--at"
            ),
            ("check --requests a --requests b", "--requests"),
            ("explain --requests a --requests b", "--requests"),
            ("validate --type scp --type rcp x", "--type"),
            ("validate --mode strict --mode lenient x", "--mode"),
            ("conformance --evaluator reference --evaluator reference x", "--evaluator"),
            ("conformance --accept a --accept b x", "--accept"),
        ]
    )
    func repeatedOption(_ line: String, _ option: String) throws {
        let folder = try TemporaryFolder(smallWorld)
        let run = portcullis(line.replacing("/nowhere", with: folder.path))
        #expect(run.status == .usage)
        #expect(run.errorLines.first == "portcullis: `\(option)` was given 2 times")
    }

    @Test(
        "An option that is needed and missing is a usage error",
        arguments: ["check", "explain"],
        ["--directory", "--principal", "--action", "--resource"]
    )
    func neededOption(_ command: String, _ option: String) {
        let all = ["--directory", "--principal", "--action", "--resource"]
        let words = all.filter { $0 != option }.flatMap { [$0, $0 == "--action" ? "a:b" : "anonymous"] }
        let run = portcullis([command] + words)
        #expect(run.status == .usage)
        #expect(run.errorLines.first == "portcullis: `\(option)` is needed")
    }

    @Test(
        "A value that its option does not take is a usage error",
        arguments: [
            ("check --mode permissive", "`--mode` is `strict` or `lenient`, not `permissive`"),
            ("validate --mode loose x", "`--mode` is `strict` or `lenient`, not `loose`"),
            ("check --option rootUser=maybe", "`rootUser` is not an option with the value `maybe`"),
            ("check --option nothing=1", "`nothing` is not an option with the value `1`"),
            ("check --option rootUser", "`--option` needs `key=value`, not `rootUser`"),
            ("check --option =true", "`--option` needs `key=value`, not `=true`"),
            ("check --at noon", "`--at` needs a date, not `noon`"),
            ("check stray", "`stray` is not an option"),
            ("explain --requests x", "`explain` takes one request"),
            ("validate", "name a policy file, or `-`"),
            (
                "validate --type policy x",
                "`--type` is one of identity, boundary, session, resource, trust, scp, rcp, endpoint, not `policy`"
            ),
            ("conformance", "name a file or folder of vectors"),
            (
                "conformance --evaluator fast x",
                "there is no evaluator `fast`; use `reference`, `index` or `both`"
            ),
        ]
    )
    func faultyValue(_ line: String, _ message: String) {
        let run = portcullis(line)
        #expect(run.status == .usage && run.output.isEmpty)
        #expect(run.errorLines.first == "portcullis: \(message)")
    }

    @Test("After `--` everything is a file name; a value may follow `=`")
    func endOfOptions() throws {
        let folder = try TemporaryFolder(["--json": #"{"Statement": []}"#])
        let run = portcullis(["validate", "--type=identity", "--", "\(folder.path)/--json", "--help-me"])
        #expect(run.status == .invalidInput)
        #expect(run.errors.contains("--help-me: cannot open it"))
    }

    @Test("The exit codes are those that the help promises")
    func exitCodes() {
        let codes: [Status] = [.success, .denied, .usage, .invalidInput]
        #expect(codes.map(\.rawValue) == [0, 1, 2, 3])
    }
}
