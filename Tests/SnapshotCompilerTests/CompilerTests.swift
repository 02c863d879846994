import DecisionIndex
import IdentityDirectory
import RandomWorlds
import SnapshotCompiler
import Testing
import Vocabulary

@Suite("Compiling a directory")
struct CompilerTests {
    private func compile(_ directory: Directory, seed: UInt64 = 1) throws -> VerifiedImage {
        try SnapshotCompiler(seed: seed).compile(directory)
    }

    // MARK: Reproducibility

    @Test("The same directory and seed make the same bytes", arguments: 0..<5 as Range<UInt64>)
    func sameBytes(_ seed: UInt64) throws {
        let first = try RandomWorld(seed: seed, requestCount: 0)
        let second = try RandomWorld(seed: seed, requestCount: 0)
        #expect(try compile(first.directory).bytes == compile(second.directory).bytes)
    }

    @Test("Another seed makes other bytes and the same decisions", arguments: 0..<5 as Range<UInt64>)
    func otherBytes(_ seed: UInt64) throws {
        let world = try RandomWorld(seed: seed, requestCount: 200)
        #expect(try compile(world.directory, seed: 1).bytes != compile(world.directory, seed: 2).bytes)
        var first = try SideBySide(world.directory, world.options, seed: 1)
        var second = try SideBySide(world.directory, world.options, seed: 2)
        for question in world.requests {
            let (one, other) = (first.ask(question).index, second.ask(question).index)
            #expect(one == other)
        }
    }

    // MARK: Sharing

    @Test("Equal policies of many roles are stored once")
    func sharing() throws {
        let statements = (0..<40).map { allow("s3:Action\($0)", on: "arn:aws:s3:::bucket-\($0)/*") }
        func image(_ text: (Int) -> [String]) throws -> VerifiedImage {
            let roles = (0..<50).map { ("role\($0)", ["p": text($0)]) }
            return try compile(try directory(roles: Dictionary(uniqueKeysWithValues: roles)))
        }
        let shared = try image { _ in statements }
        let own = try image { role in statements + [allow("s3:Own\(role)")] }
        // Each role's policy, and the trust policy that all have.
        #expect(shared.counts.policies == 2)
        #expect(own.counts.policies == 51)
        #expect(shared.byteCount * 4 < own.byteCount, "\(shared.byteCount) and \(own.byteCount) bytes")
    }

    // MARK: Sizes

    @Test(
        "Each of 200 statements of a policy is found, and named by its position",
        arguments: [63, 64, 65, 200]
    )
    func manyStatements(_ count: Int) throws {
        let statements = (0..<count).map { allow("s3:Action\($0)") }
        var both = try SideBySide(
            try directory(roles: ["reader": ["p": statements]]),
            EvaluationOptions(),
            seed: 1
        )
        for position in 0..<count {
            let (reference, index) = both.ask(question("reader", "s3:Action\(position)"))
            #expect(index == reference)
            #expect(index.statement == position)
        }
        let (reference, index) = both.ask(question("reader", "s3:Action\(count)"))
        #expect(index == reference)
        #expect(index.outcome == .implicitDeny)
    }

    @Test("A role with a name longer than the working memory holds is refused")
    func tooLongName() throws {
        let long = String(repeating: "r", count: 4_000)
        #expect(throws: CompileError.self) { try compile(directory(roles: [long: [:]])) }
    }

    // MARK: Texts made during a check

    @Test("A variable made for the check resolves however often policies name it", arguments: [1, 64, 400])
    func manyVariables(_ count: Int) throws {
        let variables = ["aws:userid", "aws:TokenIssueTime", "aws:MultiFactorAuthAge", "aws:CurrentTime"]
        let statements = (0..<count).flatMap { number in
            variables.map { allow("s3:GetObject", on: "arn:aws:s3:::other-\(number)/${\($0)}") }
        }
        var policies = ["wanted": [allow("s3:GetObject", on: "arn:aws:s3:::data/${aws:userid}")]]
        for first in stride(from: 0, to: statements.count, by: 200) {
            policies["p\(first)"] = Array(statements[first..<min(first + 200, statements.count)])
        }
        var both = try SideBySide(
            try directory(roles: ["reader": policies]),
            EvaluationOptions(),
            seed: 1
        )
        var session = SessionFacts()
        session.name = "job"
        session.issuedAt = RandomWorld.noon
        session.isMultiFactorAuthenticated = true
        session.multiFactorAuthAgeSeconds = 10
        let name = "arn:aws:s3:::data/AROAEXAMPLE000000001:job"
        let (reference, index) = both.ask(question("reader", "s3:GetObject", name), session: session)
        #expect(index == reference)
        #expect(index.outcome == .allow)
    }

    @Test(
        "A session name is decided up to 2,048 bytes, and denied beyond",
        arguments: [64, 2_048, 2_049, 9_000]
    )
    func longSessionName(_ count: Int) throws {
        var both = try SideBySide(
            try directory(roles: ["reader": ["p": [allow("s3:GetObject")]]]),
            EvaluationOptions(),
            seed: 1
        )
        var session = SessionFacts()
        session.name = UTF8Text(String(repeating: "n", count: count))
        let (_, index) = both.ask(question("reader", "s3:GetObject"), session: session)
        #expect(index.outcome == (count <= 2_048 ? .allow : .error))
    }
}
