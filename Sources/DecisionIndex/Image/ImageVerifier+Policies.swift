import Vocabulary

/// What the verifier knows of a chunk of a policy when it comes to where the chunk is attached.
struct ChunkFacts {
    /// What an entry's masks must let through.
    var serviceMask: UInt32 = 0
    var nameMask: UInt64 = 0
    /// The most steps that a check of it takes (``StepBound``).
    var steps: UInt64 = 0
    var isFirst = true
    var isLast = true
}

/// Policies, their statements and the tables of their actions.
extension ImageVerifier {
    mutating func verifyPolicies() throws(SnapshotFormatError) {
        let offsets = try takeRecords(view.header.policies, .policy, of: PolicyRecord.self)
        var previous: PolicyRecord?
        var steps: UInt64 = 0
        for (index, offset) in offsets.enumerated() {
            let record = view.load(PolicyRecord.self, at: offset)
            try verifyOrder(record, after: previous, at: offset)
            regions.note(UInt32(index), at: offset)
            var facts = try verifyPolicy(record, at: offset)
            facts.isFirst = record.firstStatement == 0
            if !facts.isFirst { chunks[index - 1].isLast = false }
            chunks.append(facts)
            steps = (facts.isFirst ? 0 : steps) + facts.steps
            try verifySteps(steps, of: record, at: offset)
            previous = record
        }
    }

    private func verifySteps(_ steps: UInt64, of record: PolicyRecord, at offset: UInt32)
        throws(SnapshotFormatError)
    {
        if steps <= policyStepsMax { return }
        let name = String(view.bytes(record.name).text.description.prefix(256))
        let message =
            "policy `\(name)` may take \(steps) steps a check; at most \(policyStepsMax) are allowed"
        throw SnapshotFormatError(.bounds, at: Int(offset), message)
    }

    /// Policies are numbered from 0, and all chunks of one but the last are full.
    private func verifyOrder(
        _ record: PolicyRecord,
        after previous: PolicyRecord?,
        at offset: UInt32
    ) throws(SnapshotFormatError) {
        let count = record.statements.count
        guard count <= 64, UInt64(record.firstStatement) + UInt64(count) <= UInt64(UInt16.max) else {
            throw SnapshotFormatError(.bounds, at: Int(offset), "a policy has too many statements")
        }
        guard let previous else {
            let isFirst = record.policyIndex == 0 && record.firstStatement == 0
            return try demand(isFirst, at: offset, "policies are counted from 0")
        }
        if record.policyIndex == previous.policyIndex {
            let follows =
                previous.statements.count == 64 && record.firstStatement == previous.firstStatement + 64
            try demand(follows && count > 0, at: offset, "the chunks of a policy follow each other")
            try demand(record.name == previous.name, at: offset, "the chunks of a policy have its name")
        } else {
            let follows = record.policyIndex == previous.policyIndex + 1 && record.firstStatement == 0
            try demand(follows, at: offset, "policies are numbered in order")
        }
    }

    private mutating func verifyPolicy(
        _ record: PolicyRecord,
        at offset: UInt32
    ) throws(SnapshotFormatError) -> ChunkFacts {
        try verifyString(record.name, at: offset)
        var tally = ActionTally(statementCount: Int(record.statements.count), negated: record.negatedActions)
        try verifyActionSlots(record.actionSlots, &tally)
        try verifyActionPatterns(record.actionPatterns, &tally)
        let isWithin = (record.denies | record.negatedActions) & ~tally.all == 0
        try demand(isWithin, at: offset, "the masks of a policy are of its statements")
        let isNew = try claim(.statements, record.statements, of: StatementRecord.self)
        try demand(isNew || record.statements.isEmpty, at: offset, "statements belong to one policy")
        var steps: UInt64 = 0
        for bit in record.statements.indices {
            let statement = view.load(StatementRecord.self, record.statements, bit)
            let place = record.statements.offset + UInt32(bit * MemoryLayout<StatementRecord>.stride)
            steps += try verify(statement, at: place)
            let isDeny = record.denies >> UInt64(bit) & 1
            try demand(isDeny == UInt64(statement.isDeny), at: place, "the policy's mask knows each Deny")
            let isNegated = record.negatedActions >> UInt64(bit) & 1
            try demand(
                isNegated == UInt64(statement.isActionNegated),
                at: place,
                "the policy's mask knows each NotAction"
            )
            try demand(
                tally.counts[bit] == statement.actionCount,
                at: place,
                "the tables know each action of a statement"
            )
        }
        return ChunkFacts(
            serviceMask: record.negatedActions == 0 ? tally.serviceMask : .max,
            nameMask: tally.nameMask,
            steps: tally.steps + StepBound.passCount(OptionBits(rawValue: view.header.options)) * steps
        )
    }

    /// Answers the steps of trying the statement once.
    private mutating func verify(
        _ statement: StatementRecord,
        at offset: UInt32
    ) throws(SnapshotFormatError) -> UInt64 {
        let isKnown =
            statement.isDeny <= 1 && statement.isActionNegated <= 1
            && StatementRecord.ElementKind(rawValue: statement.resourceKind) != nil
            && StatementRecord.ElementKind(rawValue: statement.principalKind) != nil
        try demand(isKnown, at: offset, "a statement has no unknown mark")
        let absent = StatementRecord.ElementKind.absent.rawValue
        let isConsistent =
            (statement.resourceKind != absent || statement.resources.isEmpty)
            && (statement.principalKind != absent || statement.principals.isEmpty)
        try demand(isConsistent, at: offset, "an absent element has no entries")
        let resources = try verifyPatterns(statement.resources).single
        let principals = try verifyPrincipalEntries(statement.principals)
        return try 1 + resources + principals + verifyConditions(statement.conditions)
    }

    /// Answers the steps of trying all.
    private mutating func verifyPrincipalEntries(_ list: ListRef) throws(SnapshotFormatError) -> UInt64 {
        guard try claim(.principalEntries, list, of: PrincipalEntryRecord.self) else {
            return UInt64(regions.note(of: list))
        }
        var steps: UInt64 = 0
        for index in list.indices {
            let entry = view.load(PrincipalEntryRecord.self, list, index)
            let kind = PrincipalEntryRecord.Kind(rawValue: entry.kind)
            try demand(
                kind != nil && entry.padding == 0,
                at: list.offset,
                "an entry for principals has a known kind"
            )
            try demand(kind != .everyone || entry.name.isEmpty, at: list.offset, "everyone has no name")
            try verifyString(entry.name, at: list.offset)
            steps += StepBound.principal(bytes: Int(entry.name.count))
        }
        return note(steps, of: list)
    }

    /// Notes the steps of a list of records that are longer than eight bytes; answers what was noted.
    ///
    /// More than any limit allows counts as that, so that it is refused wherever it is referred to.
    @discardableResult
    mutating func note(_ steps: UInt64, of list: ListRef) -> UInt64 {
        let number = UInt32(min(steps, UInt64(ImageRegions.noteMax)))
        if !list.isEmpty { regions.note(number, at: list.offset) }
        return UInt64(number)
    }
}
