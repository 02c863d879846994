import Portcullis

extension MappingReader {
    /// More callers than a mapping has.
    private static let callerCountMax = 64

    mutating func readCallers(_ list: JSONValue) {
        guard list.kind == .array else {
            faults.report(.schemaType, "`callers` must be an array", at: list)
            return
        }
        for element in list.elements {
            let members: [UTF8Text] = ["name", "certificate", "jwt", "header", "anonymous"]
            guard let record = MappingRecord(element, members: members, &faults) else { continue }
            guard callers.count < Self.callerCountMax else {
                faults.report(.sizeLimit, "there are more than \(Self.callerCountMax) callers", at: element)
                return
            }
            let name = record.requiredText("name", &faults)
            if let name, callers.contains(where: { $0.name == name }) {
                faults.report(.directoryDuplicate, "there are two callers `\(name)`", at: element)
            }
            guard let method = method(record), let name else { continue }
            callers.append(CallerRule(name: name, method: method))
        }
    }

    private mutating func method(_ record: MappingRecord) -> CallerRule.Method? {
        let ways = ["certificate", "jwt", "header", "anonymous"].filter { (way: UTF8Text) in
            record[way] != nil
        }
        guard ways.count == 1, let way = ways.first, let value = record[way] else {
            faults.report(
                .schemaExclusive,
                "a caller has one of `certificate`, `jwt`, `header`, `anonymous`",
                at: record.value
            )
            return nil
        }
        switch way.description {
        case "certificate": return certificate(value).map { .certificate($0) }
        case "jwt": return token(value).map { .token($0) }
        case "header": return headerRule(value).map { .header($0) }
        default: return MappingRecord(value, members: [], &faults).map { _ in .anonymous }
        }
    }

    private static let identityMembers: [UTF8Text] = [
        "principal", "sessionName", "sourceIdentity", "sessionTags",
    ]

    // MARK: Certificates

    private mutating func certificate(_ value: JSONValue) -> CertificateRule? {
        let kinds: [(UTF8Text, HTTPRequestBuffer.CertificateName.Kind)] = [
            ("uri", .uri), ("dns", .dns), ("subject", .subject),
        ]
        let members = kinds.map(\.0) + Self.identityMembers
        guard let record = MappingRecord(value, members: members, &faults) else { return nil }
        let present = kinds.filter { record[$0.0] != nil }
        guard present.count == 1, let (member, kind) = present.first, let place = record[member] else {
            faults.report(.schemaExclusive, "a certificate has one of `uri`, `dns`, `subject`", at: value)
            return nil
        }
        guard let name = template(place) else { return nil }
        if name.literalStart.isEmpty {
            faults.report(.mappingCaller, "a name of a certificate must begin with text", at: place)
        }
        let identity = identity(record, known: name.captures)
        return identity.map { CertificateRule(kind: kind, name: name, identity: $0) }
    }

    // MARK: Tokens

    private mutating func token(_ value: JSONValue) -> TokenRule? {
        let members =
            ["keys", "issuer", "audience", "algorithms", "leewaySeconds", "multiFactor"]
            + Self.identityMembers
        guard let record = MappingRecord(value, members: members, &faults) else { return nil }
        let keys = record.required("keys", &faults).flatMap { keySet($0) }
        let issuer = record.requiredText("issuer", &faults)
        let audiences = needed("audience", of: record)
        let algorithms = needed("algorithms", of: record).compactMap { text, place -> TokenAlgorithm? in
            if let algorithm = TokenAlgorithm(rawValue: text.description) { return algorithm }
            let known = TokenAlgorithm.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            faults.report(.mappingCaller, "`\(text)` is none of \(known)", at: place)
            return nil
        }
        let leeway = record["leewaySeconds"].map { self.leeway($0) } ?? 0
        let (claim, values) = record["multiFactor"].map { multiFactor($0) } ?? (nil, [])
        guard let identity = identity(record, known: nil), let keys, let issuer else { return nil }
        return TokenRule(
            keys: keys,
            issuer: issuer,
            audiences: audiences.map(\.text),
            algorithms: Set(algorithms),
            leewaySeconds: leeway,
            multiFactorClaim: claim,
            multiFactorValues: values,
            identity: identity
        )
    }

    private mutating func needed(
        _ name: UTF8Text,
        of record: MappingRecord
    ) -> [(text: UTF8Text, place: JSONValue)] {
        guard let place = record.required(name, &faults) else { return [] }
        let texts = record.texts(name, &faults)
        if texts.isEmpty { faults.report(.schemaEmpty, "`\(name)` names nothing", at: place) }
        return texts
    }

