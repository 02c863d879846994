import Vocabulary

/// The value of a context key during a check.
enum Fact {
    case absent
    case single(ByteView)
    case multi(MultiFact)
}

/// The values of a multi-valued key: of the request, or one that the engine knows.
struct MultiFact {
    let entry: ContextEntry?
    let known: ByteView?

    var count: Int { entry.map { Int($0.valueCount) } ?? 1 }
}

extension Check {
    mutating func value(_ fact: MultiFact, _ index: Int) -> ByteView {
        if let entry = fact.entry { return request.value(Int(entry.firstValue) + index) }
        return fact.known ?? fixed(.empty)
    }

    mutating func fixed(_ string: FixedString) -> ByteView {
        image.bytes(image.load(StringRef.self, image.header.fixedStrings, string.rawValue))
    }

    /// The value of a key by its position in the key table (E26, E27).
    mutating func fact(_ key: UInt32, in image: ImageView) -> Fact {
        let record = image.load(KeyRecord.self, image.header.keys, Int(key))
        let name = image.bytes(record.name)
        guard !request.head.isContextComplete, let kind = FactKind(rawValue: record.fact), kind != .context
        else {
            return requestFact(record, name)
        }
        switch kind {
        case .context: return requestFact(record, name)
        case .principalTag: return single(principalTag(name))
        case .resourceTag: return resourceTag(name)
        case .tokenIssueTime, .multiFactorAuthPresent, .multiFactorAuthAge, .sourceIdentity,
            .federatedProvider:
            return credentialFact(kind)
        case .currentTime, .epochTime: return timeFact(kind)
        case .resourceAccount, .resourceOrganizationID, .resourceOrganizationPaths: return targetFact(kind)
        case .principalARN, .principalAccount, .principalType, .userID, .userName, .principalOrganizationID,
            .principalOrganizationPaths, .principalIsAWSService, .principalServiceName,
            .principalServiceNames:
            return principalFact(kind)
        }
    }

    private mutating func single(_ view: ByteView?) -> Fact { view.map { .single($0) } ?? .absent }

    /// A name, absent where it is empty.
    private mutating func name(_ view: ByteView) -> ByteView? { view.isEmpty ? nil : view }

    /// A key of the request's context.
    ///
    /// Tags are listed there under their whole name.
    private mutating func requestFact(_ record: KeyRecord, _ name: ByteView) -> Fact {
        guard let entry = request.entry(image: record, name) else { return .absent }
        if entry.isMulti == 1 { return .multi(MultiFact(entry: entry, known: nil)) }
        return .single(request.value(Int(entry.firstValue)))
    }

    // MARK: Principal

    private mutating func principalFact(_ kind: FactKind) -> Fact {
        switch kind {
        case .principalARN: return single(principalARN())
        case .principalAccount:
            return single(name(caller.account) ?? (caller.kind == .anonymous ? fixed(.anonymous) : nil))
        case .principalType: return single(principalType())
        case .userID: return single(userID())
        case .userName: return single(caller.kind == .user ? name(caller.userName) : nil)
        case .principalOrganizationID:
            return single(isCallerMember() ? image.bytes(image.header.organizationID) : nil)
        case .principalOrganizationPaths:
            guard isCallerMember() else { return .absent }
            return .multi(MultiFact(entry: nil, known: organizationPath(caller.accountOffset)))
        case .principalIsAWSService:
            // No fact is known of a caller without a signature.
            if caller.kind == .anonymous || caller.kind == .federated { return .absent }
            return .single(fixed(caller.kind == .service ? .true : .false))
        case .principalServiceName: return caller.kind == .service ? .single(caller.name) : .absent
        case .principalServiceNames:
            guard caller.kind == .service else { return .absent }
            return .multi(MultiFact(entry: nil, known: caller.name))
        default: return .absent
        }
    }

    private mutating func isCallerMember() -> Bool { isMember(caller.accountOffset) }

    private mutating func isMember(_ account: UInt32) -> Bool {
        account != 0 && image[AccountRecord.self, at: account].flags & AccountRecord.isMember != 0
    }

    private mutating func organizationPath(_ account: UInt32) -> ByteView {
        image.bytes(image[AccountRecord.self, at: account].organizationPath)
    }

    /// For a session its role (E26).
    private mutating func principalARN() -> ByteView? {
        switch caller.kind {
        case .user, .root, .federatedUser: name(caller.name)
        case .role, .roleSession: name(caller.entity)
        case .service, .federated, .canonicalUser, .anonymous: nil
        }
    }

    private mutating func principalType() -> ByteView? {
        switch caller.kind {
        case .user: fixed(.user)
        case .role, .roleSession: fixed(.assumedRole)
        case .federatedUser: fixed(.federatedUser)
        case .root: fixed(.account)
        case .anonymous: fixed(.anonymousType)
        case .service: fixed(.service)
        case .federated, .canonicalUser: nil
        }
    }

    private mutating func userID() -> ByteView? {
        switch caller.kind {
        case .user: return name(caller.uniqueID)
        case .roleSession: return sessionID(caller.uniqueID)
        case .federatedUser: return sessionID(caller.account)
        case .root: return name(caller.account)
        case .anonymous: return fixed(.anonymous)
        case .role, .service, .federated, .canonicalUser: return nil
        }
    }

    /// `id:session`, made in the working memory once a check.
    private mutating func sessionID(_ id: ByteView) -> ByteView? {
        guard !id.isEmpty,
            !made.userID.isEmpty || factEnd + id.count + caller.sessionName.count < Scratch.factBytes
        else { return nil }
        if made.userID.isEmpty {
            let start = factEnd
            factEnd = scratch.append(id, at: factEnd)
            scratch.setFact(factEnd, UInt8(ascii: ":"))
            factEnd = scratch.append(caller.sessionName, at: factEnd + 1)
            made.userID = MadeText(start, factEnd)
        }
        return scratch.fact(made.userID.range)
    }

