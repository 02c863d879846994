import IdentityDirectory
import PolicyLanguage
import ReferenceEvaluator
import Vocabulary

/// `portcullis check`: the answer, and what decided it.
struct CheckCommand {
    private let console: Console
    private let options: RequestOptions
    private let verifies: Bool

    init(_ words: [String], _ console: Console) throws(CommandFailure) {
        self.console = console
        let flags = RequestOptions.flags.union(["--verify"])
        let arguments = try Arguments(
            words,
            valued: RequestOptions.valued.union(["--snapshot", "--policy-cost-max"]),
            flags: flags
        )
        if try arguments.value("--snapshot") == nil, try arguments.value("--policy-cost-max") != nil {
            throw .usage("`--policy-cost-max` is for snapshots")
        }
        if try arguments.value("--snapshot") != nil {
            if try arguments.value("--directory") != nil { throw .usage("name a directory or a snapshot") }
            if !arguments.all("--option").isEmpty { throw .usage("the choices are fixed in the snapshot") }
        }
        options = try RequestOptions(arguments, console)
        verifies = arguments.has("--verify")
    }

    func run() throws(CommandFailure) -> ExitStatus {
        let now = try options.time()
        if let path = try options.arguments.value("--requests") {
            try options.refuseSingleRequest()
            let source = SourceText(try console.read(path), name: path == "-" ? "standard input" : path)
            return try runAll(RequestLines(source, reader: options.reader).lines, at: now)
        }
        if verifies { throw .usage("`--verify` needs `--requests`") }
        let document = try options.request()
        let answer = self.answer(document, by: try subject(), at: now)
        console.print(text(answer))
        return status(answer.decision.outcome)
    }

    private struct Answer {
        let id: UTF8Text?
        let request: AuthorizationRequest?
        let decision: ReferenceDecision
        let snapshotVersion: UInt64
        let expected: UTF8Text?
        /// Why there is no request to decide.
        var fault: String?
    }

    private func subject() throws(CommandFailure) -> CheckSubject {
        if let path = try options.arguments.value("--snapshot") {
            return try CheckSubject(snapshot: path, policyCostMax: try options.arguments.policyCostMax)
        }
        return .directory(try options.directory(), SpecificationEvaluator(options: options.options))
    }

    private func answer(_ document: RequestDocument, by subject: CheckSubject, at now: Instant) -> Answer {
        Answer(
            id: document.id,
            request: document.request,
            decision: subject.decide(document, at: document.at ?? now),
            snapshotVersion: subject.snapshotVersion,
            expected: document.expect
        )
    }

    /// The answer to a line that cannot be read, so that answers and lines still come in pairs.
    private func answer(_ error: InvalidDocument, _ line: RequestLines.Line, by subject: CheckSubject)
        -> Answer
    {
        let detail = (error.diagnostics.first?.description ?? "").utf8.map {
            $0 < 0x20 || $0 == 0x7F ? 0x20 : $0
        }
        return Answer(
            id: line.id,
            request: nil,
            decision: ReferenceDecision(outcome: .error, layer: nil, statement: nil, error: nil),
            snapshotVersion: subject.snapshotVersion,
            expected: nil,
            fault: "the request cannot be read: " + String(decoding: detail, as: UTF8.self)
        )
    }

    private func status(_ outcome: Outcome) -> ExitStatus {
        switch outcome {
        case .allow: .success
        case .implicitDeny, .explicitDeny: .denied
        case .error: .invalidInput
        }
    }

    // MARK: Several requests

    private func runAll(
        _ lines: [RequestLines.Line],
        at now: Instant
    ) throws(CommandFailure) -> ExitStatus {
        let subject = try subject()
        var progress = ProgressLine(console, "requests", total: lines.count)
        var tally = Tally()
        for line in lines {
            switch line.document {
            case .success(let document):
                let answer = self.answer(document, by: subject, at: now)
                tally.add(answer.decision.outcome)
                if verifies { tally.verify(answer.decision.outcome, answer.expected, line.number, console) }
                if !verifies { console.print(text(answer)) }
            case .failure(let error):
                tally.add(.error)
                if verifies { tally.verify(.error, nil, line.number, console) }
                if !verifies { console.print(text(answer(error, line, by: subject))) }
                console.error(error.description)
            }
            progress.advance()
        }
        progress.finish()
        if verifies {
            console.print("\(tally.matchCount) passed, \(tally.mismatchCount) failed")
            return tally.mismatchCount == 0 ? .success : .denied
        }
        return tally.errorCount > 0 ? .invalidInput : tally.denialCount > 0 ? .denied : .success
    }

    private struct Tally {
        private(set) var denialCount = 0
        private(set) var errorCount = 0
        private(set) var matchCount = 0
        private(set) var mismatchCount = 0

        mutating func add(_ outcome: Outcome) {
            switch outcome {
            case .allow: break
            case .implicitDeny, .explicitDeny: denialCount += 1
            case .error: errorCount += 1
            }
        }

        mutating func verify(_ outcome: Outcome, _ expected: UTF8Text?, _ line: Int, _ console: Console) {
            if let expected, expected.description == outcome.name {
                matchCount += 1
            } else {
                mismatchCount += 1
                console.error(
                    "line \(line): expected \(expected ?? "an `expect` member"), got \(outcome.name)"
                )
            }
        }
    }

    // MARK: Output

    private func text(_ answer: Answer) -> String {
        if options.arguments.has("--json") { return JSONWriter.text(json(answer)) }
        let decision = answer.decision
        let code = decision.outcome.isAllowed ? 32 : 31
        let word =
            console.isColored ? "\u{1B}[\(code)m\(decision.outcome.name)\u{1B}[0m" : decision.outcome.name
        let label = answer.id.map { "\($0): " } ?? ""
        return label + word + " " + reason(answer)
    }

    private func reason(_ answer: Answer) -> String {
        if let fault = answer.fault { return fault }
        if let request = answer.request, let message = answer.decision.denialMessage(for: request) {
            return message
        }
        let layer = answer.decision.layer?.policyPhrase ?? ""
        let statement = answer.decision.statement.map { statement in
            " \(statement.policy), statement \(statement.index)\(statement.sid.map { " (\($0))" } ?? "")"
        }
        return "by \(layer)\(statement ?? "")"
    }

    private func json(_ answer: Answer) -> JSONWriter.Value {
        let members = answer.decision.jsonMembers(snapshotVersion: answer.snapshotVersion)
        let message = answer.request.flatMap { answer.decision.denialMessage(for: $0) }
        let more: [(String, JSONWriter.Value?)] = [
            ("error", answer.fault.map { .string($0) }), ("message", message.map { .string($0) }),
        ]
        return .object([("id", .text(answer.id))] + members + more)
    }
}