    private mutating func leeway(_ value: JSONValue) -> Int64 {
        if let seconds = value.claimedSeconds, seconds <= 300 { return seconds }
        faults.report(.mappingCaller, "clocks may differ by 0 to 300 seconds", at: value)
        return 0
    }

    private mutating func multiFactor(_ value: JSONValue) -> (UTF8Text?, [UTF8Text]) {
        guard let record = MappingRecord(value, members: ["claim", "values"], &faults) else {
            return (nil, [])
        }
        let claim = record.requiredText("claim", &faults)
        let values = record["values"] == nil ? [] : needed("values", of: record).map(\.text)
        return (claim, values)
    }

    private mutating func keySet(_ value: JSONValue) -> KeySet? {
        if value.kind == .object { return KeySet(value, &faults) }
        guard let name = faults.text(value) else { return nil }
        do throws(InvalidDocument) {
            let document = try JSONDocument(reading: readFile(name), bytesMax: 1 << 20)
            if !fileNames.contains(name) { fileNames.append(name) }
            return KeySet(document.root, &faults)
        } catch {
            faults.report(.directoryFile, "the key set `\(name)` cannot be read", at: value)
            faults.append(error)
            return nil
        }
    }

    // MARK: Headers

    private mutating func headerRule(_ value: JSONValue) -> HeaderRule? {
        let members = ["name", "trustedPeers", "trustedCertificates"] + Self.identityMembers
        guard let record = MappingRecord(value, members: members, &faults) else { return nil }
        let id = record.required("name", &faults).flatMap { header($0) }
        let peers = record.addresses("trustedPeers", &faults)
        let certificates = record.texts("trustedCertificates", &faults).map(\.text)
        if peers.isEmpty, certificates.isEmpty {
            faults.report(.mappingCaller, "a header from anybody proves nothing", at: value)
        }
        guard let identity = identity(record, known: ["value"]), let id else { return nil }
        return HeaderRule(header: id, peers: peers, certificates: certificates, identity: identity)
    }

    // MARK: Names

    /// The names of a caller; `known` are the captures that there are, nil for any.
    private mutating func identity(_ record: MappingRecord, known: [UTF8Text]?) -> IdentityTemplate? {
        func bound(_ member: UTF8Text) -> TextTemplate? {
            record[member].flatMap { boundTemplate($0, known) }
        }
        guard let place = record.required("principal", &faults), let principal = bound("principal") else {
            return nil
        }
        let sample = principal.filled { _ in "111122223333" }.flatMap { IdentityTemplate.principal($0) }
        guard let sample else {
            faults.report(.principalForm, "a principal is the ARN of a user or role", at: place)
            return nil
        }
        if case .user = sample, let place = record["sessionName"] {
            faults.report(.mappingCaller, "only roles have sessions", at: place)
        }
        return IdentityTemplate(
            principal: principal,
            sessionName: bound("sessionName"),
            sourceIdentity: bound("sourceIdentity"),
            tags: tags(record, known)
        )
    }

    private mutating func tags(
        _ record: MappingRecord,
        _ known: [UTF8Text]?
    ) -> [(key: UTF8Text, value: TextTemplate)] {
        guard let member = record["sessionTags"] else { return [] }
        guard member.kind == .object else {
            faults.report(.schemaType, "`sessionTags` must be an object", at: member)
            return []
        }
        var tags: [(key: UTF8Text, value: TextTemplate)] = []
        for (key, value) in member.members {
            guard !key.text.isEmpty, key.text.count <= 128, !key.text.containsControlCharacter,
                !tags.contains(where: { $0.key.asciiLowercased == key.text.asciiLowercased })
            else {
                faults.report(
                    .directoryDuplicate,
                    "`\(key.text)` cannot be a tag's name, or stands twice",
                    at: key
                )
                continue
            }
            if let template = boundTemplate(value, known) { tags.append((key.text, template)) }
        }
        return tags
    }

    private mutating func template(_ value: JSONValue) -> TextTemplate? {
        guard let text = faults.text(value) else { return nil }
        if let template = TextTemplate(text), Set(template.captures).count == template.captures.count {
            return template
        }
        faults.report(
            .mappingTemplate,
            "`\(text)` has captures that touch, stand twice or are not closed",
            at: value
        )
        return nil
    }

    private mutating func boundTemplate(_ value: JSONValue, _ known: [UTF8Text]?) -> TextTemplate? {
        guard let template = template(value) else { return nil }
        for name in template.captures where known.map({ !$0.contains(name) }) ?? false {
            faults.report(.mappingTemplate, "nothing binds `{\(name)}`", at: value)
            return nil
        }
        return template
    }
}
