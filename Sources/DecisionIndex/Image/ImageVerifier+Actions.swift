import Vocabulary

/// What the tables of a chunk say about its statements, counted again.
struct ActionTally {
    /// The bits that stand for statements.
    let all: UInt64
    private let negated: UInt64
    /// For each statement the entries that list it.
    private(set) var counts: [UInt32]
    private(set) var serviceMask: UInt32 = 0
    private(set) var nameMask: UInt64 = 0
    /// The steps of finding the statements that concern an action (``StepBound``).
    var steps: UInt64 = 0

    init(statementCount: Int, negated: UInt64) {
        all = statementCount == 64 ? .max : 1 << UInt64(statementCount) - 1
        self.negated = negated
        counts = Array(repeating: 0, count: statementCount)
    }

    /// Whether these are statements of the chunk, and some.
    func isKnown(_ statements: UInt64) -> Bool { statements != 0 && statements & ~all == 0 }

    /// Counts an entry of the tables, and widens the masks by what an action that matches it must look like.
    mutating func add(_ statements: UInt64, _ literal: ByteView, isWhole: Bool, seed: UInt64) {
        var bits = statements
        while bits != 0 {
            counts[bits.trailingZeroBitCount] += 1
            bits &= bits - 1
        }
        if statements & ~negated == 0 { return }
        guard let colon = literal.firstOffset(of: UInt8(ascii: ":")) else {
            serviceMask = .max
            return
        }
        let key = ActionKey(literal, colon: colon, seed: seed)
        if isWhole || literal.count - colon > 3 {
            nameMask |= key.nameBit
        } else {
            serviceMask |= key.serviceBit
        }
    }
}

/// The tables that say which statements of a chunk concern an action.
extension ImageVerifier {
    mutating func verifyActionSlots(_ table: ListRef, _ tally: inout ActionTally) throws(SnapshotFormatError)
    {
        guard try claim(.actionSlots, table, of: ActionSlot.self) else {
            tally.steps += StepBound.exactActions(count: 0, longestBytes: 0)
            return try demand(table.isEmpty, at: table.offset, "a table of actions belongs to one policy")
        }
        let mask = Int(table.count) - 1
        try demand(
            table.count > 1 && Int(table.count) & mask == 0,
            at: table.offset,
            "the size of a table is a power of two"
        )
        try verifyRuns(table, max: Self.actionRunMax) {
            view.load(ActionSlot.self, table, $0).name.count != 0
        }
        var (count, longest) = (0, 0)
        for index in table.indices {
            let slot = view.load(ActionSlot.self, table, index)
            let place = table.offset + UInt32(index * MemoryLayout<ActionSlot>.stride)
            try demand(slot.padding == 0, at: place, "a slot is padded with zeros")
            guard slot.name.count != 0 else {
                let isEmpty = slot.name.offset == 0 && slot.tag == 0 && slot.statements == 0
                try demand(isEmpty, at: place, "an empty slot is empty")
                continue
            }
            try verifyString(slot.name, at: place)
            let isShort = slot.name.count <= Limits.patternBytesMax
            try demand(isShort, at: place, "an action is no longer than a pattern")
            try demand(
                tally.isKnown(slot.statements),
                at: place,
                "an action concerns statements of its policy"
            )
            try verifyAction(slot, at: index, in: table)
            tally.add(slot.statements, view.bytes(slot.name), isWhole: true, seed: view.header.seed)
            (count, longest) = (count + 1, max(longest, Int(slot.name.count)))
        }
        tally.steps += StepBound.exactActions(count: count, longestBytes: longest)
    }

    /// The first slot that a look-up of the action would take is this one.
    private mutating func verifyAction(
        _ slot: ActionSlot,
        at position: Int,
        in table: ListRef
    ) throws(SnapshotFormatError) {
        let hash = try names.hash(slot.name)
        let name = view.bytes(slot.name)
        try demand(
            slot.tag == UInt32(truncatingIfNeeded: hash >> 32),
            at: slot.name.offset,
            "a slot has the tag of its name"
        )
        try demand(name.isLowercased, at: slot.name.offset, "actions are in lower case")
        let mask = Int(table.count) - 1
        var index = Int(UInt32(truncatingIfNeeded: hash)) & mask
        var sameTagCount = 0
        while index != position {
            let other = view.load(ActionSlot.self, table, index)
            try demand(other.name.count != 0, at: slot.name.offset, "an action is found by its name")
            if other.tag == slot.tag {
                try verifyString(other.name, at: table.offset)
                sameTagCount += 1
                let isSame = sameTagCount > Self.sameTagMax || view.bytes(other.name).equals(name)
                try demand(!isSame, at: slot.name.offset, "an action stands once in a table")
            }
            index = (index + 1) & mask
        }
    }

    mutating func verifyActionPatterns(_ list: ListRef, _ tally: inout ActionTally)
        throws(SnapshotFormatError)
    {
        guard try claim(.actionPatterns, list, of: ActionPatternRecord.self) else {
            return try demand(list.isEmpty, at: list.offset, "patterns of actions belong to one policy")
        }
        for index in list.indices {
            let record = view.load(ActionPatternRecord.self, list, index)
            let place = list.offset + UInt32(index * MemoryLayout<ActionPatternRecord>.stride)
            try demand(
                tally.isKnown(record.statements),
                at: place,
                "a pattern concerns statements of its policy"
            )
            let bound = try verify(record.pattern, at: place)
            let kind = PatternRecord.Kind(rawValue: record.pattern.kind)
            let isPlain =
                kind != .exact && record.pattern.variables == 0
                && record.pattern.count <= Limits.patternBytesMax
            try demand(isPlain, at: place, "a pattern of actions has wildcards and no variables")
            let literal = literalPrefix(of: record.pattern)
            let isDecided = kind == .everything || kind == .prefix && literal.count <= 16
            let isRight =
                record.firstWord == literal.word(at: 0) && record.secondWord == literal.word(at: 8)
                && record.firstMask == ActionKey.mask(bytes: literal.count)
                && record.secondMask == ActionKey.mask(bytes: literal.count - 8)
                && record.isDecidedByWords == (isDecided ? 1 : 0)
            try demand(isRight, at: place, "the words of a pattern are its first bytes")
            tally.steps += StepBound.actionPattern(bound, isDecidedByWords: isDecided)
            literal.withView { tally.add(record.statements, $0, isWhole: false, seed: view.header.seed) }
        }
    }

    /// The bytes with which every text begins that a verified pattern matches.
    private func literalPrefix(of pattern: PatternRecord) -> UTF8Text {
        switch PatternRecord.Kind(rawValue: pattern.kind) {
        case .exact, .prefix: return view.bytes(pattern.string).text
        case .glob:
            let text = view.bytes(pattern.string)
            return text[0..<(text.firstOffset(of: UInt8(ascii: "*")) ?? text.count)].text
        case .symbols:
            let symbols = ListRef(offset: pattern.offset, count: pattern.count)
            var bytes: [UInt8] = []
            for index in symbols.indices {
                let symbol = view.load(PatternSymbol.self, symbols, index)
                guard let byte = UInt8(exactly: symbol.rawValue) else { break }
                bytes.append(byte)
            }
            return UTF8Text(bytes)
        case .everything, nil: return UTF8Text([UInt8]())
        }
    }
}

extension ByteView {
    /// Whether no letter `A`–`Z` is in it.
    var isLowercased: Bool {
        for offset in 0..<count where self[offset].asciiLowercased != self[offset] { return false }
        return true
    }
}
