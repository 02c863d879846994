/// Hash tables: every record is found by its own name, and every probe ends soon.
extension ImageVerifier {
    /// A look-up of a name that is not there steps over at most so many slots.
    ///
    /// Runs in tables filled at random to a half are far shorter; only a made-up image has longer ones.
    static let tableRunMax = 256
    /// The same for the tables of actions, which are filled to two thirds.
    static let actionRunMax = 1_024
    /// Names with one tag that a look-up may have to compare; chance makes no second one.
    static let sameTagMax = 4

    /// A table over records.
    ///
    /// - Parameter field: where in a record the name stands by which it must be found.
    mutating func verifyTable(
        _ table: ListRef,
        _ kind: ImageRegions.Kind,
        _ records: [UInt32],
        nameAt field: Int?
    ) throws(SnapshotFormatError) {
        guard let field, try claim(.slots, table, of: Slot.self) else {
            return try demand(false, at: table.offset, "each kind of record has a table")
        }
        try verifySize(of: table, filled: records.count)
        var filledCount = 0
        for index in table.indices {
            let slot = view.load(Slot.self, table, index)
            if slot.offset == 0 {
                try demand(slot.tag == 0, at: table.offset, "an empty slot has no tag")
                continue
            }
            filledCount += 1
            let isRecord = regions.hasRecord(kind, at: slot.offset)
            try demand(isRecord, at: table.offset + UInt32(index * 8), "a slot leads to a record of its kind")
        }
        try demand(filledCount == records.count, at: table.offset, "a table has one slot for each record")
        try verifyRuns(table, max: Self.tableRunMax) { view.load(Slot.self, table, $0).offset != 0 }
        for record in records { try verifySlot(of: record, nameAt: UInt32(field), in: table) }
    }

    private func verifySize(of table: ListRef, filled count: Int) throws(SnapshotFormatError) {
        let isPower = table.count & (table.count - 1) == 0
        try demand(isPower, at: table.offset, "the size of a table is a power of two")
        try demand(count * 2 <= Int(table.count), at: table.offset, "a table is half empty")
    }

    /// A look-up of the record's name finds the record.
    private mutating func verifySlot(
        of record: UInt32,
        nameAt field: UInt32,
        in table: ListRef
    ) throws(SnapshotFormatError) {
        let name = view.load(StringRef.self, at: record + field)
        let hash = try names.hash(name)
        let tag = UInt32(truncatingIfNeeded: hash >> 32)
        let mask = table.count - 1
        var index = UInt32(truncatingIfNeeded: hash) & mask
        var sameTagCount = 0
        // The runs have been measured, so that the probe ends.
        while true {
            let slot = view.load(Slot.self, table, Int(index))
            try demand(slot.offset != 0, at: record, "a record is found by its name")
            if slot.tag == tag {
                let other = view.load(StringRef.self, at: slot.offset + field)
                if slot.offset == record { return }
                sameTagCount += 1
                let isSame = sameTagCount > Self.sameTagMax || view.bytes(other).equals(view.bytes(name))
                try demand(!isSame, at: record, "no two records have the same name")
            }
            index = (index + 1) & mask
        }
    }

    /// No run of filled slots is longer than it may be, also around the end, and some slot is empty.
    func verifyRuns(
        _ table: ListRef,
        max longest: Int,
        _ isFilled: (Int) -> Bool
    ) throws(SnapshotFormatError) {
        let count = Int(table.count)
        var run = 0
        for step in 0..<(count + min(count, longest + 1)) {
            run = isFilled(step < count ? step : step - count) ? run + 1 : 0
            try demand(run <= longest && run < count, at: table.offset, "a probe of a table ends soon")
        }
    }
}
