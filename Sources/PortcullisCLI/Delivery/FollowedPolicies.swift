import IdentityDirectory
import PolicyLanguage
import SnapshotCompiler
import SnapshotDelivery
import Vocabulary

/// What a command follows, and how: the words and options that `watch` and `serve` share.
struct FollowedPolicies {
    static let valued = EtcdSettings.options.union([
        "--trust", "--channel", "--keep", "--interval", "--stale-after", "--mode", "--quota", "--option",
        "--policy-cost-max", "--ca-file", "--proxy", "--losing-max", "--replay", "--probes",
    ])
    static let flags: Set<String> = ["--aws-quotas", "--allow-rollback", "--stale-allow"]

    private let console: Console
    private let arguments: Arguments
    private let path: String
    private let etcd: EtcdSettings?

    init(_ arguments: Arguments, _ console: Console) throws(CommandFailure) {
        self.console = console
        self.arguments = arguments
        etcd = try EtcdSettings(arguments, console)
        guard arguments.positional.count == 1 || etcd != nil && arguments.positional.isEmpty else {
            throw .usage("name one directory, file or address, or `--etcd`")
        }
        path = arguments.positional.first ?? ""
    }

    private var isAddress: Bool { path.hasPrefix("http://") || path.hasPrefix("https://") }

    func source() throws(CommandFailure) -> any SnapshotSource {
        let interval = try arguments.seconds("--interval").map { Duration.seconds($0) }
        if etcd != nil, !path.isEmpty, !isAddress {
            throw .usage("`--etcd` beside a directory or file announces nothing")
        }
        if var etcd, path.isEmpty {
            if let interval { etcd.contactInterval = interval }
            return EtcdSource(etcd, reader: try PolicyReader(arguments))
        }
        guard isAddress else {
            for option in ["--ca-file", "--proxy"] where try arguments.value(option) != nil {
                throw .usage("`\(option)` is for addresses")
            }
            var timing = FileSource.Timing()
            if let interval { timing.rescan = interval }
            return FileSource(path: path, timing: timing)
        }
        var timing = HTTPSource.Timing()
        if let interval { timing.interval = interval }
        var options = HTTPOptions()
        options.certificateAuthorities = try arguments.value("--ca-file")
        options.proxy = try arguments.value("--proxy")
        return HTTPSource(pointer: path, timing: timing, options: options, announcedIn: etcd)
    }

    func settings() throws(CommandFailure) -> FollowerSettings {
        var settings = FollowerSettings(trust: try trust())
        settings.reader = try PolicyReader(arguments)
        settings.compiler = SnapshotCompiler(options: try EvaluationOptions(arguments))
        settings.compiler.policyCostMax = try arguments.policyCostMax
        settings.gates = try gates()
        settings.keepingFolder = try arguments.value("--keep")
        settings.stalenessLimit = try arguments.seconds("--stale-after").map { .seconds($0) }
        if arguments.has("--stale-allow") { settings.stalenessResponse = .continueAndReport }
        return settings
    }

    private func trust() throws(CommandFailure) -> ContentTrust {
        if arguments.all("--trust").isEmpty {
            if isAddress { throw .usage("`--trust` is needed for addresses") }
            for option in ["--channel"] where try arguments.value(option) != nil {
                throw .usage("`\(option)` needs `--trust`")
            }
            return .unsigned
        }
        var rules = AcceptanceRules(
            keys: try arguments.trustedKeys(console),
            channel: try arguments.channel()
        )
        rules.allowsRollback = arguments.has("--allow-rollback")
        return .signed(rules)
    }

    private func gates() throws(CommandFailure) -> [any UpdateGate] {
        var gates: [any UpdateGate] = []
        if let max = try arguments.count("--losing-max") {
            var limit = DifferenceLimit()
            limit.losingPrincipalsMax = max
            gates.append(limit)
        }
        if let path = try arguments.value("--probes") {
            guard let gate = ProbeGate(try requests(path), at: { .now }) else {
                throw .invalidInput("\(path): a probe needs an `expect` member")
            }
            gates.append(gate)
        }
        if let path = try arguments.value("--replay") {
            gates.append(ReplayGate(try requests(path), at: { .now }))
        }
        return gates
    }

    private func requests(_ path: String) throws(CommandFailure) -> RecordedRequests {
        let source = SourceText(try console.read(path), name: path)
        let reader = try PolicyReader(arguments)
        do throws(InvalidDocument) {
            return try RecordedRequests(source, reader: reader)
        } catch {
            throw .invalidInput(error.description)
        }
    }
}

extension Arguments {
    /// A whole number from 0; nil where the option is absent.
    func count(_ option: String) throws(CommandFailure) -> Int? {
        guard let text = try value(option) else { return nil }
        guard let count = Int(text), count >= 0 else {
            throw .usage("`\(option)` needs a whole number, not `\(text)`")
        }
        return count
    }
}