    /// Session tags override the identity's (G4).
    private mutating func principalTag(_ name: ByteView) -> ByteView? {
        guard !caller.account.isEmpty else { return nil }
        return request.tag(name) ?? tag(name, caller.tags)
    }

    private mutating func tag(_ name: ByteView, _ tags: ListRef) -> ByteView? {
        for index in tags.indices {
            let record = image.load(TagRecord.self, tags, index)
            if image.bytes(record.key).equals(name) { return image.bytes(record.value) }
        }
        return nil
    }

    // MARK: Credential, time, target

    private mutating func credentialFact(_ kind: FactKind) -> Fact {
        let details = request.details
        if kind == .federatedProvider, caller.kind == .federated { return .single(caller.name) }
        guard !caller.account.isEmpty, caller.hasTemporaryCredentials else { return .absent }
        switch kind {
        case .multiFactorAuthPresent:
            return .single(fixed(details.isMultiFactorAuthenticated ? .true : .false))
        case .multiFactorAuthAge:
            guard details.isMultiFactorAuthenticated, details.hasMultiFactorAuthAge else { return .absent }
            if made.multiFactorAuthAge.isEmpty {
                let start = factEnd
                _ = number(details.multiFactorAuthAge)
                made.multiFactorAuthAge = MadeText(start, factEnd)
            }
            return .single(scratch.fact(made.multiFactorAuthAge.range))
        case .tokenIssueTime:
            guard details.isIssueTimeKnown else { return .absent }
            if made.tokenIssueTime.isEmpty {
                let start = factEnd
                _ = date(details.issuedAt.seconds)
                made.tokenIssueTime = MadeText(start, factEnd)
            }
            return .single(scratch.fact(made.tokenIssueTime.range))
        case .sourceIdentity:
            return details.hasSourceIdentity ? .single(request.view(details.sourceIdentity)) : .absent
        case .federatedProvider:
            return details.hasFederatedProvider ? .single(request.view(details.federatedProvider)) : .absent
        default: return .absent
        }
    }

    private mutating func timeFact(_ kind: FactKind) -> Fact {
        if kind == .currentTime {
            if made.currentTime.isEmpty {
                let start = factEnd
                _ = date(request.details.now.seconds)
                made.currentTime = MadeText(start, factEnd)
            }
            return .single(scratch.fact(made.currentTime.range))
        }
        if made.epochTime.isEmpty {
            let start = factEnd
            _ = number(request.details.now.seconds)
            made.epochTime = MadeText(start, factEnd)
        }
        return .single(scratch.fact(made.epochTime.range))
    }

    /// An owner that is only assumed stays out, so that no policy rests on it.
    private mutating func targetFact(_ kind: FactKind) -> Fact {
        guard !target.account.isEmpty, !target.isAccountAssumed else { return .absent }
        if kind == .resourceAccount { return .single(target.account) }
        guard isMember(target.accountOffset) else { return .absent }
        if kind == .resourceOrganizationID { return .single(image.bytes(image.header.organizationID)) }
        return .multi(MultiFact(entry: nil, known: organizationPath(target.accountOffset)))
    }

    /// Tags that the directory knows override the request's; others of its resource tags stay.
    private mutating func resourceTag(_ name: ByteView) -> Fact {
        if let known = tag(name, target.tags) { return .single(known) }
        guard let entry = request.entry(resourceTag: name) else { return .absent }
        if entry.isMulti == 1 { return .multi(MultiFact(entry: entry, known: nil)) }
        return .single(request.value(Int(entry.firstValue)))
    }

    // MARK: Texts made during the check

    private mutating func number(_ value: Int64) -> ByteView {
        var digits: (count: Int, reversed: UInt128) = (0, 0)
        var rest = value.magnitude
        repeat {
            digits.reversed = digits.reversed << 4 | UInt128(rest % 10)
            digits.count += 1
            rest /= 10
        } while rest > 0
        let start = factEnd
        guard start + 21 <= Scratch.factBytes else { return fixed(.empty) }
        if value < 0 { put(UInt8(ascii: "-")) }
        for _ in 0..<digits.count {
            put(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digits.reversed & 0xF))
            digits.reversed >>= 4
        }
        return scratch.fact(start..<factEnd)
    }

    private mutating func put(_ byte: UInt8) {
        scratch.setFact(factEnd, byte)
        factEnd += 1
    }

    /// As ``Instant`` writes itself.
    private mutating func date(_ seconds: Int64) -> ByteView {
        let start = factEnd
        guard start + 32 <= Scratch.factBytes else { return fixed(.empty) }
        let parts = Instant.calendarParts(seconds)
        put(padded: parts.year, width: 4)
        put(UInt8(ascii: "-"))
        put(padded: parts.month, width: 2)
        put(UInt8(ascii: "-"))
        put(padded: parts.day, width: 2)
        put(UInt8(ascii: "T"))
        put(padded: parts.hour, width: 2)
        put(UInt8(ascii: ":"))
        put(padded: parts.minute, width: 2)
        put(UInt8(ascii: ":"))
        put(padded: parts.second, width: 2)
        put(UInt8(ascii: "Z"))
        return scratch.fact(start..<factEnd)
    }

    private mutating func put(padded value: Int64, width: Int) {
        var power: Int64 = 1
        for _ in 1..<width { power *= 10 }
        var limit = power * 10
        while value >= limit {
            power = limit
            limit *= 10
        }
        while power > 0 {
            put(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value / power % 10))
            power /= 10
        }
    }
}
