import IdentityDirectory
import PolicyLanguage
import RandomWorlds
import SnapshotCompiler
import Testing
import Vocabulary

@testable import DecisionIndex

@Suite("What a policy may cost a check")
struct PolicyCostTests {
    /// A statement by its members; those named stand in for the plain ones.
    private static func statement(_ members: [String: String] = [:]) -> String {
        let plain = ["Effect": #""Allow""#, "Action": #""s3:GetObject""#, "Resource": #""arn:aws:s3:::b/k""#]
        var all = plain.merging(members) { $1 }
        if members["NotAction"] != nil { all["Action"] = nil }
        let written = all.sorted { $0.key < $1.key }.map { #""\#($0.key)": \#($0.value)"# }
        return "{\(written.joined(separator: ", "))}"
    }

    private static func list(_ count: Int, _ item: (Int) -> String) -> String {
        "[\((0..<count).map { #""\#(item($0))""# }.joined(separator: ", "))]"
    }

    private static func cost(
        _ statements: [String],
        _ options: EvaluationOptions = EvaluationOptions()
    ) throws -> Int {
        let source = SourceText(document(statements))
        let policy = try PolicyReader(mode: .lenient).read(source, as: .identity)
        return try SnapshotCompiler(options: options).cost(of: policy.document)
    }

    // MARK: Monotone

    /// Growing shapes of one statement, by their size.
    private static let shapes: [String: @Sendable (Int) -> [String: String]] = [
        "actions": { ["Action": list($0) { "s3:Action\($0)" }] },
        "patterns of actions": { ["Action": list($0) { "s3:A*\($0)" }] },
        "all actions but": { ["NotAction": list($0) { "s3:A?\($0)" }] },
        "resources": { ["Resource": list($0) { "arn:aws:s3:::b/\($0)" }] },
        "longer resources": {
            ["Resource": #""arn:aws:s3:::b/\#(String(repeating: "x", count: $0))""#]
        },
        "patterns of resources": { ["Resource": list($0) { "arn:aws:s3:::b/*/\($0)?" }] },
        "longer patterns": { ["Resource": #""arn:aws:s3:::b/?\#(String(repeating: "x?", count: $0))""#] },
        "variables": { ["Resource": list($0) { "arn:aws:s3:::b/${aws:username}/\($0)" }] },
        "keys": { count in
            let keys = (0..<count).map { #""app:k\#($0)": "x""# }.joined(separator: ", ")
            return ["Condition": #"{"StringEquals": {\#(keys)}}"#]
        },
        "texts": { ["Condition": #"{"StringEquals": {"app:k": \#(list($0) { "x\($0)" })}}"#] },
        "texts with wildcards": { ["Condition": #"{"StringLike": {"app:k": \#(list($0) { "*x\($0)*" })}}"#] },
        "texts under a set operator": {
            ["Condition": #"{"ForAnyValue:StringLike": {"app:k": \#(list($0) { "*x\($0)*" })}}"#]
        },
        "numbers": { ["Condition": #"{"NumericEquals": {"app:k": \#(list($0) { "\($0)" })}}"#] },
        "addresses": { ["Condition": #"{"IpAddress": {"aws:SourceIp": \#(list($0) { "10.0.0.\($0)" })}}"#] },
        "ARNs": {
            [
                "Condition":
                    #"{"ArnLike": {"aws:PrincipalArn": \#(list($0) { "arn:aws:iam::*:role/\($0)*" })}}"#
            ]
        },
    ]

    @Test("The more a statement lists, the more it costs", arguments: shapes.keys.sorted())
    func monotone(_ name: String) throws {
        let shape = try #require(Self.shapes[name])
        let costs = try [1, 2, 3, 10, 50, 200].map { try Self.cost([Self.statement(shape($0))]) }
        for (smaller, larger) in zip(costs, costs.dropFirst()) { #expect(smaller < larger, "\(costs)") }
    }

    @Test(
        "The more statements, the more a policy costs, also beyond a chunk",
        arguments: [1, 2, 63, 64, 65, 128]
    )
    func monotoneStatements(_ count: Int) throws {
        let statements = (0...count).map { Self.statement(["Action": #""s3:A\#($0)""#]) }
        #expect(try Self.cost(Array(statements.dropLast())) < Self.cost(statements))
    }

    @Test("Where values that cannot be read are errors, statements are tried twice (E19)")
    func secondPass() throws {
        var options = EvaluationOptions()
        options.unparsableRequestValue = .error
        let statements = [Self.statement(["Condition": #"{"NumericEquals": {"app:k": "1"}}"#])]
        let (once, twice) = (try Self.cost(statements), try Self.cost(statements, options))
        #expect(once < twice && twice < 2 * once)
    }

    // MARK: Ordinary and absurd

    private static let stars = String(repeating: "*a", count: 200)
    private static let marks = String(repeating: "?*", count: 100) + String(repeating: "x", count: 1_800)

    private static let ordinaryPolicies: [String: [String]] = [
        "64 statements with a block of conditions": (0..<64).map { number in
            statement([
                "Action": #"["s3:Get\#(number)*", "s3:Put\#(number)"]"#,
                "Condition":
                    #"{"StringLike": {"aws:PrincipalTag/team": \#(list(20) { "t\($0)-*" })}, "#
                    + #""IpAddress": {"aws:SourceIp": \#(list(20) { "10.\($0).0.0/16" })}, "#
                    + #""ArnNotLike": {"aws:PrincipalArn": \#(list(5) { "arn:aws:iam::*:role/x\($0)/*" })}, "#
                    + #""ForAllValues:StringEquals": {"aws:TagKeys": \#(list(20) { "key\($0)" })}}"#,
            ])
        },
        "8 denies of all but 52 actions": (0..<8).map { number in
            statement([
                "Effect": #""Deny""#, "NotAction": list(52) { "svc\(number):Get*\($0)" },
                "Condition": #"{"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/admin/*"}}"#,
            ])
        },
        "thousands of addresses": [
            statement([
                "Condition":
                    #"{"IpAddress": {"aws:SourceIp": \#(list(5_000) { "10.0.\($0 / 256).\($0 % 256)" })}}"#
            ])
        ],
        "thousands of texts": [
            statement(["Condition": #"{"StringEquals": {"app:k": \#(list(5_000) { "value-\($0)" })}}"#])
        ],
        "a hundred patterns with many stars": [
            statement(["Resource": list(100) { "arn:aws:s3:::b/\($0)\(stars)" }])
        ],
    ]

    private static let absurdPolicies: [String: [String]] = [
        "thousands of patterns with many stars": [
            statement(["Resource": list(7_000) { "arn:aws:s3:::b/\($0)\(stars)" }])
        ],
        "hundreds of long patterns that need the automaton": [
            statement(["Resource": list(500) { "arn:aws:s3:::b/\($0)\(marks)" }])
        ],
        "thousands of patterns for each value of a set": [
            statement([
                "Condition": #"{"ForAnyValue:StringLike": {"app:k": \#(list(2_000) { "*\($0)*x*" })}}"#
            ])
        ],
        "64 statements, each with 150 patterns in its conditions": (0..<64).map { number in
            statement([
                "Action": #""s3:A\#(number)""#,
                "Condition": #"{"StringNotLike": {"app:k": \#(list(150) { "*\($0)-?*" })}}"#,
            ])
        },
        "hundreds of variables": [
            statement(["Resource": list(300) { "arn:aws:s3:::b/\($0)/${app:k}/*" }])
        ],
    ]

    @Test("Ordinary policies keep the limit", arguments: ordinaryPolicies.keys.sorted())
    func ordinary(_ name: String) throws {
        #expect(try Self.cost(#require(Self.ordinaryPolicies[name])) <= StepBound.policyMax)
    }

    @Test(
        "Absurd policies are refused, with their name, place and cost",
        arguments: absurdPolicies.keys.sorted()
    )
    func absurd(_ name: String) throws {
        let statements = try #require(Self.absurdPolicies[name])
        let cost = try Self.cost(statements)
        #expect(cost > StepBound.policyMax)
        let world = try directory(roles: ["reader": ["p": statements]])
        let error = #expect(throws: CompileError.self) { try SnapshotCompiler().compile(world) }
        let place = "accounts/111122223333/roles/reader/inline/p.json:1:1"
        let expected =
            "policy `p of arn:aws:iam::111122223333:role/reader, \(place)` may take \(cost) steps a check; "
            + "at most \(StepBound.policyMax) are allowed"
        #expect(error?.description == expected)
    }

    @Test("Session policies keep the limit, too")
    func sessions() throws {
        let text = document(try #require(Self.absurdPolicies["hundreds of variables"]))
        let policy = try PolicyReader(mode: .lenient).read(SourceText(text), as: .session)
        var session = SessionFacts()
        session.policies = [EffectivePolicy(name: "s", policy)]
        #expect(throws: CompileError.self) { try CallerCredential(session, options: EvaluationOptions()) }
    }

    // MARK: The limit

    @Test("The limit can be set: the cost itself is kept, one step less is not")
    func limit() throws {
        let statements = [Self.statement(["Resource": #""arn:aws:s3:::b/*x*""#])]
        let world = try directory(roles: ["reader": ["p": statements]])
        var compiler = SnapshotCompiler(seed: 1)
        compiler.policyCostMax = try Self.cost(statements)
        let image = try compiler.compile(world)
        #expect(throws: SnapshotFormatError.self) {
            try VerifiedImage(verifying: image.bytes, policyCostMax: compiler.policyCostMax - 1)
        }
        _ = try VerifiedImage(verifying: image.bytes, policyCostMax: compiler.policyCostMax)
        compiler.policyCostMax -= 1
        #expect(throws: CompileError.self) { try compiler.compile(world) }
    }

    @Test("The verifier counts from the image what the compiler counted", arguments: 0..<40 as Range<UInt64>)
    func verifierAgrees(_ seed: UInt64) throws {
        let world = try RandomWorld(seed: seed, requestCount: 0, .everything)
        let compiler = SnapshotCompiler(options: world.options, seed: seed)
        let (image, report) = try compiler.compileWithReport(world.directory)
        let costs = try withExtendedLifetime(image) {
            let view = image.memory.view
            let verifier = try ImageVerifier.verify(view, policyStepsMax: UInt64(StepBound.limitMax))
            return verifier.chunks.reduce(into: [Int]()) { costs, chunk in
                if chunk.isFirst { costs.append(0) }
                costs[costs.count - 1] += Int(chunk.steps)
            }
        }
        #expect(costs.sorted(by: >) == report.policies.map(\.cost))
        #expect(report.bound == image.checkBound)
    }
}
