import Vocabulary

extension Check {
    /// Finds the resource, its owner and its policy; then the guardrails and the endpoint policy.
    mutating func resolveTarget() {
        let colons = ARNColons(resource)
        let record = resourceRecord()
        let isIdentity = record.map { $0.flags & ResourceRecord.isIdentity != 0 } ?? false
        resolveOwner(colons, isIdentity ? nil : record)
        target.tags = record?.tags ?? ListRef()
        resolvePolicy(colons, record, isIdentity: isIdentity)

        if let account = caller.accountRecord, !caller.isServiceLinked,
            account.flags & AccountRecord.hasServiceControl != 0
        {
            layers.serviceControl = LayerLists.Layer(list: account.serviceControl, applies: true)
        }
        if let account = target.accountRecord, !caller.isServiceLinked,
            account.flags & AccountRecord.isMember != 0, account.flags & AccountRecord.isManagement == 0
        {
            layers.resourceControl = LayerLists.Layer(list: account.resourceControl, applies: true)
        }
        resolveEndpoint()
    }

    /// The registered owner, else what the request says, else the account in the ARN, else the caller's.
    private mutating func resolveOwner(_ colons: ARNColons?, _ record: ResourceRecord?) {
        if let record {
            let account = image.load(AccountRecord.self, at: record.account)
            (target.account, target.accountRecord) = (image.bytes(account.id), account)
            return
        }
        if !request.head.resourceAccount.isEmpty {
            target.account = request.view(request.head.resourceAccount)
        } else if let colons, Self.isAccountID(resource[colons.account]) {
            target.account = resource[colons.account]
        } else {
            target.isAccountAssumed = !resource.equals(literal: "*")
            (target.account, target.accountRecord) = (caller.account, caller.accountRecord)
            return
        }
        guard let account = target.account else { return }
        if let own = caller.accountRecord, image.bytes(own.id).equals(account) {
            target.accountRecord = own
        } else {
            target.accountRecord = accountRecord(account)
        }
    }

    private static func isAccountID(_ view: ByteView) -> Bool {
        guard view.count == 12 else { return false }
        for offset in 0..<12 where !view[offset].isASCIIDigit { return false }
        return true
    }

    /// For `sts` actions on a role the trust policy, which must allow the caller (G3, F8).
    private mutating func resolvePolicy(_ colons: ARNColons?, _ record: ResourceRecord?, isIdentity: Bool) {
        if let colons, action.begins(with: "sts:"), resource[colons.service].equals(literal: "iam"),
            resource.dropFirst(colons.resourceStart).begins(with: "role/")
        {
            target.requiresTrust = true
            if let record, isIdentity, record.flags & ResourceRecord.hasPolicy != 0 {
                layers.resource = LayerLists.Layer(list: record.policy, applies: true)
            }
            return
        }
        guard let record, !isIdentity else { return }
        target.requiresTrust = record.flags & ResourceRecord.requiresTrust != 0
        if record.flags & ResourceRecord.hasPolicy != 0 {
            layers.resource = LayerLists.Layer(list: record.policy, applies: true)
        }
    }

    /// F11.
    private mutating func resolveEndpoint() {
        guard let entry = request.entry(literal: "aws:sourcevpce"), entry.isMulti == 0 else { return }
        let id = request.value(Int(entry.firstValue))
        let found = find(id, header.endpointSlots) { offset in image.load(EndpointRecord.self, at: offset).id }
        guard let found else { return }
        let record = image.load(EndpointRecord.self, at: found)
        layers.endpoint = LayerLists.Layer(list: record.policies, applies: true)
    }

    // MARK: The nearest registered resource

    /// The user, role or registered resource of this name, else the nearest registered resource above it.
    ///
    /// Only prefixes of a length that some registered name has are looked up.
    private func resourceRecord() -> ResourceRecord? {
        let count = resource.count
        if hasLength(count, header.resourceLengths) || hasLength(count, header.identityLengths),
            let record = resourceRecord(resource)
        {
            return record
        }
        var word = min(Int(header.resourceLengths.count) - 1, count / 64)
        while word >= 0 {
            var lengths = image.load(UInt64.self, header.resourceLengths, word)
            while lengths != 0 {
                let bit = 63 - lengths.leadingZeroBitCount
                lengths &= ~(1 << UInt64(bit))
                let end = word * 64 + bit
                guard end < count, resource[end] == UInt8(ascii: "/") || resource[end] == UInt8(ascii: ":"),
                    let record = resourceRecord(resource[0..<end]), record.flags & ResourceRecord.isIdentity == 0
                else { continue }
                return record
            }
            word -= 1
        }
        return nil
    }

    private func hasLength(_ count: Int, _ lengths: ListRef) -> Bool {
        guard count / 64 < Int(lengths.count) else { return false }
        return image.load(UInt64.self, lengths, count / 64) & (1 << UInt64(count % 64)) != 0
    }

    private func resourceRecord(_ name: ByteView) -> ResourceRecord? {
        let found = find(name, header.resourceSlots) { offset in image.load(ResourceRecord.self, at: offset).name }
        return found.map { image.load(ResourceRecord.self, at: $0) }
    }
}
