package import Vocabulary

/// Puts changed records behind an image in use, so that a new image shares the rest with it.
///
/// The new image has a header of its own, with tables of what was changed that are looked at first; records are
/// only ever added. Nobody else may extend the same memory.
package struct ImageExtension: Sendable {
    package typealias Failure = SnapshotBuilder.Failure

    private let memory: ImageMemory
    private var tables: ChangeTables
    private var accounts: [AccountID: SnapshotBuilder.AccountHandle]
    private var resourceLengths: LengthSet
    private var identityLengths: LengthSet
    private let builtChunkCount: Int
    private let changesMax: Int
    private var storedKeyCount: Int

    /// The image with all changes that it was asked for with.
    package private(set) var image: VerifiedImage

    /// Names in a table of changes before the image has to be built again: tables are copied with each change.
    private static let changesMin = 1_024

    /// Ends a build and keeps what is needed to extend the image; every later call wants the same builder.
    package init(
        _ builder: inout SnapshotBuilder,
        accounts: [AccountID: SnapshotBuilder.AccountHandle]
    ) throws(Failure) {
        let bytes = try builder.finishedBytes()
        builder.forgetEquals()
        let room = min(max(bytes.count, Self.roomMin), Int(UInt32.max) - bytes.count)
        // Without room every change is one too many, and the image is built again.
        memory = ImageMemory(bytes, room: room) ?? ImageMemory(bytes)
        image = VerifiedImage(trusting: memory)
        try CheckBound.demand(image)
        let view = memory.view
        func words(_ list: ListRef) -> [UInt64] { list.indices.map { view.load(UInt64.self, list, $0) } }
        resourceLengths = LengthSet(words(view.header.resourceLengths))
        identityLengths = LengthSet(words(view.header.identityLengths))
        let seed = view.header.seed
        tables = ChangeTables(seed: seed)
        self.accounts = accounts
        builtChunkCount = builder.chunkCount
        storedKeyCount = Int(view.header.keys.count)
        changesMax = max(Self.changesMin, Int(view.header.principals.count) / 8)
    }

    private static let roomMin = 8 << 20

    // MARK: Changes

    /// Puts a user or role, as caller and as target, in the place of the one of that name.
    package mutating func put(
        _ plan: PrincipalPlanEntry,
        target: SnapshotBuilder.ResourcePlan,
        _ builder: inout SnapshotBuilder
    ) throws(Failure) {
        let account = try account(plan.account, &builder)
        let offset = try builder.layOut(plan, in: account)
        tables.principals.set(plan.arn.text, to: offset)
        if let pathless = plan.pathlessName { tables.roles.set(pathless, to: offset) }
        try put(target, &builder)
    }

    /// Puts one policy in the place of another wherever a user or role attaches it, and leaves the rest of it.
    ///
    /// False where the record cannot be told from the image, since it was put after it.
    package mutating func replace(
        _ old: SnapshotBuilder.PolicyHandle,
        by new: SnapshotBuilder.PolicyHandle,
        in arn: UTF8Text,
        _ builder: inout SnapshotBuilder
    ) throws(Failure) -> Bool {
        let view = image.view
        guard let place = tables.principals.place(of: arn) ?? view.builtPrincipal(arn),
            place & ImageChanges.removed == 0, Int(place) < view.byteCount
        else { return false }
        var record = view.load(PrincipalRecord.self, at: place)
        func replaced(_ list: ListRef) -> [PolicyEntry] {
            list.indices.flatMap { index -> [PolicyEntry] in
                let entry = view.load(PolicyEntry.self, list, index)
                let chunk = view.load(PolicyRecord.self, at: entry.policy)
                guard chunk.policyIndex == UInt32(old.index) else { return [entry] }
                return chunk.firstStatement == 0 ? builder.chunks(new) : []
            }
        }
        let (identity, boundary) = (replaced(record.identity), replaced(record.boundary))
        let offset = builder.buffer.append(record)
        record.identity = try builder.ownList(identity)
        record.boundary = builder.buffer.append(list: boundary)
        builder.most.take(own: identity.count + boundary.count)
        builder.buffer.store(record, at: Int(offset))
        tables.principals.set(arn, to: offset)
        if !record.pathlessName.isEmpty {
            tables.roles.set(view.bytes(record.pathlessName).text, to: offset)
        }
        return true
    }

    /// Takes a user or role away, as caller and as target.
    package mutating func remove(
        _ plan: PrincipalPlanEntry,
        _ builder: inout SnapshotBuilder
    ) throws(Failure) {
        var record = PrincipalRecord()
        record.name = builder.buffer.string(plan.arn.text)
        if let pathless = plan.pathlessName { record.pathlessName = builder.buffer.string(pathless) }
        let offset = builder.buffer.append(record) | ImageChanges.removed
        tables.principals.set(plan.arn.text, to: offset)
        if let pathless = plan.pathlessName { tables.roles.set(pathless, to: offset) }
        try remove(resource: plan.arn.text, &builder)
    }

    /// Puts a target in the place of the one of that name.
    package mutating func put(
        _ plan: SnapshotBuilder.ResourcePlan,
        _ builder: inout SnapshotBuilder
    ) throws(Failure) {
        let account = try account(plan.account, &builder)
        tables.resources.set(plan.arn, to: try builder.layOut(plan, in: account))
        if plan.kind == .registered {
            if resourceLengths.insert(plan.arn.count) {
                builder.header.resourceLengths = builder.buffer.append(list: resourceLengths.words)
            }
        } else if identityLengths.insert(plan.arn.count) {
            builder.header.identityLengths = builder.buffer.append(list: identityLengths.words)
        }
    }

    /// Takes a target away.
    package mutating func remove(resource arn: UTF8Text, _ builder: inout SnapshotBuilder) throws(Failure) {
        let record = ResourceRecord(name: builder.buffer.string(arn))
        tables.resources.set(arn, to: builder.buffer.append(record) | ImageChanges.removed)
    }

    /// Puts the policy of a VPC endpoint in the place of the one before; nil takes it away.
    package mutating func put(
        endpoint id: UTF8Text,
        _ policy: SnapshotBuilder.PolicyHandle?,
        _ builder: inout SnapshotBuilder
    ) throws(Failure) {
        if let policy {
            tables.endpoints.set(id, to: try builder.layOut(endpoint: id, policy))
        } else {
            let record = EndpointRecord(id: builder.buffer.string(id))
            tables.endpoints.set(id, to: builder.buffer.append(record) | ImageChanges.removed)
        }
    }

    /// Puts an account, with the guardrails on it, in the place of the one before.
    package mutating func put(
        _ id: AccountID,
        _ membership: SnapshotBuilder.Membership?,
        _ builder: inout SnapshotBuilder
    ) throws(Failure) {
        let handle = try builder.layOut(id, membership)
        accounts[id] = handle
        tables.accounts.set(id.text, to: handle.offset)
    }

    /// The account of an identity or resource; one that is new belongs to no organization.
    private mutating func account(
        _ id: AccountID,
        _ builder: inout SnapshotBuilder
    ) throws(Failure) -> SnapshotBuilder.AccountHandle {
        if let known = accounts[id] { return known }
        try put(id, nil, &builder)
        guard let made = accounts[id] else { throw .tooMany("accounts") }
        return made
    }

    // MARK: The new image

    /// The image with all changes so far.
    ///
    /// Nil when the room behind the image is used up, or so much has been changed that the tables of changes cost
    /// more than building anew, or a check may meet too many policies, which only building anew tells for sure.
    package mutating func extendedImage(_ builder: inout SnapshotBuilder) -> VerifiedImage? {
        guard tables.count <= changesMax, !tables.hasLongProbe, builder.most.isKept else { return nil }
        if builder.hasMoreKeys(than: storedKeyCount) {
            builder.storeKeys()
            storedKeyCount = Int(builder.header.keys.count)
        }
        builder.buffer.pad(toMultipleOf: 64)
        let place = Int(builder.header.byteCount)
        guard builder.buffer.end < Int(UInt32.max),
            memory.append(builder.buffer.takeBytes(), at: place)
        else { return nil }
        builder.header.byteCount = UInt64(builder.buffer.end)
        tables.policies = builder.chunkOffsets(after: builtChunkCount)
        image = VerifiedImage(trusting: memory, ImageRoots(builder.header, tables))
        return image
    }
}

extension ImageView {
    /// Where the principal of an ARN stands in the image as it was built.
    fileprivate func builtPrincipal(_ arn: UTF8Text) -> UInt32? {
        let slots = header.principalSlots
        let hash = SeededHash.hash(arn, seed: header.seed)
        var index = UInt32(truncatingIfNeeded: hash) & (slots.count - 1)
        while true {
            let slot = self[Slot.self, slots, Int(index)]
            if slot.offset == 0 { return nil }
            let name = bytes(self[PrincipalRecord.self, at: slot.offset].name)
            if slot.tag == UInt32(truncatingIfNeeded: hash >> 32), arn.withView({ $0.equals(name) }) {
                return slot.offset
            }
            index = (index + 1) & (slots.count - 1)
        }
    }
}
