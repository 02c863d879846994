package import Vocabulary

/// Lays policies, principals and resources out as an image; finishing ends the build.
///
/// The same calls with the same seed give the same bytes.
package struct SnapshotBuilder {
    /// A policy that has been laid out, to be attached wherever it bears.
    package struct PolicyHandle: Hashable, Sendable {
        let index: Int
    }

    /// Why an image cannot be built.
    package enum Failure: Error, Hashable {
        /// A hash table has too long a run; another seed will do.
        case unluckySeed
        /// A list is longer than a check may read.
        case tooMany(String)
        /// A check of the policy may take too many steps.
        case tooCostly(String, steps: UInt64, max: UInt64)
        /// A check may read more chunks of policies than its working memory holds.
        case tooManyChunks(CheckBound)
        /// Larger than offsets can say.
        case tooLarge
    }

    var buffer: ImageBuffer
    var header = ImageHeader()
    private var policyIndices: [PolicyPlan: PolicyHandle] = [:]
    private var chunks: [[PolicyEntry]] = []
    private var chunkOffsets: [UInt32] = []
    private var keyIndices: [UTF8Text: UInt32] = [:]
    private var keys: [KeyRecord] = []
    var patternLists: [[PatternPlan]: ListRef] = [:]
    var conditionLists: [[ConditionPlan]: ListRef] = [:]
    var principalLists: [[PrincipalPlan]: ListRef] = [:]
    private var attachmentLists: [[PolicyHandle]: ListRef] = [:]
    private(set) var policyNames: [UTF8Text] = []
    /// For each policy, the most steps that a check of it takes (see ``StepBound``).
    private var policySteps: [UInt64] = []
    /// The most chunks in each kind of place so far.
    var most = ChunkMaxima()

    /// Begins an image.
    package init(options: EvaluationOptions, seed: UInt64) {
        buffer = ImageBuffer(seed: seed)
        header.seed = seed
        header.options = OptionBits(options).rawValue
        var fixed: [StringRef] = []
        for string in FixedString.allCases { fixed.append(buffer.string(string.text)) }
        header.fixedStrings = buffer.append(list: fixed)
    }

    // MARK: Policies

    /// Lays a policy out, or finds an equal one laid out.
    package mutating func add(_ policy: PolicyPlan) throws(Failure) -> PolicyHandle {
        if let known = policyIndices[policy] { return known }
        let handle = PolicyHandle(index: chunks.count)
        policyNames.append(policy.name)
        var entries: [PolicyEntry] = []
        var steps: UInt64 = 0
        var first = 0
        repeat {
            let statements = Array(policy.statements[first..<min(first + 64, policy.statements.count)])
            let chunk = layOut(
                statements,
                policyIndex: UInt32(handle.index),
                first: UInt32(first),
                policy.name
            )
            entries.append(chunk.entry)
            chunkOffsets.append(chunk.entry.policy)
            steps += chunk.steps
            first += 64
        } while first < policy.statements.count
        if policy.statements.count > Int(UInt16.max) { throw .tooMany("statements of policy \(policy.name)") }
        chunks.append(entries)
        policySteps.append(steps)
        policyIndices[policy] = handle
        return handle
    }

    /// The most steps that a check of a policy takes (see ``StepBound``).
    package func steps(of policy: PolicyHandle) -> UInt64 { policySteps[policy.index] }

    /// Stores a list of attachments, or finds it stored.
    package mutating func attachments(_ policies: [PolicyHandle]) throws(Failure) -> AttachmentRef {
        AttachmentRef(try list(policies))
    }

    mutating func list(_ policies: [PolicyHandle]) throws(Failure) -> ListRef {
        if let known = attachmentLists[policies] { return known }
        let entries = policies.flatMap { chunks[$0.index] }
        if entries.count > Scratch.candidatesMax { throw .tooMany("policies attached at one place") }
        let list = buffer.append(list: entries)
        attachmentLists[policies] = list
        return list
    }

    func chunkCount(of policies: some Sequence<PolicyHandle>) -> Int {
        policies.reduce(0) { $0 + chunks[$1.index].count }
    }

    func chunks(_ policy: PolicyHandle) -> [PolicyEntry] { chunks[policy.index] }

    // MARK: Keys

    /// The position of a context key, in lower case, in the key table.
    mutating func key(_ name: UTF8Text) -> UInt32 {
        if let known = keyIndices[name] { return known }
        let index = UInt32(keys.count)
        let (kind, part) = FactKind.source(of: name)
        keys.append(KeyRecord(name: buffer.string(part), fact: kind.rawValue))
        keyIndices[name] = index
        return index
    }

    // MARK: The end

    /// A hash table over records, at most half full.
    mutating func table(_ records: [(key: UTF8Text, offset: UInt32)]) throws(Failure) -> ListRef {
        var count = 8
        while count < records.count * 2 { count *= 2 }
        var slots = [Slot](repeating: Slot(), count: count)
        for (key, offset) in records {
            let hash = SeededHash.hash(key, seed: header.seed)
            var index = Int(UInt32(truncatingIfNeeded: hash)) & (count - 1)
            var steps = 0
            while slots[index].offset != 0 {
                index = (index + 1) & (count - 1)
                steps += 1
                if steps > Self.probesMax { throw .unluckySeed }
            }
            slots[index] = Slot(tag: UInt32(truncatingIfNeeded: hash >> 32), offset: offset)
        }
        return buffer.append(list: slots)
    }

    /// Slots that a look-up may step over.
    ///
    /// With random seeds and half-full tables, longer runs are rare enough to try another seed.
    static let probesMax = 64

    /// Ends the build.
    package consuming func finish() throws(Failure) -> VerifiedImage {
        let image = VerifiedImage(trusting: ImageMemory(try finishedBytes()))
        try CheckBound.demand(image)
        return image
    }

    /// The image as bytes, after which the builder goes on behind them.
    mutating func finishedBytes() throws(Failure) -> [UInt8] {
        header.keys = buffer.append(list: keys)
        header.policies = buffer.append(list: chunkOffsets)
        buffer.pad(toMultipleOf: 64)
        guard buffer.end < Int(UInt32.max) else { throw .tooLarge }
        header.byteCount = UInt64(buffer.end)
        buffer.store(header, at: 0)
        header.checksum = ImageChecksum.of(buffer.bytes)
        buffer.store(header, at: 0)
        return buffer.takeBytes()
    }

    /// Forgets which equal things are stored, since what is added later seldom equals them.
    mutating func forgetEquals() {
        (policyIndices, patternLists, conditionLists) = ([:], [:], [:])
        (principalLists, attachmentLists) = ([:], [:])
    }

    /// The keys that were added after so many.
    func hasMoreKeys(than count: Int) -> Bool { keys.count > count }

    /// Stores all keys again, for those that were added.
    mutating func storeKeys() { header.keys = buffer.append(list: keys) }

    /// The chunks of policies after so many.
    func chunkOffsets(after count: Int) -> [UInt32] { Array(chunkOffsets[count...]) }

    /// How many chunks of policies there are.
    var chunkCount: Int { chunkOffsets.count }
}

/// A stored list of attachments.
package struct AttachmentRef: Sendable {
    let list: ListRef

    init(_ list: ListRef) { self.list = list }
}

extension OptionBits {
    init(_ options: EvaluationOptions) {
        self = []
        if options.notPrincipal == .mostSpecific { insert(.mostSpecificNotPrincipal) }
        if !options.forAnyValueIfExistsMissing { insert(.forAnyValueIfExistsFails) }
        if options.rootUser { insert(.rootUser) }
        if options.unparsableRequestValue == .error { insert(.unparsableIsError) }
        if options.ipv4MappedIPv6 == .distinct { insert(.mappedIPv6IsDistinct) }
        if options.arnWildcards == .segmented { insert(.segmentedWildcards) }
    }
}
