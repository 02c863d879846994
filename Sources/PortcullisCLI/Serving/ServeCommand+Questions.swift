import DecisionServer
import IdentityDirectory
import PolicyLanguage
import SnapshotDelivery
import Vocabulary

/// What is asked in the words of AuthZEN, and of AWS's policy simulator.
extension ServeCommand {
    static let questionValued: Set<String> = ["--authzen", "--authzen-url"]
    static let questionFlags: Set<String> = ["--authzen-reasons", "--simulator"]

    /// Refuses options without those that they need.
    func checkQuestions() throws(CommandFailure) {
        let hasMapping = try arguments.value("--authzen") != nil
        guard try hasMapping == (arguments.value("--authzen-url") != nil) else {
            throw .usage("`--authzen` and `--authzen-url` need each other")
        }
        if arguments.has("--authzen-reasons"), !hasMapping {
            throw .usage("`--authzen-reasons` needs `--authzen`")
        }
        if arguments.has("--simulator"), configuration.adminListeners.isEmpty {
            throw .usage("`--simulator` discloses policies, and needs `--admin-listen`")
        }
    }

    /// Adds the handlers that the options ask for.
    func addQuestions(to parts: inout ServedParts, options: EvaluationOptions) throws(CommandFailure) {
        let follower = parts.follower
        let policies = PoliciesInForce(engine: follower.engine, directory: { follower.directory })
        if arguments.has("--simulator") {
            var limits = SimulatorAPI.Limits()
            limits.bodyBytesMax = configuration.limits.adminBodyBytesMax
            parts.simulator = SimulatorAPI(policies, options: options, limits: limits)
        }
        guard let path = try arguments.value("--authzen"), let url = try arguments.value("--authzen-url")
        else {
            return
        }
        let metadata = try metadata(url)
        var settings = AuthZENAPI.Settings()
        settings.bodyBytesMax = configuration.limits.bodyBytesMax
        settings.isDryRun = arguments.has("--dry-run")
        settings.disclosesPolicies = arguments.has("--authzen-reasons")
        parts.authZEN = AuthZENAPI(
            policies,
            mapping: try mapping(path),
            metadata: metadata,
            settings: settings
        )
        parts.authZENBasePath = metadata.basePath
    }

    private func metadata(_ url: String) throws(CommandFailure) -> AuthZENMetadata {
        do throws(AuthZENMetadata.InvalidURL) {
            return try AuthZENMetadata(base: url)
        } catch {
            throw .usage("`--authzen-url`: \(error.description)")
        }
    }

    private func mapping(_ path: String) throws(CommandFailure) -> AuthZENMapping {
        let source = SourceText(try console.read(path), name: path)
        do throws(InvalidDocument) {
            return try AuthZENMapping(reading: source)
        } catch {
            throw .invalidInput(error.description)
        }
    }
}
