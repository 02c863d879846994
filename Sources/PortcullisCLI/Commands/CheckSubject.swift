import DecisionIndex
import IdentityDirectory
import ReferenceEvaluator
import SnapshotCompiler
import Vocabulary

/// What `check` asks: the specification over a directory, or an engine over a snapshot file.
enum CheckSubject {
    case directory(Directory, SpecificationEvaluator)
    case snapshot(AuthorizationEngine, EvaluationOptions)

    /// Reads and verifies a snapshot file.
    init(snapshot path: String, policyCostMax: Int) throws(CommandFailure) {
        do throws(SnapshotFormatError) {
            let image = try VerifiedImage(contentsOf: path, policyCostMax: policyCostMax)
            self = .snapshot(AuthorizationEngine(image), image.options)
        } catch {
            let place = error.code == .file ? error.message : "\(path): \(error.description)"
            throw .invalidInput(place)
        }
    }

    /// The revision that answers (H1): what a command reads once is the first.
    var snapshotVersion: UInt64 {
        switch self {
        case .directory: 1
        case .snapshot(let engine, _): engine.revision
        }
    }

    func decide(_ document: RequestDocument, at now: Instant) -> ReferenceDecision {
        switch self {
        case .directory(let directory, let evaluator):
            evaluator.decide(document.request, in: directory, session: document.session, at: now)
        case .snapshot(let engine, let options): Self.decide(document, at: now, engine, options)
        }
    }

    /// The engine's answer in the reference's words; a snapshot holds no `Sid`.
    private static func decide(
        _ document: RequestDocument,
        at now: Instant,
        _ engine: AuthorizationEngine,
        _ options: EvaluationOptions
    ) -> ReferenceDecision {
        do {
            let credential = try document.session.map { try CallerCredential($0, options: options) }
            let request = try CompactRequest(document.request, credential: credential, at: now)
            let decision = engine.authorize(request)
            let name =
                decision.layer == .session
                ? request.sessionPolicyName(of: decision) : engine.policyName(of: decision)
            let statement = decision.statement.flatMap { index in
                name.map { ReferenceDecision.StatementReference(policy: $0, index: index, sid: nil) }
            }
            return ReferenceDecision(
                outcome: decision.outcome,
                layer: decision.layer,
                statement: statement,
                error: nil
            )
        } catch {
            return ReferenceDecision(
                outcome: .error,
                layer: nil,
                statement: nil,
                error: error as? RequestError
            )
        }
    }
}
