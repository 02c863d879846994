import DecisionIndex
import IdentityDirectory
import PolicyLanguage
import RandomWorlds
import SnapshotCompiler
import Testing
import Vocabulary

@Suite("I4, I6: a directory and its image are changed in step")
struct ChangeTests {
    static let parts: Range<UInt64> = 0..<4

    @Test(
        "After each change the image decides as the reference does on the changed directory",
        arguments: parts
    )
    func agreement(_ part: UInt64) throws {
        var (applied, refused) = (0, 0)
        for number in 0..<6 as Range<UInt64> {
            let seed = 900_000 + part * 6 + number
            var world = try RandomWorld(seed: seed, requestCount: 0, .everything)
            let compiler = SnapshotCompiler(options: world.options, seed: seed)
            var compiled = try CompiledDirectory(world.directory, compiler)
            for step in 0..<12 {
                var changes: [DirectoryChange] = []
                for _ in 0...(step % 3) { changes.append(try world.nextChange()) }
                do {
                    try compiled.apply(changes)
                    applied += 1
                } catch {
                    refused += 1
                }
                var both = SideBySide(compiled, world.options)
                for _ in 0..<40 {
                    let question = world.nextRequest()
                    let (reference, answer) = both.ask(question)
                    #expect(answer == reference, "seed \(seed), step \(step): \(question.json.text)")
                }
            }
        }
        #expect(applied > 25 && refused > 15, "\(applied) applied, \(refused) refused")
    }

    @Test("A directory that was copied and changed twice has two images, neither of which spoils the other")
    func copies() throws {
        var world = try RandomWorld(seed: 23, requestCount: 60)
        var first = try CompiledDirectory(
            world.directory,
            SnapshotCompiler(options: world.options, seed: 23)
        )
        var second = first
        for _ in 0..<10 {
            let (one, other) = (try world.nextChange(), try world.nextChange())
            try? first.apply([one])
            try? second.apply([other])
            for compiled in [first, second] {
                var both = SideBySide(compiled, world.options)
                for question in world.requests {
                    let (reference, answer) = both.ask(question)
                    #expect(answer == reference)
                }
            }
        }
    }

    @Test("Images of changes before go on deciding as they did")
    func earlierImages() throws {
        var world = try RandomWorld(seed: 17, requestCount: 60)
        var compiled = try CompiledDirectory(
            world.directory,
            SnapshotCompiler(options: world.options, seed: 17)
        )
        var earlier: [(compiled: CompiledDirectory, answers: [Answer])] = []
        func answers(_ compiled: CompiledDirectory) -> [Answer] {
            var both = SideBySide(compiled, world.options)
            return world.requests.map { both.ask($0).index }
        }
        for _ in 0..<20 {
            earlier.append((compiled, answers(compiled)))
            let change = try world.nextChange()
            try? compiled.apply([change])
        }
        for (compiled, before) in earlier { #expect(answers(compiled) == before) }
    }
}
