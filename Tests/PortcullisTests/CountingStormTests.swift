import Portcullis
import Synchronization
import Testing

@Suite("Nothing is counted twice or lost")
struct CountingStormTests {
    private static func image(allowing action: String) throws -> VerifiedImage {
        let policy = """
            {"Version":"2012-10-17","Statement":[
            {"Effect":"Deny","Action":"s3:Delete*","Resource":"*"},
            {"Effect":"Allow","Action":"\(action)","Resource":"*"}]}
            """
        let file = "accounts/111122223333/users/ada/inline/\(action.hashValue.magnitude).json"
        return try SnapshotCompiler().compile(Directory(files: [file: Array(policy.utf8)]))
    }

    private static func request(_ action: UTF8Text) throws -> AuthorizationRequest {
        AuthorizationRequest(
            principal: try #require(RequestPrincipal("arn:aws:iam::111122223333:user/ada")),
            action: action,
            resource: "arn:aws:s3:::reports/q3.csv"
        )
    }

    @Test("While readers come and go, snapshots are replaced and counts are merged")
    func storm() async throws {
        let images = try ["s3:GetObject", "s3:PutObject"].map { try Self.image(allowing: $0) }
        let noon = try #require(Instant("2026-03-01T12:00:00Z"))
        let questions = try ["s3:GetObject", "s3:DeleteObject"].map { try Self.request($0) }
        let requests = try questions.map { try CompactRequest($0, at: noon) }
        let engine = AuthorizationEngine(images[0], countsDecisions: true)
        let storm = Storm()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    repeat {
                        // Each lives for a short while, so that numbers and blocks change hands.
                        var reader = engine.makeReader()
                        var (count, allows) = (0, 0)
                        for _ in 0..<200 {
                            for request in requests {
                                if reader.authorize(request).isAllowed { allows += 1 }
                                if engine.authorize(request).isAllowed { allows += 1 }
                                count += 2
                            }
                        }
                        storm.asked.add(count, ordering: .relaxed)
                        storm.allowed.add(allows, ordering: .relaxed)
                    } while !storm.isOver.load(ordering: .relaxed)
                }
            }
            var last: UInt64 = 0
            for number in 1...300 {
                engine.replace(with: images[number % 2])
                let total = engine.decisionCounts()?.total ?? 0
                #expect(total >= last)
                last = total
            }
            storm.isOver.store(true, ordering: .relaxed)
        }
        let counts = try #require(engine.decisionCounts())
        let (total, allows) = (storm.asked.load(ordering: .relaxed), storm.allowed.load(ordering: .relaxed))
        #expect(counts.total == UInt64(total))
        #expect(counts.count(.explicitDeny, by: .identity) == UInt64(total / 2))
        #expect(counts.count(.allow, by: .identity) == UInt64(allows))
        #expect(counts.statements.values.reduce(0, +) == UInt64(total / 2 + allows))
        #expect(engine.reclaim() == 0)
        #expect(engine.decisionCounts()?.statements == counts.statements)
    }
}

/// What the tasks of a storm share.
private final class Storm: Sendable {
    let isOver = Atomic(false)
    let asked = Atomic(0)
    let allowed = Atomic(0)
}
