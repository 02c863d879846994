import Vocabulary

/// Accounts, resources, endpoints, and the policies attached to them.
extension ImageVerifier {
    /// Takes the records that a list of offsets names, each once.
    mutating func takeRecords<Record: BitwiseCopyable>(
        _ list: ListRef,
        _ kind: ImageRegions.Kind,
        of type: Record.Type
    ) throws(SnapshotFormatError) -> [UInt32] {
        try claim(.offsets, list, of: UInt32.self)
        var offsets: [UInt32] = []
        for index in list.indices {
            let offset = view.load(UInt32.self, list, index)
            let isNew = try claim(kind, ListRef(offset: offset, count: 1), of: type)
            try demand(isNew, at: list.offset, "a record is listed once")
            offsets.append(offset)
        }
        return offsets
    }

    // MARK: Accounts

    mutating func verifyAccounts() throws(SnapshotFormatError) {
        let offsets = try takeRecords(view.header.accounts, .account, of: AccountRecord.self)
        for offset in offsets {
            let record = view.load(AccountRecord.self, at: offset)
            try verifyString(record.id, at: offset)
            try verifyString(record.organizationPath, at: offset)
            try verifyMembership(record, at: offset)
            try verifyLevels(record.serviceControl)
            try verifyLevels(record.resourceControl)
        }
        let field = MemoryLayout<AccountRecord>.offset(of: \.id)
        try verifyTable(view.header.accountSlots, .account, offsets, nameAt: field)
    }

    private func verifyMembership(_ record: AccountRecord, at offset: UInt32) throws(SnapshotFormatError) {
        let isMember = record.flags & AccountRecord.isMember != 0
        let isManagement = record.flags & AccountRecord.isManagement != 0
        let isControlled = record.flags & AccountRecord.hasServiceControl != 0
        try demand(record.flags < 8 && record.padding == 0, at: offset, "an account has no unknown mark")
        try demand(isMember || record.flags == 0, at: offset, "guardrails are for members")
        try demand(isMember || record.organizationPath.isEmpty, at: offset, "only members have a path")
        try demand(isMember || record.resourceControl.isEmpty, at: offset, "only members have RCPs")
        try demand(!isManagement || !isControlled, at: offset, "the management account has no SCPs")
        try demand(
            isControlled || record.serviceControl.isEmpty,
            at: offset,
            "an account with SCPs is marked"
        )
    }

    private mutating func verifyLevels(_ levels: ListRef) throws(SnapshotFormatError) {
        guard Int(levels.count) <= Limits.organizationDepthMax else {
            throw SnapshotFormatError(.bounds, at: Int(levels.offset), "too many levels of an organization")
        }
        guard try claim(.levels, levels, of: LevelRecord.self) else { return }
        for index in levels.indices { try verifyEntries(view.load(LevelRecord.self, levels, index).policies) }
    }

    // MARK: Resources and endpoints

    mutating func verifyResources() throws(SnapshotFormatError) {
        let header = view.header
        let offsets = try takeRecords(header.resources, .resource, of: ResourceRecord.self)
        try claim(.lengths, header.resourceLengths, of: UInt64.self)
        try claim(.lengths, header.identityLengths, of: UInt64.self)
        var (lengths, identityLengths) = (LengthSet(), LengthSet())
        for offset in offsets {
            let record = view.load(ResourceRecord.self, at: offset)
            try verifyResource(record, at: offset)
            if record.flags & ResourceRecord.isIdentity == 0 {
                lengths.insert(Int(record.name.count))
            } else {
                identityLengths.insert(Int(record.name.count))
            }
        }
        try verifyLengths(header.resourceLengths, lengths)
        try verifyLengths(header.identityLengths, identityLengths)
        let field = MemoryLayout<ResourceRecord>.offset(of: \.name)
        try verifyTable(header.resourceSlots, .resource, offsets, nameAt: field)
    }

