import DecisionIndex
import IdentityDirectory
import PolicyLanguage
import RandomWorlds
import SnapshotCompiler
import Testing
import Vocabulary

@Suite("Bounds of a directory that is changed in place")
struct ChangedBoundTests {
    private func policy(_ statements: [String]) throws -> ValidatedPolicy {
        try PolicyReader().read(SourceText(document(statements)), as: .identity)
    }

    private func reader() throws -> ARN { try #require(ARN("arn:aws:iam::111122223333:role/reader")) }

    private func outcome(_ compiled: CompiledDirectory) throws -> Outcome {
        let now = try #require(Instant("2026-03-01T12:00:00Z"))
        return Evaluator.decide(
            try CompactRequest(question("reader", "s3:GetObject"), at: now),
            in: compiled.image
        )
        .outcome
    }

    @Test("A policy that costs too much is refused, and nothing is changed")
    func cost() throws {
        var compiler = SnapshotCompiler(seed: 1)
        compiler.policyCostMax = 10_000
        var compiled = try CompiledDirectory(
            directory(roles: ["reader": ["p": [allow("s3:GetObject")]]]),
            compiler
        )
        let costly = try policy([allow("s3:*", on: "arn:aws:s3:::b/${aws:username}")])
        let (name, role) = (UTF8Text("q"), try reader())
        #expect(throws: ChangeFailure.self) { try compiled.apply([.putInlinePolicy(name, costly, of: role)]) }
        let managed = try #require(ARN("arn:aws:iam::111122223333:policy/m"))
        #expect(throws: ChangeFailure.self) { try compiled.apply([.putManagedPolicy(managed, costly)]) }
        #expect(try outcome(compiled) == .allow)
    }

    @Test("Policies are added until a check has no room for more, and every check is decided")
    func chunks() throws {
        let most = CheckBound.chunksMax - CheckBound.sessionChunksMax - 1
        var compiled = try CompiledDirectory(
            directory(roles: ["reader": ["p": [allow("s3:GetObject")]]]),
            SnapshotCompiler(seed: 1)
        )
        let role = try reader()
        let other = try policy([allow("s3:Get*", on: "arn:aws:s3:::none")])
        try compiled.apply((1..<most).map { .putInlinePolicy(UTF8Text("p\($0)"), other, of: role) })
        #expect(try outcome(compiled) == .allow)
        #expect(throws: ChangeFailure.self) {
            try compiled.apply([.putInlinePolicy("more", other, of: role)])
        }
        #expect(try outcome(compiled) == .allow)
    }
}
