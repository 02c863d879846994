import Foundation
import Portcullis
import ReferenceEvaluator

/// A workload folder: `policies.jsonl`, `principals.jsonl` and `requests.jsonl`, each request with its answer.
struct Workload {
    /// The strings of a request, for the floor.
    struct Question {
        let principal: UTF8Text
        let action: UTF8Text
        let resource: UTF8Text
    }

    let name: String
    let folder: String
    let directory: Directory
    let policyCount: Int
    let principals: [UTF8Text]
    private(set) var questions: [Question] = []
    /// The requests before they are laid out.
    private(set) var asked: [WorkloadRequest] = []
    private(set) var requests: [CompactRequest] = []
    /// The answers that came with the workload.
    private(set) var stated: [Outcome] = []
    /// The reference evaluator's answers.
    private(set) var expected: [Outcome] = []

    /// The workload in a folder; with W2 comes W5, the same under guardrails.
    static func all(in folder: String) throws -> [Workload] {
        let name = URL(fileURLWithPath: folder).lastPathComponent
        let files = try WorkloadFiles(folder)
        let plain = try Directory(authorizationDetails: [files.details])
        let workload = try Workload(name, folder, files, plain)
        if name != "W2" { return [workload] }
        return [workload, try Workload("W5", folder, files, files.guardedDirectory())]
    }

    private init(_ name: String, _ folder: String, _ files: WorkloadFiles, _ directory: Directory) throws {
        self.name = name
        self.folder = folder
        self.directory = directory
        policyCount = files.policyCount
        principals = files.principals
        let evaluator = SpecificationEvaluator()
        for root in try files.requests() {
            let request = try WorkloadRequest(root, isContextComplete: name == "W4")
            questions.append(request.question)
            asked.append(request)
            requests.append(try request.compact())
            stated.append(Self.outcome(root["expected"]?.text.description ?? ""))
            expected.append(try request.decide(by: evaluator, in: directory))
        }
    }

    private static func outcome(_ word: String) -> Outcome {
        switch word {
        case "Allow": .allow
        case "Deny": .explicitDeny
        default: .implicitDeny
        }
    }
}

/// A request of a workload with its facts where they belong.
///
/// Facts of the credential and the time, which the workload keeps in the context, go into credential and time.
/// The requests of W4 state facts that contradict their principals, such as a user name for a role; there the
/// context is taken for all there is.
struct WorkloadRequest {
    private let principal: UTF8Text
    var request: AuthorizationRequest
    private let isContextComplete: Bool
    private var session = SessionFacts()
    private(set) var now = Instant(seconds: 0) ?? .distantPast

    init(_ root: JSONValue, isContextComplete: Bool) throws {
        self.isContextComplete = isContextComplete
        var pairs: [(key: UTF8Text, value: ContextValue)] = []
        for (key, value) in root["context"]?.members.map({ ($0.key, $0.value) }) ?? [] {
            let texts = value.kind == .array ? value.elements.map(\.text) : [value.text]
            switch (key.text.description, texts.first) {
            case ("aws:CurrentTime", let text?) where !isContextComplete: now = Instant(text) ?? now
            case ("aws:MultiFactorAuthPresent", let text?) where !isContextComplete:
                session.isMultiFactorAuthenticated = text.description == "true"
            case (let name, let text?) where !isContextComplete && name.hasPrefix("aws:PrincipalTag/"):
                session.tags[UTF8Text(name.dropFirst("aws:PrincipalTag/".count))] = text
            case (_, let text?) where texts.count == 1: pairs.append((key.text, .single(text)))
            default: pairs.append((key.text, .multi(texts)))
            }
        }
        principal = root["principal"]?.text ?? ""
        request = AuthorizationRequest(
            principal: RequestPrincipal(principal) ?? .anonymous,
            action: root["action"]?.text ?? "",
            resource: root["resource"]?.text ?? "",
            context: try RequestContext(pairs)
        )
    }

    var question: Workload.Question {
        Workload.Question(principal: principal, action: request.action, resource: request.resource)
    }

    func compact() throws -> CompactRequest {
        try CompactRequest(
            request,
            credential: CallerCredential(session, options: EvaluationOptions()),
            at: now,
            isContextComplete: isContextComplete
        )
    }

    func prepared() throws -> PreparedRequest {
        try PreparedRequest(
            request,
            credential: CallerCredential(session, options: EvaluationOptions()),
            at: now,
            isContextComplete: isContextComplete
        )
    }

    func decide(by evaluator: SpecificationEvaluator, in directory: Directory) throws -> Outcome {
        var policies = try directory.effectivePolicies(for: request, session: session, at: now)
        if isContextComplete { policies.context = request.context }
        return evaluator.decide(request, under: policies).outcome
    }
}
