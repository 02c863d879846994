import Portcullis
import Testing

@Suite("I4: changes are applied to the snapshot in force, all or none")
struct ApplyTests {
    private static let account = "accounts/111122223333"
    private static let ada = "arn:aws:iam::111122223333:user/ada"
    private static let eve = "arn:aws:iam::111122223333:user/ops/eve"
    private static let reading = "arn:aws:iam::111122223333:policy/reading"
    private static let noon = Instant("2026-03-01T12:00:00Z") ?? .distantPast

    private static func text(_ effect: String, _ action: String) -> String {
        #"{"Version":"2012-10-17","Statement":{"Effect":"\#(effect)","Action":"\#(action)","Resource":"*"}}"#
    }

    private static func policy(_ text: String, _ type: PolicyType = .identity) throws -> ValidatedPolicy {
        try PolicyReader().read(SourceText(text), as: type)
    }

    private static func arn(_ text: String) throws -> ARN { try #require(ARN(UTF8Text(text))) }

    private static func directory() throws -> Directory {
        let files = [
            "\(account)/policies/reading.json": text("Allow", "s3:GetObject"),
            "\(account)/users/ada/user.json": #"{"AttachedManagedPolicies": ["\#(reading)"]}"#,
            "\(account)/users/eve/user.json": #"{"Path": "/ops/", "Groups": ["staff"]}"#,
            "\(account)/groups/staff/group.json": "{}",
        ]
        return try Directory(files: files.mapValues { Array($0.utf8) })
    }

    private static func outcome(_ engine: AuthorizationEngine, _ principal: String, _ action: String)
        -> Outcome
    {
        engine.authorize(
            principal: principal,
            action: action,
            resource: "arn:aws:s3:::reports/q3.csv",
            at: noon
        ).outcome
    }

    @Test("A new version of a managed policy is in force for whoever attaches it, also through a group")
    func managedPolicy() throws {
        let engine = try AuthorizationEngine(directory: Self.directory())
        let staff = try Self.arn("arn:aws:iam::111122223333:group/staff")
        try engine.apply([.attachPolicy(try Self.arn(Self.reading), to: staff)])
        #expect(Self.outcome(engine, Self.eve, "s3:GetObject") == .allow)
        let revision = try engine.apply([
            .putManagedPolicy(try Self.arn(Self.reading), try Self.policy(Self.text("Allow", "s3:PutObject")))
        ])
        for user in [Self.ada, Self.eve] {
            #expect(Self.outcome(engine, user, "s3:GetObject") == .implicitDeny)
            #expect(Self.outcome(engine, user, "s3:PutObject") == .allow)
        }
        #expect(engine.revision == revision && revision == 3)
    }

    @Test("The deciding policy is named after a change, too")
    func policyName() throws {
        let engine = try AuthorizationEngine(directory: Self.directory())
        try engine.apply([
            .putInlinePolicy("own", try Self.policy(Self.text("Deny", "s3:*")), of: try Self.arn(Self.ada))
        ])
        let decision = engine.authorize(
            principal: Self.ada,
            action: "s3:GetObject",
            resource: "*",
            at: Self.noon
        )
        #expect(decision.outcome == .explicitDeny)
        #expect(engine.policyName(of: decision) == "own")
    }

    @Test("A user that is taken away is unknown, and known again when put again")
    func removal() throws {
        let engine = try AuthorizationEngine(directory: Self.directory())
        let ada = try Self.arn(Self.ada)
        try engine.apply([.removeIdentity(ada)])
        #expect(Self.outcome(engine, Self.ada, "s3:GetObject") == .error)
        var description = IdentityDescription(arn: ada)
        description.attachedPolicies = [try Self.arn(Self.reading)]
        try engine.apply([.putIdentity(description)])
        #expect(Self.outcome(engine, Self.ada, "s3:GetObject") == .allow)
    }

    @Test("One change that cannot be applied keeps back all, and the snapshot in force stays")
    func allOrNone() throws {
        let engine = try AuthorizationEngine(directory: Self.directory())
        let ada = try Self.arn(Self.ada)
        let changes: [DirectoryChange] = [
            .detachPolicy(try Self.arn(Self.reading), from: ada), .removeInlinePolicy("none", of: ada),
        ]
        let error = #expect(throws: ApplyError.self) { try engine.apply(changes) }
        #expect(error?.description == "change 1: `\(Self.ada)` has no inline policy `none`")
        #expect(engine.revision == 1)
        try engine.apply([.setTags([:], of: ada)])
        #expect(Self.outcome(engine, Self.ada, "s3:GetObject") == .allow)
    }

    @Test("What does not compile is not applied either")
    func compileFault() throws {
        let engine = try AuthorizationEngine(directory: Self.directory())
        var description = IdentityDescription(arn: try Self.arn(Self.ada))
        let policy = try Self.policy(Self.text("Allow", "s3:*"))
        for number in 0..<2_600 { description.inlinePolicies[UTF8Text("p\(number)")] = policy }
        #expect(throws: ApplyError.self) { try engine.apply([.putIdentity(description)]) }
        #expect(Self.outcome(engine, Self.ada, "s3:GetObject") == .allow)
        try engine.apply([
            .putManagedPolicy(try Self.arn(Self.reading), try Self.policy(Self.text("Allow", "s3:PutObject")))
        ])
        #expect(Self.outcome(engine, Self.ada, "s3:GetObject") == .implicitDeny)
    }

    @Test("An engine that was made from an image has no directory to change")
    func noDirectory() throws {
        let image = try SnapshotCompiler().compile(Self.directory())
        let engines = [
            AuthorizationEngine(image),
            try AuthorizationEngine(directory: Self.directory(), keepsDirectory: false),
        ]
        for engine in engines {
            let error = #expect(throws: ApplyError.self) { try engine.apply([]) }
            #expect(error?.description == "the engine keeps no directory that could be changed")
        }
        let engine = try AuthorizationEngine(directory: Self.directory())
        engine.replace(with: image)
        #expect(throws: ApplyError.self) { try engine.apply([]) }
    }

    @Test("Statements that a change has taken away are not listed as unused, and what they decided stays")
    func unusedStatements() throws {
        let engine = try AuthorizationEngine(directory: Self.directory(), countsDecisions: true)
        func listed() throws -> [DecisionCounts.Statement: UInt64] {
            try #require(engine.decisionCounts(includingUnused: true)).statements
        }
        let (ada, reading) = (try Self.arn(Self.ada), try Self.arn(Self.reading))
        let first = DecisionCounts.Statement(policy: UTF8Text(Self.reading), index: 0)
        let second = DecisionCounts.Statement(policy: UTF8Text(Self.reading), index: 1)
        let two = try Self.policy(
            #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"},"#
                + #"{"Effect":"Deny","Action":"s3:PutObject","Resource":"*"}]}"#
        )
        try engine.apply([.putManagedPolicy(reading, two)])
        #expect(try listed() == [first: 0, second: 0])
        #expect(Self.outcome(engine, Self.ada, "s3:PutObject") == .explicitDeny)
        try engine.apply([.putManagedPolicy(reading, try Self.policy(Self.text("Allow", "s3:GetObject")))])
        #expect(try listed() == [first: 0, second: 1])
        let own = DecisionCounts.Statement(policy: "own", index: 0)
        try engine.apply([.putInlinePolicy("own", two, of: ada), .detachPolicy(reading, from: ada)])
        #expect(try listed() == [second: 1, own: 0, .init(policy: "own", index: 1): 0])
        try engine.apply([.removeIdentity(ada)])
        #expect(try listed() == [second: 1])
    }

    @Test("So many changes that the tables of changes are full compile the directory anew")
    func manyChanges() throws {
        let engine = try AuthorizationEngine(directory: Self.directory())
        for batch in 0..<8 {
            let changes = try (0..<200).map { number -> DirectoryChange in
                var description = IdentityDescription(
                    arn: try Self.arn("arn:aws:iam::111122223333:user/u\(batch)-\(number)")
                )
                description.attachedPolicies = [try Self.arn(Self.reading)]
                return .putIdentity(description)
            }
            try engine.apply(changes)
        }
        for (batch, number) in [(0, 0), (3, 77), (7, 199)] {
            let user = "arn:aws:iam::111122223333:user/u\(batch)-\(number)"
            #expect(Self.outcome(engine, user, "s3:GetObject") == .allow)
        }
    }
}
