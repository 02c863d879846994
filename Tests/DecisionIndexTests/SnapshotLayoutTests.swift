import Testing

@testable import DecisionIndex

/// The verifier looks at every field of every record.
///
/// When a size here changes, a field has come or gone: teach `ImageVerifier` and
/// `Documentation/snapshot-format.md` about it, raise `ImageHeader.formatVersion`, and only then change the number.
@Suite("The records of an image")
struct SnapshotLayoutTests {
    private func expect<Record: BitwiseCopyable>(_: Record.Type, _ byteCount: Int, align: Int = 4) {
        #expect(MemoryLayout<Record>.size == byteCount, "\(Record.self)")
        #expect(MemoryLayout<Record>.stride == byteCount, "\(Record.self)")
        #expect(MemoryLayout<Record>.alignment == align, "\(Record.self)")
    }

    @Test("The verifier knows records of these sizes")
    func sizes() {
        expect(ImageHeader.self, 160, align: 8)
        expect(Slot.self, 8)
        expect(PrincipalRecord.self, 72)
        expect(AccountRecord.self, 40)
        expect(LevelRecord.self, 8)
        expect(ResourceRecord.self, 32)
        expect(EndpointRecord.self, 16)
        expect(TagRecord.self, 16)
        expect(PolicyEntry.self, 16, align: 8)
        expect(PolicyRecord.self, 56, align: 8)
        expect(ActionSlot.self, 24, align: 8)
        expect(ActionPatternRecord.self, 64, align: 8)
        expect(PatternRecord.self, 16)
        expect(VariableRecord.self, 16)
        expect(PatternSymbol.self, 2, align: 2)
        expect(StatementRecord.self, 32)
        expect(PrincipalEntryRecord.self, 16)
        expect(KeyRecord.self, 16)
        expect(ConditionRecord.self, 16)
        expect(OperandRecord.self, 40, align: 8)
    }

    @Test("Numbers that stand for kinds are as many as the format says")
    func kinds() {
        #expect(ConditionCode.allCases.count == 27)
        #expect(FactKind.allCases.count == 23)
        #expect(FixedString.allCases.count == 10)
        #expect(OptionBits.all.rawValue == 63)
        #expect(PatternRecord.Kind(rawValue: 5) == nil)
        #expect(PrincipalEntryRecord.Kind(rawValue: 7) == nil)
        #expect(OperandRecord.Kind(rawValue: 9) == nil)
        #expect(StatementRecord.ElementKind(rawValue: 3) == nil)
    }

    @Test("The checksum leaves out only itself, whichever way it is made")
    func checksum() throws {
        let image = try SnapshotWorld.image()
        #expect(ImageChecksum.of(image.memory.view) == ImageChecksum.of(image.bytes))
        #expect(image.memory.view.header.checksum == ImageChecksum.of(image.bytes))
    }
}
