import Vocabulary

/// What has been changed since an image was built, as it goes behind the header of the extended image.
struct ChangeTables: Sendable {
    var principals: ChangeTable
    var roles: ChangeTable
    var resources: ChangeTable
    var endpoints: ChangeTable
    var accounts: ChangeTable
    /// Chunks of policies that were added.
    var policies: [UInt32] = []

    init(seed: UInt64) {
        let table = ChangeTable(seed: seed)
        (principals, roles, resources) = (table, table, table)
        (endpoints, accounts) = (table, table)
    }

    private var all: [ChangeTable] { [principals, roles, resources, endpoints, accounts] }

    /// The names in the fullest table.
    var count: Int { all.map(\.count).max() ?? 0 }

    /// Whether some look-up would step over more slots than one may.
    var hasLongProbe: Bool { all.contains { $0.longestProbe > SnapshotBuilder.probesMax } }
}

/// A hash table over the names that were changed, at most half full.
struct ChangeTable: Sendable {
    private(set) var slots: [Slot] = []
    private var positions: [UTF8Text: Int] = [:]
    private let seed: UInt64
    /// Slots that the longest look-up steps over.
    private(set) var longestProbe = 0

    init(seed: UInt64) { self.seed = seed }

    /// The names in the table.
    var count: Int { positions.count }

    /// What was said last of a name.
    func place(of name: UTF8Text) -> UInt32? { positions[name].map { slots[$0].offset } }

    /// Says where the record of a name stands now, with ``ImageChanges/removed`` that of a record that is no longer.
    mutating func set(_ name: UTF8Text, to place: UInt32) {
        if let known = positions[name] {
            slots[known].offset = place
            return
        }
        if (positions.count + 1) * 2 > slots.count { grow() }
        insert(name, place)
    }

    private mutating func insert(_ name: UTF8Text, _ place: UInt32) {
        let hash = SeededHash.hash(name, seed: seed)
        var index = Int(UInt32(truncatingIfNeeded: hash)) & (slots.count - 1)
        var steps = 0
        while slots[index].offset != 0 {
            index = (index + 1) & (slots.count - 1)
            steps += 1
        }
        longestProbe = max(longestProbe, steps)
        slots[index] = Slot(tag: UInt32(truncatingIfNeeded: hash >> 32), offset: place)
        positions[name] = index
    }

    private mutating func grow() {
        let (old, oldSlots) = (positions, slots)
        slots = Array(repeating: Slot(), count: max(8, slots.count * 2))
        positions.removeAll(keepingCapacity: true)
        longestProbe = 0
        for (name, index) in old { insert(name, oldSlots[index].offset) }
    }
}
