import IdentityDirectory
import PolicyLanguage
import ReferenceEvaluator
import Vocabulary

/// What `check` and `explain` have in common: the directory, the request or requests, the choices.
struct RequestOptions {
    static let valued: Set<String> = [
        "--directory", "--principal", "--action", "--resource", "--resource-account", "--context",
        "--context-file",
        "--session-name", "--session-policy", "--session-tag", "--mfa-age", "--issued-at",
        "--source-identity", "--at",
        "--requests", "--option", "--mode", "--quota",
    ]
    static let flags: Set<String> = ["--json", "--mfa", "--temporary", "--aws-quotas"]

    let arguments: Arguments
    let reader: PolicyReader
    let options: EvaluationOptions
    private let console: Console

    init(_ arguments: Arguments, _ console: Console) throws(CommandFailure) {
        self.arguments = arguments
        self.console = console
        if let stray = arguments.positional.first { throw .usage("`\(stray)` is not an option") }
        reader = try PolicyReader(arguments)
        var options = EvaluationOptions()
        for text in arguments.all("--option") {
            let (name, value) = try Arguments.pair(text, of: "--option")
            if !options.set(name, to: value) {
                throw .usage("`\(name)` is not an option with the value `\(value)`")
            }
        }
        self.options = options
    }

    /// The directory, read and checked.
    func directory() throws(CommandFailure) -> Directory {
        let path = try arguments.required("--directory")
        do throws(InvalidDirectory) {
            return try Directory(contentsOf: path, reader: reader)
        } catch {
            throw .invalidInput(error.description)
        }
    }

    /// Options of a single request would be silently ignored beside a file of requests.
    func refuseSingleRequest() throws(CommandFailure) {
        let single = Self.valued.subtracting([
            "--directory", "--requests", "--option", "--mode", "--quota", "--at",
        ])
        for option in single.sorted() where !arguments.all(option).isEmpty {
            throw .usage("`\(option)` describes one request and cannot stand beside `--requests`")
        }
        for flag in ["--mfa", "--temporary"] where arguments.has(flag) {
            throw .usage("`\(flag)` describes one request and cannot stand beside `--requests`")
        }
    }

    /// The time of a request that does not set its own.
    func time() throws(CommandFailure) -> Instant {
        guard let text = try arguments.value("--at") else { return .now }
        guard let instant = Instant(UTF8Text(text)) else {
            throw .usage("`--at` needs a date, not `\(text)`")
        }
        return instant
    }

    /// The one request that the options describe.
    ///
    /// - Parameter resource: what to ask about where no option says it; nil where one must.
    func request(resource: String? = nil) throws(CommandFailure) -> RequestDocument {
        let principal = try arguments.required("--principal")
        let action = try arguments.required("--action")
        let name = if let resource { resource } else { try arguments.required("--resource") }
        let members: [(String, JSONWriter.Value?)] = [
            ("principal", .string(principal)),
            ("action", .string(action)),
            ("resource", .string(name)),
            ("resourceAccount", try arguments.value("--resource-account").map { .string($0) }),
            ("session", try session()),
        ]
        var document: RequestDocument
        do throws(InvalidDocument) {
            let text = JSONWriter.text(.object(members))
            document = try RequestDocument(reading: SourceText(text, name: "command line"), reader: reader)
        } catch {
            throw .invalidInput(error.description)
        }
        document.request.context = try context()
        document.session?.policies = try sessionPolicies()
        if let fault = document.session?.faults(for: reader).first { throw .invalidInput(fault) }
        return document
    }

    // MARK: Context

    private func context() throws(CommandFailure) -> RequestContext {
        var pairs: [(key: UTF8Text, value: ContextValue)] = []
        if let path = try arguments.value("--context-file") { pairs = try contextFile(path) }
        for text in arguments.all("--context") {
            let (key, value) = try Arguments.pair(text, of: "--context")
            if key.hasSuffix("[]") {
                append(UTF8Text(value), to: UTF8Text(key.dropLast(2)), in: &pairs)
            } else {
                pairs.append((UTF8Text(key), .single(UTF8Text(value))))
            }
        }
        do throws(RequestError) { return try RequestContext(pairs) } catch {
            throw .invalidInput(error.description)
        }
    }

