import Foundation
import Testing
import Vocabulary

@testable import DecisionIndex

/// Whether the long form of a test is wanted, which takes minutes.
let isThorough = ProcessInfo.processInfo.environment["PORTCULLIS_THOROUGH"] == "1"

@Suite("The verifier of images")
struct SnapshotVerifierTests {
    private func fault(_ bytes: [UInt8]) -> SnapshotFormatError? {
        do throws(SnapshotFormatError) { _ = try VerifiedImage(verifying: bytes) } catch { return error }
        return nil
    }

    /// The fault of an image with a field changed, its checksum made right again.
    private func fault(
        _ field: SnapshotSurgery.Field,
        at index: Int = 0,
        _ change: (UInt64) -> UInt64
    ) throws -> SnapshotFormatError.Code? {
        var surgery = SnapshotSurgery(try SnapshotWorld.image())
        let place = try #require(surgery.places(of: field).dropFirst(index).first)
        surgery[place] = change(surgery[place])
        surgery.fixChecksum()
        return fault(surgery.bytes)?.code
    }

    @Test(
        "What the compiler makes is accepted, with every choice and seed",
        arguments: [0, 1, 7, 42, .max] as [UInt64]
    )
    func compiled(_ seed: UInt64) throws {
        #expect(fault(try SnapshotWorld.image(seed: seed).bytes) == nil)
        var options = EvaluationOptions()
        options.arnWildcards = .segmented
        #expect(fault(try SnapshotWorld.image(seed: seed, options: options).bytes) == nil)
    }

