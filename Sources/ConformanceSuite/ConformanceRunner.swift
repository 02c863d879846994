public import IdentityDirectory
import PolicyLanguage
public import ReferenceEvaluator
public import Vocabulary

/// Decides requests for the suite; each evaluator of the project is one.
public protocol ConformanceEvaluator: Sendable {
    /// The word that chooses the evaluator on the command line.
    var name: String { get }

    /// Decides a request under the policies that bear on it.
    func decide(
        _ request: AuthorizationRequest,
        under policies: EffectivePolicies,
        options: EvaluationOptions
    ) -> ReferenceDecision

    /// Decides a request against a whole directory.
    func decide(_ document: RequestDocument, in directory: Directory, options: EvaluationOptions)
        -> ReferenceDecision
}

/// The specification in plain code, as the suite's subject.
public struct ReferenceSubject: ConformanceEvaluator {
    /// `reference`.
    public let name = "reference"

    /// The only one.
    public init() {}

    /// Decides with ``SpecificationEvaluator``.
    public func decide(
        _ request: AuthorizationRequest,
        under policies: EffectivePolicies,
        options: EvaluationOptions
    ) -> ReferenceDecision {
        SpecificationEvaluator(options: options).decide(request, under: policies)
    }

    /// Decides with the policies that bear on the request.
    public func decide(
        _ document: RequestDocument,
        in directory: Directory,
        options: EvaluationOptions
    ) -> ReferenceDecision {
        SpecificationEvaluator(options: options).decide(
            document.request,
            in: directory,
            session: document.session,
            at: document.at ?? RequestDocument.defaultTime
        )
    }
}

/// Runs vectors.
///
/// A kind that it does not know is a failure, not a skip.
public struct ConformanceRunner: Sendable {
    let evaluator: any ConformanceEvaluator
    private let accepted: [String: String]
    private let measuresTime: Bool

    /// Tags of peers' cases that need rules of one service, or leave AWS's documented rules.
    static let tagsApart: Set<String> = [
        "discovery-mode", "request-resource-pattern", "open-question", "short-arn", "service-kms",
        "service-sts",
        "service-iam", "service-s3-abac",
    ]

    /// A runner for one evaluator.
    ///
    /// - Parameters:
    ///   - accepted: the rule that decides otherwise, by the id of each vector known to differ.
    ///   - measuresTime: whether a vector that takes longer than it may fails. Leave it out where other work runs
    ///     beside this one, or where a sanitizer slows it; a debug build never measures.
    public init(
        _ evaluator: any ConformanceEvaluator = ReferenceSubject(),
        accepting accepted: [String: String] = [:],
        measuresTime: Bool = true
    ) {
        self.evaluator = evaluator
        self.accepted = accepted
        self.measuresTime = measuresTime && Self.isOptimized
    }

    /// Runs one vector.
    public func run(_ vector: ConformanceVector) -> ConformanceResult {
        ConformanceResult(id: vector.id, verdict: judged(vector))
    }

    /// A difference that is accepted must still be one, so that the list stays true.
    private func judged(_ vector: ConformanceVector) -> ConformanceResult.Verdict {
        let verdict = verdict(vector)
        guard let rule = accepted[vector.id] else { return verdict }
        switch verdict {
        case .failed: return .skipped("rule \(rule) decides otherwise")
        case .passed: return .failed("is listed as decided otherwise by \(rule), and is not")
        case .skipped: return verdict
        }
    }

    private func verdict(_ vector: ConformanceVector) -> ConformanceResult.Verdict {
        if let dialect = vector.dialect, dialect != "aws" { return .skipped("dialect \(dialect)") }
        if let tag = vector.tags.first(where: Self.tagsApart.contains) { return .skipped("tag \(tag)") }
        do throws(InvalidDocument) {
            return try timed(vector) { () throws(InvalidDocument) in try dispatch(vector) }
        } catch {
            return .failed("the vector cannot be read: \(error)")
        }
    }

    private func dispatch(_ vector: ConformanceVector) throws(InvalidDocument) -> ConformanceResult.Verdict {
        switch vector.kind {
        case "simulate": try simulate(vector)
        case "directory": try simulateInDirectory(vector)
        case "condition": try matchConditions(vector)
        case "action-match": try matchAction(vector)
        case "resource-match": try matchResource(vector)
        case "principal-match": try matchPrincipal(vector)
        case "wildcard-match": matchWildcards(vector)
        case "variable": matchVariables(vector)
        case "parse-valid", "parse-invalid": parse(vector)
        case "policy": try hostilePolicy(vector)
        case "request": try simulate(vector, options: .hostileInput)
        case "request-json": try hostileRequest(vector)
        case "glob": hostileGlob(vector)
        case "snapshot-fault": snapshotFault(vector)
        case "runtime-fault": .skipped("runtime-fault: the \(evaluator.name) evaluator is no running service")
        default: .failed("unknown kind `\(vector.kind)`")
        }
    }

    /// Fails a vector that took longer than it may, in builds where time means something.
    ///
    /// A busy machine may delay any one run; work that is too much is so every time.
    private func timed(
        _ vector: ConformanceVector,
        _ body: () throws(InvalidDocument) -> ConformanceResult.Verdict
    ) throws(InvalidDocument) -> ConformanceResult.Verdict {
        let clock = ContinuousClock()
        var fastest: Duration?
        for _ in 0..<8 {
            let start = clock.now
            let verdict = try body()
            let elapsed = clock.now - start
            guard measuresTime, let limit = vector.millisecondsMax, elapsed > .milliseconds(limit) else {
                return verdict
            }
            fastest = min(elapsed, fastest ?? elapsed)
        }
        return .failed("took \(fastest ?? .zero), the limit is \(vector.millisecondsMax ?? 0) ms")
    }

    private static var isOptimized: Bool {
        #if DEBUG
        false
        #else
        true
        #endif
    }

    func compare(_ answer: String, with vector: ConformanceVector, _ detail: String = "")
        -> ConformanceResult.Verdict
    {
        if isAccepted(answer, vector) { return .passed }
        return .failed("expected \(vector.expect), got \(answer)\(detail.isEmpty ? "" : ": \(detail)")")
    }

    private func isAccepted(_ answer: String, _ vector: ConformanceVector) -> Bool {
        if answer == vector.expect || vector.alsoAccepted.contains(answer) { return true }
        return vector.expect == "deny" && (answer == "implicitDeny" || answer == "explicitDeny")
    }
}
