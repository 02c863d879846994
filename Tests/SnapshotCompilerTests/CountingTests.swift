import DecisionIndex
import IdentityDirectory
import RandomWorlds
import SnapshotCompiler
import Testing
import Vocabulary

@Suite("Counts are those of the decisions")
struct CountingTests {
    /// What decisions add up to, counted here.
    private struct Expected {
        var kinds: [String: UInt64] = [:]
        var statements: [DecisionCounts.Statement: UInt64] = [:]
        var total: UInt64 = 0

        mutating func add(_ decision: Decision, _ image: VerifiedImage) {
            total += 1
            kinds[Self.kind(decision.outcome, decision.layer), default: 0] += 1
            guard decision.layer != .session, let statement = decision.statement,
                let policy = image.policyName(of: decision)
            else { return }
            statements[.init(policy: policy, index: statement), default: 0] += 1
        }

        static func kind(_ outcome: Outcome, _ layer: PolicyLayer?) -> String {
            "\(outcome.name) \(layer?.name ?? "none")"
        }

        func isEqual(to counts: DecisionCounts) -> Bool {
            var others: [String: UInt64] = [:]
            for outcome in [Outcome.allow, .implicitDeny, .explicitDeny, .error] {
                for layer in PolicyLayer.allCases.map({ $0 as PolicyLayer? }) + [nil] {
                    let count = counts.count(outcome, by: layer)
                    if count > 0 { others[Self.kind(outcome, layer)] = count }
                }
            }
            return others == kinds && counts.statements == statements && counts.total == total
                && counts.ofOtherStatements == 0
        }
    }

    @Test(
        "On random worlds, by every way to ask, across swaps and after readers are gone",
        arguments: 700_000..<UInt64(700_006)
    )
    func randomWorlds(_ seed: UInt64) throws {
        var world = try RandomWorld(seed: seed, requestCount: 0, .everything)
        let images = try [seed, seed + 1].map {
            try SnapshotCompiler(options: world.options, seed: $0).compile(world.directory)
        }
        let engine = AuthorizationEngine(images[0], countsDecisions: true)
        let resources: [UTF8Text] = [
            "*", "arn:aws:s3:::vault/alice/a", "arn:aws:s3:::depot", "arn:aws:s3:::x",
        ]
        var expected = Expected()
        for round in 0..<6 {
            let image = images[round % 2]
            if round > 0 { engine.replace(with: image) }
            var reader = engine.makeReader()
            var silent = engine.makeReader(countsDecisions: false)
            var requests: [CompactRequest] = []
            for _ in 0..<60 {
                let question = world.nextRequest()
                let credential = try question.session.map {
                    try CallerCredential($0, options: world.options)
                }
                guard
                    let request = try? CompactRequest(
                        question.request,
                        credential: credential,
                        at: question.at
                    )
                else { continue }
                requests.append(request)
                expected.add(reader.authorize(request), image)
                expected.add(engine.authorize(request), image)
                let prepared = try PreparedRequest(question.request, credential: credential, at: question.at)
                expected.add(reader.authorize(prepared), image)
                _ = silent.authorize(request)
            }
            var decisions = [Decision](repeating: .malformedRequest, count: requests.count)
            var span = decisions.mutableSpan
            reader.authorize(requests.span, into: &span)
            for decision in decisions { expected.add(decision, image) }
            let batch = try ResourceBatch(resources)
            var answers = [Decision](repeating: .malformedRequest, count: batch.count)
            for request in requests.prefix(5) {
                var span = answers.mutableSpan
                reader.authorize(request, resources: batch, into: &span)
                silent.authorize(request, resources: batch, into: &span)
                for decision in answers + engine.authorize(request, resources: batch) {
                    expected.add(decision, image)
                }
            }
            let counts = try #require(engine.decisionCounts())
            #expect(expected.isEqual(to: counts))
        }
        #expect(engine.reclaim() == 0)
        #expect(expected.isEqual(to: try #require(engine.decisionCounts())))
        #expect(expected.statements.count > 3 && expected.kinds.count > 3)
    }

    @Test("A statement that decides nothing is listed with 0 where that is wanted")
    func unused() throws {
        let roles = ["reader": ["p": [allow("s3:GetObject"), allow("s3:PutObject")]]]
        let image = try SnapshotCompiler().compile(try directory(roles: roles))
        let engine = AuthorizationEngine(image, countsDecisions: true)
        var reader = engine.makeReader()
        let request = try CompactRequest(question("reader", "s3:PutObject"), at: RandomWorld.noon)
        #expect(reader.authorize(request).isAllowed)
        let used = DecisionCounts.Statement(policy: "p", index: 1)
        #expect(engine.decisionCounts()?.statements == [used: 1])
        let all = try #require(engine.decisionCounts(includingUnused: true)?.statements)
        #expect(all[used] == 1 && all[.init(policy: "p", index: 0)] == 0)
    }

    @Test("An engine that does not count has no counts")
    func off() throws {
        let engine = AuthorizationEngine(try SnapshotCompiler().compile(try directory(roles: [:])))
        #expect(!engine.countsDecisions && engine.decisionCounts() == nil)
    }
}
