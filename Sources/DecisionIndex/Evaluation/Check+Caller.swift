import Vocabulary

extension Check {
    /// Finds the caller in the image. False for a caller that the directory should know and does not, or whose
    /// session contradicts it; the request is then an error (A4).
    mutating func resolveCaller() -> Bool {
        let head = request.head
        caller.kind = head.kind
        caller.name = request.view(head.principal)
        caller.account = hasAccount(head.kind) ? request.view(head.account) : nil
        caller.hasTemporaryCredentials = head.isTemporary
        switch head.kind {
        case .user: return resolveUser()
        case .role: return resolveRole()
        case .roleSession: return resolveSession()
        case .federatedUser: return resolveFederatedUser()
        case .root: return resolveRoot()
        case .service, .federated, .canonicalUser, .anonymous:
            caller.hasTemporaryCredentials = false
            return true
        }
    }

    private func hasAccount(_ kind: RequestHead.PrincipalKind) -> Bool {
        switch kind {
        case .user, .role, .roleSession, .federatedUser, .root: true
        case .service, .federated, .canonicalUser, .anonymous: false
        }
    }

    private mutating func resolveUser() -> Bool {
        guard let name = caller.name, let record = principal(name), record.kind == PrincipalRecord.user else {
            return false
        }
        take(record)
        caller.userName = image.bytes(record.shortName)
        return true
    }

    private mutating func resolveRole() -> Bool {
        guard let name = caller.name, let record = principal(name), record.kind != PrincipalRecord.user else {
            return false
        }
        take(record)
        caller.entity = image.bytes(record.name)
        caller.hasTemporaryCredentials = true
        guard !request.head.sessionName.isEmpty else { return true }
        caller.kind = .roleSession
        caller.sessionName = request.view(request.head.sessionName)
        return nameSession(record)
    }

    /// The session's ARN, made from the role and the session name.
    private mutating func nameSession(_ record: PrincipalRecord) -> Bool {
        guard let sessionName = caller.sessionName else { return false }
        let prefix = image.bytes(record.sessionPrefix)
        guard factEnd + prefix.count + sessionName.count <= Scratch.factBytes else { return false }
        let start = factEnd
        factEnd = scratch.append(prefix, at: factEnd)
        factEnd = scratch.append(sessionName, at: factEnd)
        caller.name = scratch.fact(start..<factEnd)
        return true
    }

    /// A session is found through its role, whose path its ARN does not have (C1).
    private mutating func resolveSession() -> Bool {
        let entity = request.view(request.head.entity)
        guard let session = caller.name, let record = role(entity) else { return false }
        take(record)
        caller.entity = image.bytes(record.name)
        caller.hasTemporaryCredentials = true
        let prefix = image.bytes(record.sessionPrefix)
        guard session.begins(with: prefix), session.count > prefix.count else { return false }
        let name = session.dropFirst(prefix.count)
        guard name.firstOffset(of: UInt8(ascii: "/")) == nil else { return false }
        caller.sessionName = name
        return request.head.sessionName.isEmpty || request.view(request.head.sessionName).equals(name)
    }

    private mutating func resolveFederatedUser() -> Bool {
        let word: StaticString = "federated-user/"
        guard let session = caller.name, let colons = ARNColons(session), let account = caller.account,
            session[colons.service].equals(literal: "sts"), colons.isRegionEmpty,
            session.dropFirst(colons.resourceStart).begins(with: word), let record = accountRecord(account)
        else { return false }
        caller.hasTemporaryCredentials = true
        caller.accountRecord = record
        var name = session.dropFirst(colons.resourceStart)
        while let slash = name.firstOffset(of: UInt8(ascii: "/")) { name = name.dropFirst(slash + 1) }
        caller.sessionName = name
        layers.identity.applies = true
        guard !request.head.entity.isEmpty else { return true }
        let user = request.view(request.head.entity)
        guard let userColons = ARNColons(user), user[userColons.account].equals(account), let record = principal(user),
            record.kind == PrincipalRecord.user
        else { return false }
        take(record)
        caller.entity = image.bytes(record.name)
        return true
    }

    private mutating func resolveRoot() -> Bool {
        guard let name = caller.name, let colons = ARNColons(name), name[colons.service].equals(literal: "iam"),
            colons.isRegionEmpty, name.dropFirst(colons.resourceStart).equals(literal: "root"),
            let account = caller.account, let record = accountRecord(account)
        else { return false }
        caller.accountRecord = record
        return true
    }

    private mutating func take(_ record: PrincipalRecord) {
        caller.uniqueID = record.uniqueID.isEmpty ? nil : image.bytes(record.uniqueID)
        caller.tags = record.tags
        caller.isServiceLinked = record.kind == PrincipalRecord.serviceLinkedRole
        caller.accountRecord = image.load(AccountRecord.self, at: record.account)
        layers.identity = LayerLists.Layer(list: record.identity, applies: true)
        layers.boundary = LayerLists.Layer(list: record.boundary, applies: !record.boundary.isEmpty)
    }

    // MARK: Look-ups

    /// The principal of an ARN.
    func principal(_ name: ByteView) -> PrincipalRecord? {
        let found = find(name, header.principalSlots) { offset in image.load(PrincipalRecord.self, at: offset).name }
        return found.map { image.load(PrincipalRecord.self, at: $0) }
    }

    /// The role of an ARN with its path, or without any.
    private func role(_ name: ByteView) -> PrincipalRecord? {
        if let record = principal(name) { return record.kind == PrincipalRecord.user ? nil : record }
        let found = find(name, header.roleSlots) { offset in
            image.load(PrincipalRecord.self, at: offset).pathlessName
        }
        return found.map { image.load(PrincipalRecord.self, at: $0) }
    }

    func accountRecord(_ id: ByteView) -> AccountRecord? {
        let found = find(id, header.accountSlots) { offset in image.load(AccountRecord.self, at: offset).id }
        return found.map { image.load(AccountRecord.self, at: $0) }
    }

    /// The record of a key in a hash table; every hit is confirmed by its bytes (I5).
    @inline(__always)
    func find(_ key: ByteView, _ slots: ListRef, _ name: (UInt32) -> StringRef) -> UInt32? {
        guard slots.count > 0 else { return nil }
        let hash = key.hash(seed: header.seed)
        let tag = UInt32(truncatingIfNeeded: hash >> 32)
        let mask = slots.count - 1
        var index = UInt32(truncatingIfNeeded: hash) & mask
        while true {
            let slot = image.load(Slot.self, slots, Int(index))
            if slot.offset == 0 { return nil }
            if slot.tag == tag, image.bytes(name(slot.offset)).equals(key) { return slot.offset }
            index = (index + 1) & mask
        }
    }
}

extension StringRef {
    var isEmpty: Bool { count == 0 }
}

extension ByteView {
    func begins(with literal: StaticString) -> Bool {
        // INVARIANT: a literal's bytes live as long as the program.
        begins(with: unsafe ByteView(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    func equals(literal: StaticString) -> Bool { count == literal.utf8CodeUnitCount && begins(with: literal) }
}

extension ARNColons {
    var isRegionEmpty: Bool { part(3, in: 0).isEmpty }
}