    private mutating func verifyResource(_ record: ResourceRecord, at offset: UInt32)
        throws(SnapshotFormatError)
    {
        let flags = record.flags
        let isIdentity = flags & ResourceRecord.isIdentity != 0
        try verifyString(record.name, at: offset)
        let hasAccount = regions.hasRecord(.account, at: record.account)
        try demand(hasAccount, at: offset, "a resource belongs to an account")
        try demand(flags < 16, at: offset, "a resource has no unknown mark")
        try demand(isIdentity || flags & ResourceRecord.isRole == 0, at: offset, "a role is an identity")
        try demand(
            !isIdentity || flags & ResourceRecord.requiresTrust == 0,
            at: offset,
            "only resources ask for trust"
        )
        try verifyEntries(record.policy)
        let policyCount: UInt32 = flags & ResourceRecord.hasPolicy == 0 ? 0 : 1
        let isMarked =
            regions.note(of: record.policy) == policyCount && record.policy.isEmpty == (policyCount == 0)
        try demand(isMarked, at: offset, "a resource with a policy is marked, and has one")
        try verifyTags(record.tags)
    }

    /// The lengths of names by which a check knows which prefixes to look up.
    private func verifyLengths(_ list: ListRef, _ lengths: LengthSet) throws(SnapshotFormatError) {
        var isSame = lengths.words.count == Int(list.count)
        if isSame {
            for index in list.indices where view.load(UInt64.self, list, index) != lengths.words[index] {
                isSame = false
            }
        }
        try demand(isSame, at: list.offset, "the lengths are those of the names")
    }

    mutating func verifyEndpoints() throws(SnapshotFormatError) {
        let offsets = try takeRecords(view.header.endpoints, .endpoint, of: EndpointRecord.self)
        for offset in offsets {
            let record = view.load(EndpointRecord.self, at: offset)
            try verifyString(record.id, at: offset)
            try verifyEntries(record.policies)
            let hasOne = regions.note(of: record.policies) == 1
            try demand(hasOne, at: offset, "an endpoint has one policy")
        }
        let field = MemoryLayout<EndpointRecord>.offset(of: \.id)
        try verifyTable(view.header.endpointSlots, .endpoint, offsets, nameAt: field)
    }

    // MARK: What is attached

    /// Attached policies: every policy with all its chunks, in order.
    ///
    /// Notes how many policies they are.
    mutating func verifyEntries(_ entries: ListRef) throws(SnapshotFormatError) {
        guard Int(entries.count) <= CheckBound.chunksMax else {
            throw SnapshotFormatError(.bounds, at: Int(entries.offset), "too many policies in one place")
        }
        guard try claim(.entries, entries, of: PolicyEntry.self) else { return }
        var policyCount: UInt32 = 0
        var next = 0
        var isInside = false
        for index in entries.indices {
            let entry = view.load(PolicyEntry.self, entries, index)
            let place = entries.offset + UInt32(index * MemoryLayout<PolicyEntry>.stride)
            let isPolicy = regions.hasRecord(.policy, at: entry.policy)
            try demand(isPolicy, at: place, "an entry leads to a policy")
            let chunk = Int(regions.note(at: entry.policy))
            let facts = chunks[chunk]
            try demand(facts.isFirst != isInside, at: place, "the chunks of a policy stand together")
            try demand(!isInside || chunk == next, at: place, "the chunks of a policy stand in order")
            let isCovered =
                entry.serviceMask & facts.serviceMask == facts.serviceMask
                && entry.nameMask & facts.nameMask == facts.nameMask
            try demand(isCovered, at: place, "the masks of an entry cover the actions of its policy")
            (policyCount, next, isInside) = (policyCount + (facts.isFirst ? 1 : 0), chunk + 1, !facts.isLast)
        }
        try demand(!isInside, at: entries.offset, "a policy is attached with all its chunks")
        regions.note(policyCount, at: entries.offset)
    }

    /// No check may meet more policies than its working memory holds.
    func verifyCheckBound() throws(SnapshotFormatError) {
        let bound = CheckBound(view)
        guard bound.isKept else {
            let message = "a check may have to look at \(bound); at most \(CheckBound.chunksMax) are allowed"
            throw SnapshotFormatError(.bounds, at: 0, message)
        }
    }

    mutating func verifyTags(_ tags: ListRef) throws(SnapshotFormatError) {
        guard try claim(.tags, tags, of: TagRecord.self) else { return }
        for index in tags.indices {
            let tag = view.load(TagRecord.self, tags, index)
            try verifyString(tag.key, at: tags.offset)
            try verifyString(tag.value, at: tags.offset)
        }
    }
}
