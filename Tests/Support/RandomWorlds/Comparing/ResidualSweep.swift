import DecisionIndex
import IdentityDirectory
import ReferenceEvaluator
import SnapshotCompiler
import Vocabulary

/// Residuals of a ``RandomWorld``'s questions beside the reference evaluator, resource by resource.
package struct ResidualSweep: Sendable {
    /// How often the answers were compared, and what they were.
    package struct Tally: Sendable {
        package var allowed = 0
        package var denied = 0
        /// Resources of which no residual speaks.
        package var untold = 0
        package var residuals = 0
        /// Residuals that are neither everything nor nothing, and of these the plain unions of names.
        package var open = 0
        package var plain = 0

        package init() {}

        package static func += (lhs: inout Tally, rhs: Tally) {
            lhs.allowed += rhs.allowed
            lhs.denied += rhs.denied
            lhs.untold += rhs.untold
            lhs.residuals += rhs.residuals
            lhs.open += rhs.open
            lhs.plain += rhs.plain
        }
    }

    private let world: RandomWorld
    private let directory: Directory
    private let image: VerifiedImage
    private let evaluator: SpecificationEvaluator
    private var random: RandomSource

    /// Asks by the image of the world's directory, or of what has become of it.
    package init(_ world: RandomWorld, _ changed: ChangedWorld) {
        self.world = world
        directory = changed.directory
        image = changed.image
        evaluator = SpecificationEvaluator(options: world.options)
        random = RandomSource(seed: world.seed ^ 0x5EED)
    }

    /// The first resource for which a residual and the reference differ; nil when there is none, or when the
    /// question cannot be asked at all.
    package mutating func difference(
        _ question: RandomRequest,
        beside other: RandomRequest,
        resources count: Int,
        _ tally: inout Tally
    ) throws -> String? {
        let unknownKeys = openKeys(of: question, other)
        var open = question.request
        open.resource = "arn:aws:s3:::anything"
        open.context.removeAll { unknownKeys.contains($0) }
        let credential = try question.session.map { try CallerCredential($0, options: world.options) }
        guard let request = try? CompactRequest(open, credential: credential, at: question.at) else {
            return nil
        }

        var scopes = [ResourceScope.unregistered(owner: question.request.resourceAccount)]
        for _ in 0..<2 { scopes.append(.registered(UTF8Text(random.pick(world.population.things).arn))) }
        for scope in scopes {
            let residual: ResourceResidual
            do throws(ResidualError) {
                let keys = unknownKeys.sorted()
                residual = try Evaluator.residual(of: request, scope, unknownKeys: keys, in: image)
            } catch {
                if case .notRegistered(let name) = error, directory.resources[name] == nil { continue }
                // Then every request of this caller is an error.
                let decision = evaluator.decide(
                    open,
                    in: directory,
                    session: question.session,
                    at: question.at
                )
                return decision.outcome == .error ? nil : "\(error), but \(Answer(decision))"
            }
            tally.residuals += 1
            let isOpen = residual.filter != .never && residual.filter != .always
            if isOpen { tally.open += 1 }
            if isOpen, residual.plainNames != nil { tally.plain += 1 }
            // There is little to find in a residual that says the same of all resources.
            for resource in names(near: residual, isOpen ? count : 2) {
                let contexts = contexts(unknownKeys, question, other)
                for context in isOpen ? contexts : [random.pick(contexts)] {
                    guard let message = try compare(residual, resource, context, open, question, &tally)
                    else {
                        continue
                    }
                    return "\(scope) without \(unknownKeys.sorted()): \(message)"
                }
            }
        }
        return nil
    }

    private func compare(
        _ residual: ResourceResidual,
        _ resource: UTF8Text,
        _ context: RequestContext,
        _ open: AuthorizationRequest,
        _ question: RandomRequest,
        _ tally: inout Tally
    ) throws -> String? {
        guard let answer = residual.allows(resource, context: context) else {
            tally.untold += 1
            return nil
        }
        var whole = open
        whole.resource = resource
        if case .registered = residual.scope { whole.resourceAccount = nil }
        whole.context.override(with: context)
        let decision = evaluator.decide(
            whole,
            in: directory,
            session: question.session,
            at: question.at
        )
        if answer { tally.allowed += 1 } else { tally.denied += 1 }
        if answer == decision.outcome.isAllowed { return nil }
        return
            "\(resource) with \(context.pairs): \(Answer(decision)), but the residual says \(answer)\n\(residual)"
    }

    // MARK: What is asked

    /// Some keys of both requests, never that of the endpoint; tags of the resource among them or not.
    private mutating func openKeys(of question: RandomRequest, _ other: RandomRequest) -> Set<UTF8Text> {
        let keys = question.request.context.pairs.map(\.key) + other.request.context.pairs.map(\.key)
        let percent = random.pick([0, 30, 80])
        var open: Set<UTF8Text> = []
        for key in Set(keys).sorted() where key != "aws:sourcevpce" && random.chance(percent) {
            open.insert(key)
        }
        return open
    }

    /// No values, those of the question, those of another.
    private func contexts(
        _ keys: Set<UTF8Text>,
        _ question: RandomRequest,
        _ other: RandomRequest
    ) -> [RequestContext] {
        [RequestContext()]
            + [question, other].map { asked in
                var context = asked.request.context
                context.removeAll { !keys.contains($0) }
                return context
            }
    }

    /// Names that the world knows, and names around those in the residual.
    private mutating func names(near residual: ResourceResidual, _ count: Int) -> [UTF8Text] {
        var names = residual.filter.prefixes + residual.denied.prefixes
        names = names.flatMap { prefix -> [UTF8Text] in
            let bytes = Array(prefix.bytes)
            return [
                prefix, UTF8Text(bytes + [0x78]), UTF8Text(bytes + Array("alice/a".utf8)),
                UTF8Text(bytes.dropLast()),
            ]
        }
        names.removeAll { $0.isEmpty || !$0.isWhole }
        names += world.population.targets.map { UTF8Text($0.arn) }
        names.append("arn:aws:s3:::unheard-of/x")
        if case .registered(let root) = residual.scope {
            for ending in ["", "/", "/alice/a", ":x", "/red/x"] { names.append(UTF8Text("\(root)\(ending)")) }
        }
        let covered = names.filter { residual.covers($0) }
        return (0..<count).map { _ in random.pick(covered.isEmpty || random.chance(10) ? names : covered) }
    }
}

extension UTF8Text {
    /// Whether no scalar is cut.
    fileprivate var isWhole: Bool { String(validating: bytes, as: UTF8.self) != nil }
}

extension ResourceExpression {
    /// The literal beginnings of all its patterns.
    fileprivate var prefixes: [UTF8Text] {
        switch self {
        case .name(let pattern): [pattern.literalPrefix]
        case .negation(let term): term.prefixes
        case .conjunction(let terms), .disjunction(let terms): terms.flatMap(\.prefixes)
        case .never, .always, .condition, .unreadable, .resolves: []
        }
    }
}
