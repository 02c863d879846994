import Portcullis
import Synchronization
import Testing

@Suite("The engine decides by the snapshot in force, and readers never wait")
struct EngineTests {
    private static let user = "arn:aws:iam::111122223333:user/ada"

    /// An account with one user, who may do exactly one action.
    private static func directory(allowing action: String) throws -> Directory {
        let policy = """
            {"Version":"2012-10-17","Statement":{"Sid":"Only","Effect":"Allow","Action":"\(action)","Resource":"*"}}
            """
        return try Directory(files: [
            "accounts/111122223333/users/ada/inline/only.json": Array(policy.utf8)
        ])
    }

    @inline(never)
    private static func request(_ action: UTF8Text) throws -> CompactRequest {
        let principal = try #require(RequestPrincipal(UTF8Text(user)))
        let request = AuthorizationRequest(
            principal: principal,
            action: action,
            resource: "arn:aws:s3:::reports/q3.csv"
        )
        return try CompactRequest(request, at: #require(Instant("2026-03-01T12:00:00Z")))
    }

    @Test("A decision names outcome, layer, policy, statement and revision, in sixteen bytes")
    func decision() throws {
        let engine = try AuthorizationEngine(directory: Self.directory(allowing: "s3:GetObject"))
        let decision = engine.authorize(try Self.request("s3:GetObject"))
        #expect(decision.isAllowed && decision.layer == .identity && decision.statement == 0)
        #expect(engine.policyName(of: decision) == "only")
        #expect(decision.revision == 1)
        #expect(MemoryLayout<Decision>.size == 16)
    }

    @Test(
        "The convenience call takes strings; what is no request is denied as an error",
        arguments: [
            (user, "s3:GetObject", Outcome.allow), (user, "s3:PutObject", .implicitDeny),
            (user, "s3:*", .error),
            ("nobody at all", "s3:GetObject", .error),
            ("arn:aws:iam::111122223333:user/eve", "s3:GetObject", .error),
        ]
    )
    func strings(principal: String, action: String, outcome: Outcome) throws {
        let engine = try AuthorizationEngine(directory: Self.directory(allowing: "s3:GetObject"))
        let decision = engine.authorize(
            principal: principal,
            action: action,
            resource: "arn:aws:s3:::reports/q3.csv",
            context: ["aws:SourceIp": "10.0.0.7"],
            at: try #require(Instant("2026-03-01T12:00:00Z"))
        )
        #expect(decision.outcome == outcome)
    }

    @Test("E27: a caller cannot make itself somebody else through the context")
    func engineOwnedKeys() throws {
        let policy = """
            {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*",
            "Condition":{"StringEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:user/root-like"}}}}
            """
        let engine = try AuthorizationEngine(
            directory: Directory(files: ["accounts/111122223333/users/ada/inline/p.json": Array(policy.utf8)])
        )
        let decision = engine.authorize(
            principal: Self.user,
            action: "s3:GetObject",
            resource: "*",
            context: ["aws:PrincipalArn": "arn:aws:iam::111122223333:user/root-like"],
            at: try #require(Instant("2026-03-01T12:00:00Z"))
        )
        #expect(decision.outcome == .implicitDeny)
    }

    @Test("After a replacement, every check begun later is decided by the new snapshot")
    func replacement() throws {
        let engine = try AuthorizationEngine(directory: Self.directory(allowing: "s3:GetObject"))
        var reader = engine.makeReader()
        let request = try Self.request("s3:GetObject")
        #expect(reader.authorize(request).isAllowed)
        let revision = try engine.replace(with: Self.directory(allowing: "s3:PutObject"))
        let decision = reader.authorize(request)
        #expect(decision.outcome == .implicitDeny && decision.revision == revision && revision == 2)
        #expect(engine.reclaim() == 0 && engine.retiredSnapshotCount == 0)
    }

    @Test("A directory that cannot be compiled leaves the old snapshot in force")
    func rejectedReplacement() throws {
        let engine = try AuthorizationEngine(directory: Self.directory(allowing: "s3:GetObject"))
        var files: [String: [UInt8]] = [:]
        let policy =
            #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"a:B","Resource":"*","Sid":"S"}}"#
        for number in 0..<2_600 {
            let distinct = policy.replacing("a:B", with: "a:B\(number)")
            files["accounts/111122223333/users/ada/inline/p\(number).json"] = Array(distinct.utf8)
        }
        let tooLong = try Directory(files: files)
        #expect(throws: CompileError.self) { try engine.replace(with: tooLong) }
        #expect(engine.revision == 1)
        #expect(engine.authorize(try Self.request("s3:GetObject")).isAllowed)
    }

    @Test(
        "A batch gives the decisions of single checks, in order, by one snapshot",
        arguments: [0, 1, 15, 16, 17, 100],
        [nil] + BatchOrder.allCases
    )
    func batch(count: Int, order: BatchOrder?) throws {
        let engine = try AuthorizationEngine(directory: Self.directory(allowing: "s3:GetObject"))
        var reader = engine.makeReader()
        let requests = try (0..<count).map { index in
            try Self.request(index.isMultiple(of: 3) ? "s3:GetObject" : "s3:PutObject")
        }
        var decisions = [Decision](repeating: .malformedRequest, count: count)
        var span = decisions.mutableSpan
        reader.authorize(requests.span, into: &span, order)
        #expect(decisions == requests.map { engine.authorize($0) })
    }

    // Apart from the asynchronous test, since the compiler cannot split a coroutine that they are inlined into.
    @inline(never)
    private static func images() throws -> [VerifiedImage] {
        try ["s3:GetObject", "s3:PutObject"].map { action in
            try SnapshotCompiler().compile(Self.directory(allowing: action))
        }
    }

    @inline(never)
    private static func replace(_ images: [VerifiedImage], in engine: AuthorizationEngine) {
        for number in 1...20_000 { engine.replace(with: images[number % 2]) }
    }

    @inline(never)
    private static func countWrong(_ engine: AuthorizationEngine, _ request: CompactRequest, until end: End)
        -> Int
    {
        var reader = engine.makeReader()
        var (wrong, last) = (0, UInt64(0))
        while !end.isReached.load(ordering: .relaxed) {
            let decision = reader.authorize(request)
            // Odd revisions allow the action, even ones do not.
            let isRight = decision.isAllowed == !decision.revision.isMultiple(of: 2)
            if !isRight || decision.revision < last { wrong += 1 }
            last = decision.revision
        }
        return wrong
    }

    @Test("Under a storm of replacements every decision is that of exactly one published snapshot")
    func storm() async throws {
        let images = try Self.images()
        let engine = AuthorizationEngine(images[0])
        let request = try Self.request("s3:GetObject")
        let end = End()
        await withTaskGroup(of: Int.self) { group in
            for _ in 0..<2 {
                group.addTask { Self.countWrong(engine, request, until: end) }
            }
            Self.replace(images, in: engine)
            end.isReached.store(true, ordering: .relaxed)
            for await wrong in group { #expect(wrong == 0) }
        }
        #expect(engine.reclaim() == 0)
    }
}

/// What tells the readers of a storm that it is over.
private final class End: Sendable {
    let isReached = Atomic(false)
}
