import DecisionServer
import Dispatch
import GatewayRuntime
import Glibc
import SnapshotCompiler
import SnapshotDelivery

/// `portcullis serve`: a decision server over policies that are followed.
struct ServeCommand {
    let console: Console
    let arguments: Arguments
    private let followed: FollowedPolicies
    let configuration: ServerConfiguration

    init(_ words: [String], _ console: Console) throws(CommandFailure) {
        self.console = console
        arguments = try Arguments(
            words,
            valued: FollowedPolicies.valued.union(ServerConfiguration.valued).union(["--mapping"]).union(
                Self.questionValued
            ),
            flags: FollowedPolicies.flags.union(ServerConfiguration.flags).union(["--dry-run"]).union(
                Self.questionFlags
            )
        )
        followed = try FollowedPolicies(arguments, console)
        var configuration = try ServerConfiguration(arguments)
        configuration.log = { line in console.error("portcullis: \(line)") }
        self.configuration = configuration
        if arguments.has("--dry-run"), try arguments.value("--mapping") == nil,
            try arguments.value("--authzen") == nil
        {
            throw .usage("`--dry-run` needs `--mapping` or `--authzen`")
        }
        try checkQuestions()
    }

    func run() throws(CommandFailure) -> ExitStatus {
        let report = WatchReport(console, isJSON: false)
        var settings = try followed.settings()
        settings.countsDecisions = true
        settings.observer = { event in report.show(event) }
        let source = try followed.source()
        let follower: SnapshotFollower
        do throws(CompileError) {
            follower = try SnapshotFollower(following: source, settings)
        } catch {
            throw .invalidInput(error.description)
        }
        let gateway = try gateway(follower)
        var parts = ServedParts(follower: follower)
        parts.gateway = gateway
        try addQuestions(to: &parts, options: settings.compiler.options)
        let server = try start(parts)
        let isOver = DispatchSemaphore(value: 0)
        let following = Task {
            await follower.run()
            isOver.signal()
        }
        try? gateway?.start()
        let signals = ServerSignals(server)
        server.waitUntilEnded()
        signals.end()
        gateway?.stop()
        following.cancel()
        isOver.wait()
        return .success
    }

    private func gateway(_ follower: SnapshotFollower) throws(CommandFailure) -> Gateway? {
        guard let mapping = try arguments.value("--mapping") else { return nil }
        let log = GatewayLog { [configuration] _, line in configuration.log(line) }
        do throws(GatewayError) {
            return try Gateway(
                following: follower,
                mapping: mapping,
                isDryRun: arguments.has("--dry-run"),
                log: log
            )
        } catch {
            throw .invalidInput(error.description)
        }
    }

    private func start(_ parts: ServedParts) throws(CommandFailure) -> DecisionServer {
        do throws(ServerError) {
            let server = try DecisionServer(configuration, parts)
            try server.start()
            for address in server.addresses { console.print("checks: \(address)") }
            for address in server.adminAddresses { console.print("administration: \(address)") }
            // Whoever waits for the addresses reads them from a pipe.
            fflush(nil)
            return server
        } catch {
            throw .invalidInput(error.description)
        }
    }
}