    /// `--context 'key[]=value'` makes a multi-valued key, and adds to it when repeated (A3).
    private func append(
        _ value: UTF8Text,
        to key: UTF8Text,
        in pairs: inout [(key: UTF8Text, value: ContextValue)]
    ) {
        if let index = pairs.firstIndex(where: { $0.key == key }),
            case .multi(let values) = pairs[index].value
        {
            pairs[index].value = .multi(values + [value])
        } else {
            pairs.append((key, .multi([value])))
        }
    }

    private func contextFile(_ path: String) throws(CommandFailure) -> [(key: UTF8Text, value: ContextValue)]
    {
        let source = SourceText(try console.read(path), name: path)
        do throws(InvalidDocument) { return try RequestDocument.contextPairs(reading: source) } catch {
            throw .invalidInput(error.description)
        }
    }

    // MARK: Session

    /// The facts of a temporary credential; nil when no option speaks of one.
    private func session() throws(CommandFailure) -> JSONWriter.Value? {
        let tags = try arguments.all("--session-tag").map { text throws(CommandFailure) in
            try Arguments.pair(text, of: "--session-tag")
        }
        let members: [(String, JSONWriter.Value?)] = [
            ("name", try arguments.value("--session-name").map { .string($0) }),
            ("issuedAt", try arguments.value("--issued-at").map { .string($0) }),
            ("sourceIdentity", try arguments.value("--source-identity").map { .string($0) }),
            ("mfa", arguments.has("--mfa") ? .bool(true) : nil),
            ("mfaAgeSeconds", try mfaAge()),
            ("tags", tags.isEmpty ? nil : .object(tags.map { ($0.key, .string($0.value)) })),
        ]
        let isTemporary = arguments.has("--temporary") || !arguments.all("--session-policy").isEmpty
        return isTemporary || members.contains { $0.1 != nil } ? .object(members) : nil
    }

    private func mfaAge() throws(CommandFailure) -> JSONWriter.Value? {
        guard let text = try arguments.value("--mfa-age") else { return nil }
        guard let seconds = Int64(text), seconds >= 0 else {
            throw .usage("`--mfa-age` needs seconds, not `\(text)`")
        }
        return .integer(seconds)
    }

    private func sessionPolicies() throws(CommandFailure) -> [EffectivePolicy]? {
        let paths = arguments.all("--session-policy")
        if paths.isEmpty { return nil }
        var policies: [EffectivePolicy] = []
        for path in paths {
            let source = SourceText(try console.read(path), name: path)
            do throws(InvalidDocument) {
                policies.append(EffectivePolicy(name: UTF8Text(path), try reader.read(source, as: .session)))
            } catch {
                throw .invalidInput(error.description)
            }
        }
        return policies
    }
}

extension PolicyReader {
    /// The reader that `--mode`, `--aws-quotas` and `--quota` ask for.
    init(_ arguments: Arguments) throws(CommandFailure) {
        var quotas = arguments.has("--aws-quotas") ? PolicyQuotas.aws : PolicyQuotas()
        for text in arguments.all("--quota") {
            let (name, value) = try Arguments.pair(text, of: "--quota")
            guard let number = Int(value), number >= 0, quotas.set(name, to: number) else {
                throw .usage("`\(name)` is not a quota with the value `\(value)`")
            }
        }
        self.init(mode: try ValidationMode(arguments), quotas: quotas)
    }
}

extension ValidationMode {
    /// The value of `--mode`; strict when absent.
    init(_ arguments: Arguments) throws(CommandFailure) {
        guard let text = try arguments.value("--mode") else {
            self = .strict
            return
        }
        guard let mode = ValidationMode(rawValue: text), mode != .permissive else {
            throw .usage("`--mode` is `strict` or `lenient`, not `\(text)`")
        }
        self = mode
    }
}

extension Instant {
    /// The time of the system's clock.
    static var now: Instant {
        let elapsed = UTCClock.secondsAndNanoseconds
        return Instant(seconds: elapsed.seconds, nanoseconds: elapsed.nanoseconds) ?? .distantPast
    }
}
