import Vocabulary

extension Check {
    /// Finds the caller in the image.
    ///
    /// False for a caller that the directory should know and does not, or whose session contradicts it; the
    /// request is then an error (A4).
    @inline(__always)
    mutating func resolveCaller() -> Bool {
        let head = request.head
        caller.kind = head.kind
        caller.name = request.view(head.principal)
        if hasAccount(head.kind) { caller.account = request.view(head.account) }
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

    private mutating func hasAccount(_ kind: RequestHead.PrincipalKind) -> Bool {
        switch kind {
        case .user, .role, .roleSession, .federatedUser, .root: true
        case .service, .federated, .canonicalUser, .anonymous: false
        }
    }

    private mutating func resolveUser() -> Bool {
        guard let offset = principal(caller.name),
            image[PrincipalRecord.self, at: offset].kind == PrincipalRecord.user
        else { return false }
        take(offset)
        caller.userName = image.bytes(image[PrincipalRecord.self, at: offset].shortName)
        return true
    }

    @inline(__always)
    private mutating func resolveRole() -> Bool {
        guard let offset = principal(caller.name),
            image[PrincipalRecord.self, at: offset].kind != PrincipalRecord.user
        else { return false }
        take(offset)
        caller.entity = image.bytes(image[PrincipalRecord.self, at: offset].name)
        caller.hasTemporaryCredentials = true
        guard request.head.hasSessionName else { return true }
        caller.kind = .roleSession
        caller.sessionName = request.view(request.details.sessionName)
        return nameSession(offset)
    }

    /// The session's ARN, made from the role and the session name.
    private mutating func nameSession(_ offset: UInt32) -> Bool {
        let sessionName = caller.sessionName
        let prefix = image.bytes(image[PrincipalRecord.self, at: offset].sessionPrefix)
        guard sessionName.count <= Limits.sessionNameBytesMax,
            factEnd + prefix.count + sessionName.count <= Scratch.factBytes
        else { return false }
        let start = factEnd
        factEnd = scratch.append(prefix, at: factEnd)
        factEnd = scratch.append(sessionName, at: factEnd)
        caller.name = scratch.fact(start..<factEnd)
        return true
    }

    /// A session is found through its role, whose path its ARN does not have (C1).
    private mutating func resolveSession() -> Bool {
        let entity = request.view(request.head.entity)
        let session = caller.name
        guard let offset = role(entity) else { return false }
        take(offset)
        caller.entity = image.bytes(image[PrincipalRecord.self, at: offset].name)
        caller.hasTemporaryCredentials = true
        let prefix = image.bytes(image[PrincipalRecord.self, at: offset].sessionPrefix)
        guard session.begins(with: prefix), session.count > prefix.count else { return false }
        let name = session.dropFirst(prefix.count)
        guard name.firstOffset(of: UInt8(ascii: "/")) == nil, name.count <= Limits.sessionNameBytesMax else {
            return false
        }
        caller.sessionName = name
        return !request.head.hasSessionName || request.view(request.details.sessionName).equals(name)
    }

    private mutating func resolveFederatedUser() -> Bool {
        let word: StaticString = "federated-user/"
        let (session, account) = (caller.name, caller.account)
        guard let colons = ARNColons(session),
            session[colons.service].equals(literal: "sts"), colons.isRegionEmpty,
            session.dropFirst(colons.resourceStart).begins(with: word), let known = accountOffset(account)
        else { return false }
        caller.hasTemporaryCredentials = true
        caller.accountOffset = known
        var name = session.dropFirst(colons.resourceStart)
        while let slash = name.firstOffset(of: UInt8(ascii: "/")) { name = name.dropFirst(slash + 1) }
        guard name.count <= Limits.sessionNameBytesMax else { return false }
        caller.sessionName = name
        layers.apply(.identity, ListRef())
        guard !request.head.entity.isEmpty else { return true }
        let user = request.view(request.head.entity)
        guard let userColons = ARNColons(user), user[userColons.account].equals(account),
            let offset = principal(user),
            image[PrincipalRecord.self, at: offset].kind == PrincipalRecord.user
        else { return false }
        take(offset)
        caller.entity = image.bytes(image[PrincipalRecord.self, at: offset].name)
        return true
    }

    private mutating func resolveRoot() -> Bool {
        let name = caller.name
        guard let colons = ARNColons(name),
            name[colons.service].equals(literal: "iam"),
            colons.isRegionEmpty, name.dropFirst(colons.resourceStart).equals(literal: "root"),
            let known = accountOffset(caller.account)
        else { return false }
        caller.accountOffset = known
        return true
    }

    @inline(__always)
    private mutating func take(_ offset: UInt32) {
        let uniqueID = image[PrincipalRecord.self, at: offset].uniqueID
        if !uniqueID.isEmpty { caller.uniqueID = image.bytes(uniqueID) }
        caller.tags = image[PrincipalRecord.self, at: offset].tags
        caller.isServiceLinked =
            image[PrincipalRecord.self, at: offset].kind == PrincipalRecord.serviceLinkedRole
        caller.accountOffset = currentAccount(image[PrincipalRecord.self, at: offset].account)
        let boundary = image[PrincipalRecord.self, at: offset].boundary
        layers.apply(.identity, image[PrincipalRecord.self, at: offset].identity)
        if !boundary.isEmpty { layers.apply(.boundary, boundary) }
    }

    // MARK: Look-ups

    /// Where the principal of an ARN stands.
    @inline(__always)
    mutating func principal(_ name: ByteView) -> UInt32? {
        image.find(name, image.header.principalSlots, image.changes.principals) { image, offset in
            image[PrincipalRecord.self, at: offset].name
        }
    }

    /// Where the role of an ARN with its path, or without any, stands.
    private mutating func role(_ name: ByteView) -> UInt32? {
        if let offset = principal(name) {
            return image[PrincipalRecord.self, at: offset].kind == PrincipalRecord.user ? nil : offset
        }
        return image.find(name, image.header.roleSlots, image.changes.roles) { image, offset in
            image[PrincipalRecord.self, at: offset].pathlessName
        }
    }

    mutating func accountOffset(_ id: ByteView) -> UInt32? {
        image.find(id, image.header.accountSlots, image.changes.accounts) { image, offset in
            image[AccountRecord.self, at: offset].id
        }
    }

    /// The record of an account that is in force now; older records refer to the one they were laid out with.
    @inline(__always)
    mutating func currentAccount(_ offset: UInt32) -> UInt32 {
        if image.changes.accounts.count == 0 { return offset }
        return accountOffset(image.bytes(image[AccountRecord.self, at: offset].id)) ?? offset
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
