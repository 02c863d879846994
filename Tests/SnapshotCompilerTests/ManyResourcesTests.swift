import DecisionIndex
import IdentityDirectory
import RandomWorlds
import SnapshotCompiler
import Testing
import Vocabulary

@Suite("One caller and action against many resources")
struct ManyResourcesTests {
    static let parts: Range<UInt64> = 0..<4

    @Test(
        "Each answer is the single call's: outcome, layer, policy and statement, on random worlds",
        arguments: parts
    )
    func agreement(_ part: UInt64) throws {
        var tally: [Outcome: Int] = [:]
        for number in 0..<(4 as UInt64) {
            let seed = 700_000 + part * 4 + number
            var world = try RandomWorld(seed: seed, requestCount: 0, .everything)
            let sweep = ResourceSweep(world, try ChangedWorld(&world, changes: seed % 2 == 0 ? 0 : 20))
            for index in 0..<30 {
                guard let difference = try sweep.difference(world.nextRequest(), &tally) else { continue }
                Issue.record("seed \(seed), request \(index): \(difference)")
                return
            }
        }
        for outcome in [Outcome.allow, .implicitDeny, .explicitDeny] {
            #expect(tally[outcome, default: 0] > 0, "\(outcome) does not occur: \(tally)")
        }
    }

    private func engine() throws -> AuthorizationEngine {
        let statements = [
            allow("s3:GetObject", on: "arn:aws:s3:::data/${aws:username}/*"),
            allow("s3:GetObject", on: "arn:aws:s3:::open/*"),
            #"{"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::*/secret"}"#,
        ]
        return AuthorizationEngine(
            try SnapshotCompiler(seed: 1).compile(
                Directory(files: [
                    "accounts/111122223333/users/ada/inline/p.json": Array(document(statements).utf8)
                ])
            )
        )
    }

    private func request(_ user: String, _ resource: UTF8Text = "*") throws -> CompactRequest {
        let principal = RequestPrincipal(UTF8Text("arn:aws:iam::111122223333:user/\(user)")) ?? .anonymous
        return try CompactRequest(
            AuthorizationRequest(principal: principal, action: "s3:GetObject", resource: resource),
            at: RandomWorld.noon
        )
    }

    @Test("Answers stand in the order of the resources, whatever resource the request itself names")
    func order() throws {
        let engine = try engine()
        let names = ["data/ada/x", "data/bob/x", "open/x", "open/secret"].map {
            UTF8Text("arn:aws:s3:::\($0)")
        }
        let decisions = engine.authorize(
            try request("ada", "arn:aws:s3:::open/secret"),
            resources: try ResourceBatch(names)
        )
        #expect(decisions.map(\.outcome) == [.allow, .implicitDeny, .allow, .explicitDeny])
        #expect(decisions.allSatisfy { $0.revision == 1 })
        #expect(try decisions == names.map { engine.authorize(try request("ada", $0)) })
    }

    @Test("A reader answers as the engine does, and again after another caller")
    func reader() throws {
        let engine = try engine()
        var reader = engine.makeReader()
        let batch = try ResourceBatch((0..<100).map { UTF8Text("arn:aws:s3:::data/ada/\($0)") })
        var decisions = [Decision](repeating: .malformedRequest, count: batch.count)
        for (user, outcome) in [("ada", Outcome.allow), ("nobody", .error), ("ada", .allow)] {
            let request = try request(user)
            var span = decisions.mutableSpan
            reader.authorize(request, resources: batch, into: &span)
            #expect(decisions.allSatisfy { $0.outcome == outcome && $0.revision == 1 })
        }
    }

    @Test("E19: a value that cannot be read is an error only for the resources that it bears on")
    func unreadable() throws {
        let statements = [
            allow("s3:GetObject"),
            #"""
            {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::a/*",
             "Condition": {"NumericEquals": {"app:size": "1"}}}
            """#,
        ]
        var options = EvaluationOptions()
        options.unparsableRequestValue = .error
        let image = try SnapshotCompiler(options: options, seed: 1).compile(
            directory(roles: ["reader": ["p": statements]])
        )
        var asked = question("reader", "s3:GetObject")
        asked.context["app:size"] = .single("one")
        let batch = try ResourceBatch(["arn:aws:s3:::a/x", "arn:aws:s3:::b/x", "arn:aws:s3:::a/y"])
        let decisions = Evaluator.decide(try CompactRequest(asked, at: RandomWorld.noon), batch, in: image)
        #expect(decisions.map(\.outcome) == [.error, .allow, .error])
    }

    @Test("No resources, no answers")
    func nothing() throws {
        #expect(try engine().authorize(request("ada"), resources: ResourceBatch([])).isEmpty)
    }

    @Test(
        "A4: a resource that cannot be asked about is refused by its position",
        arguments: [
            ("", 1, RequestError.Reason.empty), ("a\u{0}b", 1, .controlCharacter),
            ("x", Limits.requestStringBytesMax + 1, .tooLong),
        ]
    )
    func malformed(_ text: String, _ count: Int, _ reason: RequestError.Reason) throws {
        let faulty = UTF8Text(String(repeating: text, count: count))
        let error = #expect(throws: InvalidResource.self) {
            try ResourceBatch(["arn:aws:s3:::a", "*", faulty, ""])
        }
        #expect(error == InvalidResource(index: 2, error: RequestError(reason, in: .resource)))
        #expect(error?.description.hasPrefix("resource 2: malformed request: resource ") == true)
    }

    @Test("A4: a stated owner with a control character is refused")
    func malformedOwner() throws {
        let error = #expect(throws: InvalidResource.self) {
            try ResourceBatch(["*"], owner: AccountID(unchecked: "1\n"))
        }
        #expect(error?.index == nil)
    }
}
