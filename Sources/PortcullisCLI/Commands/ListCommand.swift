import DecisionIndex
import IdentityDirectory
import PolicyLanguage
import ReferenceEvaluator
import SnapshotCompiler
import Vocabulary

/// `portcullis list`: which of many resources a caller may use, or what such resources must be like.
struct ListCommand {
    static let help = """
        usage: portcullis list --directory DIR --principal ARN --action A --resources FILE [OPTION]...
               portcullis list --directory DIR --principal ARN --action A --residual [OPTION]...
               portcullis list --snapshot FILE ...

        Prints those of many resources on which the caller may do the action, or, with `--residual`, the names and
        conditions under which the answer is allow, so that a database can filter.

          --resources FILE          one resource a line; `-` is standard input
          --residual                what is left of the request without its resource
          --below ARN               of a registered resource and what lies below it, rather than of resources
                                    that are not registered
          --unknown KEY             a context key to leave open, or `PREFIX*`; may be repeated. Tags of the resource
                                    are open unless given
          --json                    every resource with its outcome, one a line; or the residual in JSON

        The caller and its request are described as for `check`; see `portcullis check --help`.

        Exit codes: 0 something is allowed, 1 nothing is, 2 usage, 3 invalid input.
        """

    private let console: Console
    private let options: RequestOptions

    init(_ words: [String], _ console: Console) throws(CommandFailure) {
        self.console = console
        let arguments = try Arguments(
            words,
            valued: RequestOptions.valued.subtracting(["--resource", "--requests"])
                .union(["--snapshot", "--policy-cost-max", "--resources", "--below", "--unknown"]),
            flags: RequestOptions.flags.union(["--residual"])
        )
        if try arguments.value("--snapshot") != nil {
            if try arguments.value("--directory") != nil { throw .usage("name a directory or a snapshot") }
            if !arguments.all("--option").isEmpty { throw .usage("the choices are fixed in the snapshot") }
        }
        if try arguments.has("--residual") == (arguments.value("--resources") != nil) {
            throw .usage("name a file of `--resources`, or ask for the `--residual`")
        }
        if !arguments.has("--residual") {
            for option in ["--below", "--unknown"] where !arguments.all(option).isEmpty {
                throw .usage("`\(option)` needs `--residual`")
            }
        }
        options = try RequestOptions(arguments, console)
    }

    func run() throws(CommandFailure) -> ExitStatus {
        let document = try options.request(resource: "*")
        let (engine, choices) = try engine()
        let now = try options.time()
        let request: CompactRequest
        do {
            let credential = try document.session.map { try CallerCredential($0, options: choices) }
            request = try CompactRequest(document.request, credential: credential, at: now)
        } catch {
            throw .invalidInput("\(error)")
        }
        let owner = document.request.resourceAccount
        return options.arguments.has("--residual")
            ? try printResidual(engine, request, owner) : try printAllowed(engine, request, owner)
    }

    private func engine() throws(CommandFailure) -> (AuthorizationEngine, EvaluationOptions) {
        let costMax = try options.arguments.policyCostMax
        if let path = try options.arguments.value("--snapshot"),
            case .snapshot(let engine, let choices) = try CheckSubject(snapshot: path, policyCostMax: costMax)
        {
            return (engine, choices)
        }
        let directory = try options.directory()
        do throws(CompileError) {
            var compiler = SnapshotCompiler(options: options.options)
            compiler.policyCostMax = costMax
            let image = try compiler.compile(directory)
            return (AuthorizationEngine(image), options.options)
        } catch {
            throw .invalidInput(error.description)
        }
    }

    // MARK: Many resources

    private func printAllowed(
        _ engine: AuthorizationEngine,
        _ request: CompactRequest,
        _ owner: AccountID?
    ) throws(CommandFailure) -> ExitStatus {
        let lines = try resources()
        let batch: ResourceBatch
        do throws(InvalidResource) {
            batch = try ResourceBatch(lines.map(\.name), owner: owner)
        } catch {
            let place = error.index.map { "line \(lines[$0].number): " } ?? ""
            throw .invalidInput(place + error.error.description)
        }
        let decisions = engine.authorize(request, resources: batch)
        for (line, decision) in zip(lines, decisions) {
            let name = line.name.description
            if options.arguments.has("--json") {
                let members: [(String, JSONWriter.Value?)] = [
                    ("resource", .string(name)), ("outcome", .string(decision.outcome.name)),
                    ("layer", decision.layer.map { .string($0.name) }),
                ]
                console.print(JSONWriter.text(.object(members)))
            } else if decision.isAllowed {
                console.print(name)
            }
        }
        if decisions.contains(where: { $0.outcome == .error }) {
            console.error("the request cannot be evaluated: is the principal in the directory?")
            return .invalidInput
        }
        return decisions.contains { $0.isAllowed } ? .success : .denied
    }

    /// The lines of the file of resources; blank ones are passed over, and still counted.
    private func resources() throws(CommandFailure) -> [(number: Int, name: UTF8Text)] {
        let bytes = try console.read(try options.arguments.required("--resources"))
        let rows = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        var lines: [(number: Int, name: UTF8Text)] = []
        for (index, row) in rows.enumerated() {
            let row = row.last == UInt8(ascii: "\r") ? row.dropLast() : row
            if row.isEmpty { continue }
            guard String(validating: row, as: UTF8.self) != nil else {
                throw .invalidInput("line \(index + 1): not valid UTF-8")
            }
            lines.append((index + 1, UTF8Text(row)))
        }
        return lines
    }

    // MARK: Residual

    private func printResidual(
        _ engine: AuthorizationEngine,
        _ request: CompactRequest,
        _ owner: AccountID?
    ) throws(CommandFailure) -> ExitStatus {
        let below = try options.arguments.value("--below").map { UTF8Text($0) }
        let residual: ResourceResidual
        do throws(ResidualError) {
            residual = try engine.residual(
                of: request,
                scope: below.map { .registered($0) } ?? .unregistered(owner: owner),
                unknownKeys: options.arguments.all("--unknown").map { UTF8Text($0) }
            )
        } catch {
            throw .invalidInput(error.description)
        }
        console.print(
            options.arguments.has("--json")
                ? JSONWriter.text(residual.json, isPretty: true) : residual.description
        )
        return residual.filter == .never ? .denied : .success
    }
}
