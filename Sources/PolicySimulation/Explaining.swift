public import IdentityDirectory
import PolicyLanguage
public import ReferenceEvaluator
public import Vocabulary

/// A question for ``PolicyExplainer``: a request, what is known of the caller's credential, and when it is asked.
public struct ExplainedQuestion: Sendable {
    /// The request.
    public var request: AuthorizationRequest
    /// What a temporary credential carries; nil for a long-term one.
    public var session: SessionFacts?
    /// The time of the check.
    public var time: Instant

    /// A question.
    public init(_ request: AuthorizationRequest, session: SessionFacts? = nil, at time: Instant) {
        self.request = request
        self.session = session
        self.time = time
    }

    /// The question that a document asks, at the time that it names or, where it names none, at `now`.
    public init(_ document: RequestDocument, at now: Instant) {
        self.init(document.request, session: document.session, at: document.at ?? now)
    }
}

/// Says why the policies of a directory decide a request as they do.
///
/// It asks the specification in plain code, which reads every policy that bears on a request: slow beside a check. What
/// it says reveals policies.
public struct PolicyExplainer: Sendable {
    private let directory: Directory
    private let evaluator: SpecificationEvaluator

    /// An explainer of a directory's policies.
    public init(_ directory: Directory, options: EvaluationOptions = EvaluationOptions()) {
        self.directory = directory
        evaluator = SpecificationEvaluator(options: options)
    }

    /// The explanation of one request.
    ///
    /// - Throws: ``RequestError`` for a request that cannot be evaluated; the decision is then `error`.
    public func explain(_ question: ExplainedQuestion) throws(RequestError) -> Explanation {
        try evaluator.explain(question.request, in: directory, session: question.session, at: question.time)
    }

    /// The explanation of one request as a JSON text.
    ///
    /// - Parameter includesAllStatements: whether statements about other actions are listed, too.
    /// - Throws: ``RequestError`` for a request that cannot be evaluated.
    public func json(
        _ question: ExplainedQuestion,
        includesAllStatements: Bool = false,
        isPretty: Bool = false
    ) throws(RequestError) -> String {
        let value = try explain(question).json(includesAllStatements: includesAllStatements)
        return JSONWriter.text(value, isPretty: isPretty)
    }
}
