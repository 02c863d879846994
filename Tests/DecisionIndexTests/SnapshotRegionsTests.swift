import Testing
import Vocabulary

@testable import DecisionIndex

@Suite("What keeps the verification linear")
struct SnapshotRegionsTests {
    private let memory = ImageMemory(Array(repeating: 0, count: 4_096))

    private func list(_ offset: UInt32, _ count: UInt32) -> ListRef { ListRef(offset: offset, count: count) }

    private func code(_ body: () throws(SnapshotFormatError) -> Void) -> SnapshotFormatError.Code? {
        do throws(SnapshotFormatError) { try body() } catch { return error.code }
        return nil
    }

    @Test("A list is new once, and the same list is known again")
    func sharing() throws {
        var regions = ImageRegions(memory.view)
        #expect(try regions.claim(.tags, list(256, 4), stride: 16))
        #expect(try !regions.claim(.tags, list(256, 4), stride: 16))
        #expect(try regions.claim(.tags, list(320, 1), stride: 16), "right behind it")
        #expect(try regions.claim(.offsets, list(4_088, 2), stride: 4), "to the last byte")
        #expect(try !regions.claim(.tags, list(0, 0), stride: 16), "an empty list is never new")
        regions.note(77, at: 256)
        #expect(regions.note(of: list(256, 4)) == 77)
        #expect(regions.note(of: list(0, 0)) == 0)
        #expect(regions.hasRecord(.tags, at: 320) && !regions.hasRecord(.tags, at: 256))
        #expect(!regions.hasRecord(.tags, at: 328) && !regions.hasRecord(.tags, at: 4_294_967_288))
    }

    @Test(
        "A list that overlaps another is refused",
        arguments: [(256, 3), (256, 5), (248 + 16, 4), (304, 1), (256, 1)] as [(UInt32, UInt32)]
    )
    func overlaps(_ offset: UInt32, _ count: UInt32) throws {
        var regions = ImageRegions(memory.view)
        _ = try regions.claim(.tags, list(256, 4), stride: 16)
        #expect(
            code { () throws(SnapshotFormatError) in
                _ = try regions.claim(.tags, list(offset, count), stride: 16)
            } == .structure
        )
        var others = ImageRegions(memory.view)
        _ = try others.claim(.tags, list(256, 4), stride: 16)
        #expect(
            code { () throws(SnapshotFormatError) in _ = try others.claim(.keys, list(256, 4), stride: 16) }
                == .structure
        )
    }

    @Test(
        "A list that leads outside, or stands where none can, is refused",
        arguments: [
            (0, 1), (248, 1), (257, 1), (4_096, 1), (4_088, 1), (.max, 1), (256, .max), (256, 1 << 26),
            (4_294_967_288, 2), (8, 0),
        ] as [(UInt32, UInt32)]
    )
    func bounds(_ offset: UInt32, _ count: UInt32) {
        var regions = ImageRegions(memory.view)
        #expect(
            code { () throws(SnapshotFormatError) in
                _ = try regions.claim(.tags, list(offset, count), stride: 16)
            } == .bounds
        )
    }

    @Test("A long name is hashed once however often it is used; long names that overlap are refused")
    func names() throws {
        var names = ImageNames(memory.view)
        let long = StringRef(offset: 256, count: 3_000)
        for _ in 0..<1_000 { _ = try names.hash(long) }
        for offset in 256..<1_000 as Range<UInt32> {
            _ = try names.hash(StringRef(offset: offset, count: 200))
        }
        #expect(
            code { () throws(SnapshotFormatError) in _ = try names.hash(StringRef(offset: 257, count: 3_000))
            } == .structure
        )
    }

    @Test("The verifier is not slower for an image in which everything is shared")
    func sharedLists() throws {
        var builder = SnapshotBuilder(options: EvaluationOptions(), seed: 3)
        let resources = (0..<2_000).map { PatternPlan.prefix(UTF8Text("arn:aws:s3:::bucket-\($0)/")) }
        let longAction = UTF8Text("s3:" + String(repeating: "a", count: 2_000))
        for number in 0..<2_000 {
            let statement = StatementPlan(
                effect: .allow,
                actions: .positive([ActionPlan(text: longAction, pattern: .exact(longAction))]),
                resources: .positive(resources),
                principals: .absent,
                conditions: []
            )
            _ = try builder.add(PolicyPlan(name: UTF8Text("p\(number)"), statements: [statement]))
        }
        _ = try builder.addAccounts([])
        try builder.addPrincipals([], [:])
        try builder.addResources([], [:])
        try builder.addEndpoints([])
        let bytes = try builder.finish().bytes
        // Without sharing these would be four million patterns, and seconds of hashing and reading.
        #expect(bytes.count < 1 << 20)
        let elapsed = try ContinuousClock().measure { _ = try VerifiedImage(verifying: bytes) }
        #expect(elapsed < .seconds(2))
    }
}