    @Test("The image is large enough for the sweeps to mean something")
    func size() throws { #expect(try SnapshotWorld.image().byteCount >= 16 << 10) }

    @Test("Every cut is refused")
    func everyTruncation() throws {
        let bytes = try SnapshotWorld.image().bytes
        for count in stride(from: 0, to: bytes.count, by: isThorough ? 1 : 7) {
            #expect(fault(Array(bytes[..<count])) != nil, "cut to \(count) bytes")
        }
    }

    @Test("Every flip of one bit is refused")
    func everyFlip() throws {
        var bytes = try SnapshotWorld.image().bytes
        for bit in stride(from: 0, to: bytes.count * 8, by: isThorough ? 1 : 7) {
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            let code = fault(bytes)?.code
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            if bit < 24 * 8 {
                #expect(code != nil, "bit \(bit)")
            } else {
                #expect(code == .checksum, "bit \(bit)")
            }
        }
    }

    // MARK: Faults with a right checksum

    @Test("A header that does not fit is refused with its own code")
    func header() throws {
        #expect(try fault(.magic) { ~$0 } == .magic)
        #expect(try fault(.magic) { $0.byteSwapped } == .byteOrder)
        #expect(try fault(.version) { $0 + 1 } == .version)
        #expect(try fault(.options) { $0 | 1 << 31 } == .version)
        #expect(try fault(.byteCount) { $0 + 64 } == .truncated)
        #expect(try fault(.byteCount) { $0 - 64 } == .bounds)
        #expect(try fault(.seed) { $0 ^ 1 } == .structure, "with another seed nothing is found")
    }

    @Test("A section outside of the image is refused, whichever it is", arguments: 0..<14)
    func sections(_ section: Int) throws {
        for offset in [0xFFFF_FFF8, 0xFFFF_FFFF, 0, 8, 1 << 31] as [UInt64] {
            #expect(try fault(.sectionOffset, at: section) { _ in offset } == .bounds)
        }
        #expect(try fault(.sectionOffset, at: section) { $0 + 1 } == .bounds)
        for count in [0xFFFF_FFFF, 1 << 31, 1 << 26, 1 << 16] as [UInt64] {
            #expect(try fault(.sectionCount, at: section) { _ in count } == .bounds)
        }
        #expect(try fault(.sectionCount, at: section) { $0 + 1 } != nil)
        #expect(try fault(.sectionCount, at: section) { $0 - 1 } != nil)
        #expect(try fault(.sectionCount, at: section) { _ in 0 } != nil)
    }

    @Test("Counts and places in policies are looked at before they are used")
    func policies() throws {
        #expect(try fault(.statementCount) { _ in 0xFFFF_FFFF } == .bounds)
        #expect(try fault(.statementCount) { _ in 65 } == .bounds)
        #expect(try fault(.statementCount) { $0 + 1 } != nil)
        #expect(try fault(.statementOffset) { _ in 0xFFFF_FFF8 } == .bounds)
        #expect(try fault(.nameOffset) { _ in 0xFFFF_FFFF } == .bounds)
        #expect(try fault(.nameCount) { _ in 0xFFFF_FFFF } == .bounds)
        #expect(try fault(.nameOffset) { _ in 32 } == .bounds, "a name must not show the secret")
        #expect(try fault(.policyIndex, at: 1) { $0 + 1 } == .structure)
    }

    @Test("A Deny is found wherever it is looked for, or the image is refused")
    func postings() throws {
        var surgery = SnapshotSurgery(try SnapshotWorld.image())
        let hasDropped = surgery.dropDeny()
        #expect(hasDropped)
        surgery.fixChecksum()
        #expect(fault(surgery.bytes)?.code == .structure)

        surgery = SnapshotSurgery(try SnapshotWorld.image())
        let hasSet = surgery.setPostingBeyondStatements()
        #expect(hasSet)
        surgery.fixChecksum()
        #expect(fault(surgery.bytes)?.code == .structure)

        let image = try SnapshotWorld.image()
        for index in SnapshotSurgery(image).places(of: .denyMask).indices {
            #expect(try fault(.denyMask, at: index) { $0 ^ 1 } == .structure)
            #expect(try fault(.denyMask, at: index) { $0 ^ 1 << 63 } == .structure)
        }
        for index in SnapshotSurgery(image).places(of: .posting).indices {
            #expect(try fault(.posting, at: index) { _ in 0 } == .structure)
            #expect(try fault(.posting, at: index) { $0 ^ 1 } == .structure)
        }
        #expect(try fault(.effect) { $0 ^ 1 } == .structure)
        #expect(try fault(.actionTag) { $0 ^ 1 } == .structure)
        #expect(try fault(.entryMask) { _ in 0 } == .structure)
        #expect(try fault(.entryPolicy) { $0 + 8 } == .structure)
    }

    @Test("A role whose id leaves no room for the texts that a check makes is refused", arguments: [0, 1])
    func roleTexts(_ excess: UInt32) throws {
        let image = try SnapshotWorld.image()
        var surgery = SnapshotSurgery(image)
        try withExtendedLifetime(image) {
            let view = image.memory.view
            let offsets = view.header.principals.indices.map {
                view.load(UInt32.self, view.header.principals, $0)
            }
            let role = try #require(
                offsets.first { view.load(PrincipalRecord.self, at: $0).kind == PrincipalRecord.role }
            )
            let used = view.load(PrincipalRecord.self, at: role).sessionPrefix.count
            let field = try #require(MemoryLayout<PrincipalRecord>.offset(of: \.uniqueID))
            // A text may be any bytes behind the header.
            let id = SnapshotSurgery.Place(offset: Int(role) + field, byteCount: 8)
            let count = UInt32(Scratch.roleTextsBytesMax) - used + excess
            surgery[id] = UInt64(ImageHeader.byteCount) | UInt64(count) << 32
        }
        surgery.fixChecksum()
        #expect(fault(surgery.bytes)?.code == (excess == 0 ? nil : .bounds))
    }

    @Test("Every slot of a table leads to the record of its hash")
    func slots() throws {
        let slots = SnapshotSurgery(try SnapshotWorld.image()).places(of: .slotOffset)
        for index in slots.indices {
            #expect(try fault(.slotOffset, at: index) { _ in 0 } == .structure)
            #expect(try fault(.slotOffset, at: index) { $0 + 8 } == .structure)
            #expect(try fault(.slotTag, at: index) { $0 ^ 1 } == .structure)
        }
    }

    @Test("Numbers that stand for kinds are known ones")
    func kinds() throws {
        #expect(try fault(.elementKind) { _ in 3 } == .structure)
        #expect(try fault(.effect) { _ in 2 } == .structure)
        #expect(try fault(.keyFact) { _ in 999 } == .structure)
        #expect(try fault(.conditionCode) { _ in 255 } == .structure)
        #expect(try fault(.conditionKey) { _ in 0xFFFF_FFFF } == .bounds)
        #expect(try fault(.operandKind) { _ in 255 } == .structure)
    }

    @Test("A negated operator is marked so, and no other is")
    func negation() throws {
        for code in ConditionCode.allCases {
            #expect(code.isNegated == "\(code)".lowercased().contains("not"), "\(code)")
        }
    }
}
