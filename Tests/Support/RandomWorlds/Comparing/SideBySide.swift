import DecisionIndex
package import IdentityDirectory
package import ReferenceEvaluator
package import SnapshotCompiler
package import Vocabulary

/// What an evaluator says of a request, in words that both have.
package struct Answer: Sendable, Hashable, CustomStringConvertible {
    package let outcome: Outcome
    package let layer: PolicyLayer?
    package let policy: UTF8Text?
    package let statement: Int?

    init(_ outcome: Outcome, _ layer: PolicyLayer?, _ policy: UTF8Text?, _ statement: Int?) {
        self.outcome = outcome
        self.layer = layer
        self.policy = policy
        self.statement = statement
    }

    static let error = Answer(.error, nil, nil, nil)
    /// What no evaluator answers: the prepared path and the plain one disagree.
    static let preparedDiffers = Answer(.error, nil, "a prepared request answers otherwise", 0)

    /// What no evaluator answers: a batch and single calls disagree.
    static let batchDiffers = Answer(.error, nil, "a batch answers otherwise", 0)

    package init(_ decision: ReferenceDecision) {
        self.init(decision.outcome, decision.layer, decision.statement?.policy, decision.statement?.index)
    }

    package var description: String {
        var text = outcome.name
        if let layer { text += " by \(layer.name)" }
        if let policy, let statement { text += " (`\(policy)`, statement \(statement))" }
        return text
    }
}

/// The reference evaluator and the decision index over one directory, asked the same questions.
package struct SideBySide: ~Copyable {
    private let directory: Directory
    private let evaluator: SpecificationEvaluator
    private let image: VerifiedImage
    private var reader: AuthorizationReader
    /// Compiled once each, by the place of the session in its world.
    private var credentials: [Int: CallerCredential] = [:]
    private var policyNames: [PolicyID: UTF8Text] = [:]
    private var prepared = PreparedQuestions()
    private var batch = BatchedQuestions()
    private let engine: AuthorizationEngine
    private var askedCount = 0
    private var strayCount = 0

    /// Compiles the directory; the image must pass the verifier, as one from a file must.
    package init(_ directory: Directory, _ options: EvaluationOptions, seed: UInt64) throws {
        self.directory = directory
        evaluator = SpecificationEvaluator(options: options)
        let compiled = try SnapshotCompiler(options: options, seed: seed).compile(directory)
        image = try VerifiedImage(verifying: compiled.bytes)
        engine = AuthorizationEngine(image)
        reader = engine.makeReader()
    }

    /// Takes a directory as it was changed, with its image.
    package init(_ compiled: CompiledDirectory, _ options: EvaluationOptions) {
        directory = compiled.directory
        evaluator = SpecificationEvaluator(options: options)
        image = compiled.image
        engine = AuthorizationEngine(image)
        reader = engine.makeReader()
    }

    /// The size of the image.
    package var imageByteCount: Int { image.byteCount }

    /// Asks both.
    package mutating func ask(_ question: RandomRequest) -> (reference: Answer, index: Answer) {
        let reference = evaluator.decide(
            question.request,
            in: directory,
            session: question.session,
            at: question.at
        )
        return (Answer(reference), index(question))
    }

    /// Asks both about a request that comes without a world.
    package mutating func ask(
        _ request: AuthorizationRequest,
        session: SessionFacts? = nil,
        at: Instant = RandomWorld.noon
    ) -> (reference: Answer, index: Answer) {
        let reference = evaluator.decide(request, in: directory, session: session, at: at)
        do {
            let credential = try session.map { try CallerCredential($0, options: evaluator.options) }
            // A number of its own: it may be like no other.
            if session != nil { strayCount += 1 }
            return (Answer(reference), try answer(to: request, credential, number: -1 - strayCount, at))
        } catch {
            return (Answer(reference), .error)
        }
    }

    private mutating func index(_ question: RandomRequest) -> Answer {
        do {
            let number = question.credential?.index ?? -1
            let credential = try credential(question.credential)
            return try answer(to: question.request, credential, number: number, question.at)
        } catch {
            return .error
        }
    }

    private mutating func credential(_ session: RandomSession?) throws -> CallerCredential? {
        guard let session else { return nil }
        if let known = credentials[session.index] { return known }
        let credential = try CallerCredential(session.facts, options: evaluator.options)
        credentials[session.index] = credential
        return credential
    }

    /// Asks plainly, through a prepared request that was asked something else before, sometimes by another snapshot,
    /// and in a batch with those before; where these answer otherwise, the answer is an error that none can be.
    private mutating func answer(
        to request: AuthorizationRequest,
        _ credential: CallerCredential?,
        number: Int,
        _ at: Instant
    ) throws -> Answer {
        askedCount += 1
        if askedCount.isMultiple(of: 7) { engine.replace(with: image) }
        let compact: CompactRequest
        do {
            compact = try CompactRequest(request, credential: credential, at: at)
        } catch {
            if prepared.takes(request, credential, at) { return .preparedDiffers }
            throw error
        }
        let decision = reader.authorize(compact)
        guard try prepared.ask(request, credential, number: number, at, &reader) == decision else {
            return .preparedDiffers
        }
        guard batch.ask(compact, decision, &reader) else { return .batchDiffers }
        guard let policy = decision.policy else { return Answer(decision.outcome, decision.layer, nil, nil) }
        if decision.layer == .session {
            let name = compact.sessionPolicyName(of: decision)
            return Answer(decision.outcome, decision.layer, name, decision.statement)
        }
        if policyNames[policy] == nil { policyNames[policy] = image.policyName(of: decision) }
        return Answer(decision.outcome, decision.layer, policyNames[policy], decision.statement)
    }
}
