import Vocabulary

/// Users and roles.
extension ImageVerifier {
    mutating func verifyPrincipals() throws(SnapshotFormatError) {
        let offsets = try takeRecords(view.header.principals, .principal, of: PrincipalRecord.self)
        for offset in offsets {
            let record = view.load(PrincipalRecord.self, at: offset)
            try verifyStrings(of: record, at: offset)
            let hasAccount = regions.hasRecord(.account, at: record.account)
            try demand(hasAccount, at: offset, "a principal belongs to an account")
            try verifyEntries(record.identity)
            try verifyEntries(record.boundary)
            let boundaryCount = regions.note(of: record.boundary)
            let isOne = boundaryCount == (record.boundary.isEmpty ? 0 : 1)
            try demand(isOne, at: offset, "a principal has one boundary at most")
            try verifyTags(record.tags)
        }
        let name = MemoryLayout<PrincipalRecord>.offset(of: \.name)
        try verifyTable(view.header.principalSlots, .principal, offsets, nameAt: name)
        // Now that no two names are the same, each is read once.
        for offset in offsets { try verifyNames(of: view.load(PrincipalRecord.self, at: offset), at: offset) }
        let roles = offsets.filter { view.load(PrincipalRecord.self, at: $0).kind != PrincipalRecord.user }
        let pathless = MemoryLayout<PrincipalRecord>.offset(of: \.pathlessName)
        try verifyTable(view.header.roleSlots, .principal, roles, nameAt: pathless)
    }

    private func verifyStrings(of record: PrincipalRecord, at offset: UInt32) throws(SnapshotFormatError) {
        try verifyString(record.name, at: offset)
        try verifyString(record.shortName, at: offset)
        try verifyString(record.uniqueID, at: offset)
        try verifyString(record.sessionPrefix, at: offset)
        try verifyString(record.pathlessName, at: offset)
    }

    /// What follows from the ARN: kind, account and the other names.
    private func verifyNames(of record: PrincipalRecord, at offset: UInt32) throws(SnapshotFormatError) {
        let name = view.bytes(record.name)
        guard let colons = ARNColons(name) else {
            return try demand(false, at: offset, "a principal has an ARN")
        }
        let resource = name.dropFirst(colons.resourceStart)
        try demand(Self.kind(resource) == record.kind, at: offset, "a principal is what its ARN says")
        let account = name[colons.account]
        let home = view.load(AccountRecord.self, at: record.account).id
        try demand(
            view.bytes(home).equals(account),
            at: offset,
            "a principal belongs to the account of its ARN"
        )
        let short = view.bytes(record.shortName)
        let isLastPart =
            resource.count > short.count && resource.dropFirst(resource.count - short.count).equals(short)
            && resource[resource.count - short.count - 1] == UInt8(ascii: "/")
            && short.firstOffset(of: UInt8(ascii: "/")) == nil
        try demand(isLastPart, at: offset, "the short name is the last part of the ARN")
        guard record.kind != PrincipalRecord.user else {
            let isEmpty = record.sessionPrefix.isEmpty && record.pathlessName.isEmpty
            return try demand(isEmpty, at: offset, "a user has no sessions")
        }
        guard Int(record.sessionPrefix.count) + Int(record.uniqueID.count) <= Scratch.roleTextsBytesMax else {
            throw SnapshotFormatError(.bounds, at: Int(offset), "the names of a role are too long")
        }
        let partition = name[colons.part(1, in: name.count)]
        var session = TextPieces(view.bytes(record.sessionPrefix))
        session.take("arn:", partition, ":sts::", account, ":assumed-role/", short)
        session.take("/")
        try demand(session.isWhole, at: offset, "the names of a role's sessions follow from its ARN")
        var pathless = TextPieces(view.bytes(record.pathlessName))
        pathless.take("arn:", partition, ":iam::", account, ":role/", short)
        try demand(pathless.isWhole, at: offset, "the role's name without its path follows from its ARN")
    }

    /// Nil for what is neither user nor role.
    private static func kind(_ resource: ByteView) -> UInt32? {
        if resource.begins(with: "user/") { return PrincipalRecord.user }
        if resource.begins(with: "role/aws-service-role/") { return PrincipalRecord.serviceLinkedRole }
        return resource.begins(with: "role/") ? PrincipalRecord.role : nil
    }
}

/// A text that is compared with what it should be made of, piece by piece.
private struct TextPieces {
    private var rest: ByteView
    private var fits = true

    init(_ text: ByteView) { rest = text }

    /// Whether all pieces stood there, and nothing else.
    var isWhole: Bool { fits && rest.isEmpty }

    mutating func take(_ literal: StaticString) {
        fits = fits && rest.begins(with: literal)
        if fits { rest = rest.dropFirst(literal.utf8CodeUnitCount) }
    }

    private mutating func take(_ piece: ByteView) {
        fits = fits && rest.begins(with: piece)
        if fits { rest = rest.dropFirst(piece.count) }
    }

    mutating func take(
        _ first: StaticString,
        _ partition: ByteView,
        _ second: StaticString,
        _ account: ByteView,
        _ third: StaticString,
        _ name: ByteView
    ) {
        take(first)
        take(partition)
        take(second)
        take(account)
        take(third)
        take(name)
    }
}
