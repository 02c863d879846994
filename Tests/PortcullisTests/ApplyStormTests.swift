import Portcullis
import Synchronization
import Testing

@Suite("I4: changes in place under load")
struct ApplyStormTests {
    private static let noon = Instant("2026-03-01T12:00:00Z") ?? .distantPast
    private static let home = "arn:aws:iam::111122223333"

    private static func arn(_ rest: String) throws -> ARN { try #require(ARN(UTF8Text("\(home):\(rest)"))) }

    private static func policy(_ effect: String) throws -> ValidatedPolicy {
        let text =
            #"{"Version":"2012-10-17","Statement":{"Effect":"\#(effect)","Action":"s3:*","Resource":"*"}}"#
        return try PolicyReader().read(SourceText(text), as: .identity)
    }

    private static func engine() throws -> AuthorizationEngine {
        let account = "accounts/111122223333"
        let files = [
            "\(account)/policies/data.json":
                #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#,
            "\(account)/users/ada/user.json": #"{"AttachedManagedPolicies": ["\#(home):policy/data"]}"#,
        ]
        return try AuthorizationEngine(directory: Directory(files: files.mapValues { Array($0.utf8) }))
    }

    /// The policy allows at odd revisions and denies at even ones.
    private static func isRight(_ decision: Decision) -> Bool {
        decision.outcome == (decision.revision.isMultiple(of: 2) ? .explicitDeny : .allow)
    }

    /// Asks in every way until told to stop; answers how many decisions are not those of their revision.
    private static func countWrong(_ engine: AuthorizationEngine, until end: borrowing Atomic<Bool>) throws
        -> Int
    {
        let question = AuthorizationRequest(
            principal: try #require(RequestPrincipal(UTF8Text("\(home):user/ada"))),
            action: "s3:GetObject",
            resource: "arn:aws:s3:::data/x"
        )
        let request = try CompactRequest(question, at: noon)
        let prepared = try PreparedRequest(question, at: noon)
        let batch = try ResourceBatch(["arn:aws:s3:::data/x", "arn:aws:s3:::data/y"] as [UTF8Text])
        var reader = engine.makeReader()
        var wrong = 0
        repeat {
            var decisions = [
                reader.authorize(request), reader.authorize(prepared), engine.authorize(request),
            ]
            decisions += engine.authorize(request, resources: batch)
            wrong += decisions.count { !isRight($0) }
        } while !end.load(ordering: .relaxed)
        return wrong
    }

    @Test("Every decision is that of its revision, also while the directory is compiled anew")
    func storm() async throws {
        let engine = try Self.engine()
        let (data, effects) = (
            try Self.arn("policy/data"), try ["Allow", "Deny"].map { try Self.policy($0) }
        )
        let end = End()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<2 {
                group.addTask { try Self.countWrong(engine, until: end.isReached) }
            }
            // More users than the tables of changes hold, most of whom go again.
            for number in 1...300 {
                var changes = [DirectoryChange.putManagedPolicy(data, effects[number % 2])]
                for part in 0..<5 {
                    changes.append(.putIdentity(.init(arn: try Self.arn("user/u\(number)-\(part)"))))
                }
                if number > 1 { changes.append(.removeIdentity(try Self.arn("user/u\(number - 1)-0"))) }
                #expect(try engine.apply(changes) == UInt64(number + 1))
            }
            end.isReached.store(true, ordering: .relaxed)
            for try await wrong in group { #expect(wrong == 0) }
        }
        #expect(engine.reclaim() == 0)
    }
}

/// What tells the readers of a storm that it is over.
private final class End: Sendable {
    let isReached = Atomic(false)
}
