/// Changes the bytes of a good image in chosen places, for the conformance suite, tests and fuzzing.
///
/// Nothing here is of use for deciding: a changed image goes through the verifier like any other.
package struct SnapshotSurgery {
    /// A place in an image: where it begins and how many bytes it has.
    package struct Place {
        package let offset: Int
        package let byteCount: Int

        /// Names a place.
        package init(offset: Int, byteCount: Int) {
            self.offset = offset
            self.byteCount = byteCount
        }
    }

    /// A field that faults are put into.
    package enum Field: String, CaseIterable, Sendable {
        case magic, version, options, byteCount, checksum, seed
        case sectionOffset, sectionCount
        case statementCount, statementOffset, policyIndex, denyMask, posting, actionTag
        case effect, elementKind, nameOffset, nameCount
        case slotOffset, slotTag, entryPolicy, entryMask
        case keyFact, conditionCode, conditionKey, operandKind
    }

    /// The image as changed so far.
    package var bytes: [UInt8]
    private let places: [Field: [Place]]

    /// Takes a good image.
    package init(_ image: VerifiedImage) {
        bytes = image.bytes
        places = withExtendedLifetime(image) { PlaceFinder(image.view).places }
    }

    /// Where a field stands: once, or once for each record that has it.
    package func places(of field: Field) -> [Place] { places[field] ?? [] }

    /// The number at a place, least byte first.
    package subscript(place: Place) -> UInt64 {
        get { (0..<place.byteCount).reduce(0) { $0 | UInt64(bytes[place.offset + $1]) << UInt64($1 * 8) } }
        set {
            for index in 0..<place.byteCount {
                bytes[place.offset + index] = UInt8(truncatingIfNeeded: newValue >> UInt64(index * 8))
            }
        }
    }

    /// Makes the checksum that of the bytes.
    package mutating func fixChecksum() {
        guard bytes.count >= Int(ImageHeader.byteCount) else { return }
        self[Place(offset: ImageHead.checksumRange.lowerBound, byteCount: 8)] = ImageChecksum.of(bytes)
    }

    /// Takes the first Deny out of the tables that lead to it, and leaves the statement; false if there is none.
    package mutating func dropDeny() -> Bool {
        guard let mask = places(of: .denyMask).first(where: { self[$0] != 0 }) else { return false }
        let deny = self[mask] & ~(self[mask] - 1)
        // The postings of a chunk follow its record, before those of the next chunk.
        let end = places(of: .denyMask).first { $0.offset > mask.offset }?.offset ?? bytes.count
        var hasChanged = false
        for place in places(of: .posting) where place.offset > mask.offset && place.offset < end {
            hasChanged = hasChanged || self[place] & deny != 0
            self[place] &= ~deny
        }
        return hasChanged
    }

    /// Makes an action lead to a statement one beyond the last; false if there is none.
    package mutating func setPostingBeyondStatements() -> Bool {
        guard let count = places(of: .statementCount).first(where: { self[$0] > 0 && self[$0] < 64 }),
            let place = places(of: .posting).first(where: { $0.offset > count.offset && self[$0] != 0 })
        else { return false }
        self[place] |= 1 << self[count]
        return true
    }
}

/// Walks through a good image and notes where the fields stand.
private struct PlaceFinder {
    private let view: ImageView
    private(set) var places: [SnapshotSurgery.Field: [SnapshotSurgery.Place]] = [:]

    init(_ view: ImageView) {
        self.view = view
        add(.magic, 0, \ImageHeader.magic)
        add(.version, 0, \ImageHeader.formatVersion)
        add(.options, 0, \ImageHeader.options)
        add(.byteCount, 0, \ImageHeader.byteCount)
        add(.checksum, 0, \ImageHeader.checksum)
        add(.seed, 0, \ImageHeader.seed)
        for section in Self.sections {
            add(.sectionOffset, 0, section.appending(path: \.offset))
            add(.sectionCount, 0, section.appending(path: \.count))
        }
        let header = view.header
        forEach(Slot.self, header.principalSlots) { finder, slot, offset in
            guard slot.offset != 0 else { return }
            finder.add(.slotOffset, offset, \Slot.offset)
            finder.add(.slotTag, offset, \Slot.tag)
        }
        forEach(KeyRecord.self, header.keys) { finder, _, offset in
            finder.add(.keyFact, offset, \KeyRecord.fact)
        }
        for index in header.policies.indices { addPolicy(at: view.load(UInt32.self, header.policies, index)) }
        for index in header.principals.indices {
            let principal = view.load(
                PrincipalRecord.self,
                at: view.load(UInt32.self, header.principals, index)
            )
            forEach(PolicyEntry.self, principal.identity) { finder, _, offset in
                finder.add(.entryPolicy, offset, \PolicyEntry.policy)
                finder.add(.entryMask, offset, \PolicyEntry.nameMask)
            }
        }
    }

    private static var sections: [KeyPath<ImageHeader, ListRef>] {
        [
            \.principalSlots, \.roleSlots, \.principals, \.resourceSlots, \.resources, \.resourceLengths,
            \.identityLengths, \.accountSlots, \.accounts, \.endpointSlots, \.endpoints, \.policies, \.keys,
            \.fixedStrings,
        ]
    }

    private mutating func add<Record, Value>(
        _ field: SnapshotSurgery.Field,
        _ base: UInt32,
        _ path: KeyPath<Record, Value>
    ) {
        guard let offset = MemoryLayout<Record>.offset(of: path) else { return }
        let place = SnapshotSurgery.Place(offset: Int(base) + offset, byteCount: MemoryLayout<Value>.size)
        places[field, default: []].append(place)
    }

    private mutating func forEach<Record: BitwiseCopyable>(
        _: Record.Type,
        _ list: ListRef,
        _ body: (inout PlaceFinder, Record, UInt32) -> Void
    ) {
        for index in list.indices {
            let offset = list.offset + UInt32(index * MemoryLayout<Record>.stride)
            body(&self, view.load(Record.self, at: offset), offset)
        }
    }

    private mutating func addPolicy(at offset: UInt32) {
        let record = view.load(PolicyRecord.self, at: offset)
        add(.statementCount, offset, \PolicyRecord.statements.count)
        add(.statementOffset, offset, \PolicyRecord.statements.offset)
        add(.policyIndex, offset, \PolicyRecord.policyIndex)
        add(.denyMask, offset, \PolicyRecord.denies)
        add(.nameOffset, offset, \PolicyRecord.name.offset)
        add(.nameCount, offset, \PolicyRecord.name.count)
        forEach(ActionSlot.self, record.actionSlots) { finder, slot, offset in
            guard slot.name.count != 0 else { return }
            finder.add(.posting, offset, \ActionSlot.statements)
            finder.add(.actionTag, offset, \ActionSlot.tag)
        }
        forEach(ActionPatternRecord.self, record.actionPatterns) { finder, _, offset in
            finder.add(.posting, offset, \ActionPatternRecord.statements)
        }
        forEach(StatementRecord.self, record.statements) { finder, statement, offset in
            finder.add(.effect, offset, \StatementRecord.isDeny)
            finder.add(.elementKind, offset, \StatementRecord.resourceKind)
            finder.forEach(ConditionRecord.self, statement.conditions) { finder, condition, offset in
                finder.add(.conditionCode, offset, \ConditionRecord.code)
                finder.add(.conditionKey, offset, \ConditionRecord.key)
                finder.forEach(OperandRecord.self, condition.operands) { finder, _, offset in
                    finder.add(.operandKind, offset, \OperandRecord.kind)
                }
            }
        }
    }
}
