import Portcullis

extension MappingReader {
    mutating func question(_ record: MappingRecord, _ path: PathTemplate) -> RouteQuestion? {
        let action = record.required("action", &faults).flatMap { self.action($0) }
        let account = record["resourceAccount"].flatMap { self.account($0) }
        let resource = record.required("resource", &faults).flatMap {
            self.resource($0, path, account)
        }
        var facts = FactList()
        readContext(record, path, &facts)
        for (key, source) in [
            ("aws:SourceIp", .clientAddress), ("aws:SecureTransport", .isSecure),
            ("aws:UserAgent", .header(.userAgent)), ("aws:Referer", .header(.referer)),
        ] as [(UTF8Text, RouteFact.Source)] {
            facts.add(key, source)
        }
        if facts.presenceCount > 32, let place = record["context"] {
            faults.report(.sizeLimit, "more than 28 facts may be absent from a request", at: place)
        }
        let accepted = acceptedCallers(record)
        guard let action, let resource else { return nil }
        return RouteQuestion(
            action: action,
            resource: resource,
            account: account,
            facts: facts,
            callers: accepted
        )
    }

    private mutating func action(_ value: JSONValue) -> UTF8Text? {
        guard let text = faults.text(value) else { return nil }
        let request = AuthorizationRequest(principal: .anonymous, action: text, resource: "*")
        if (try? request.validate()) != nil { return text }
        faults.report(.actionForm, "`\(text)` is not of the form `service:Name`", at: value)
        return nil
    }

    private mutating func account(_ value: JSONValue) -> AccountID? {
        guard let text = faults.text(value) else { return nil }
        if let account = AccountID(text) { return account }
        faults.report(.resourceForm, "`\(text)` is not the twelve digits of an account", at: value)
        return nil
    }

    private mutating func resource(
        _ value: JSONValue,
        _ path: PathTemplate,
        _ account: AccountID?
    ) -> ResourceTemplate? {
        guard let text = faults.text(value) else { return nil }
        if text.equals("*") {
            return ResourceTemplate(
                bytes: Array(text.bytes),
                pieces: [
                    .init(literalStart: 0, literalEnd: 1, segment: -1, isRest: false, refusesColon: false)
                ]
            )
        }
        guard let template = TextTemplate(text) else {
            faults.report(.mappingTemplate, "`\(text)` has captures that touch or are not closed", at: value)
            return nil
        }
        guard let sample = template.filled({ _ in "x" }), let arn = ARN(sample), arn.isWhole,
            !text.bytes.contains(where: { "*?$".utf8.contains($0) })
        else {
            faults.report(.resourceForm, "`\(text)` is neither `*` nor the ARN of one resource", at: value)
            return nil
        }
        if let account, AccountID.isWellFormed(arn.account), arn.account != account.text {
            faults.report(.resourceForm, "the ARN has another account than `resourceAccount`", at: value)
        }
        return pieces(template, path, at: value)
    }

    private mutating func pieces(
        _ template: TextTemplate,
        _ path: PathTemplate,
        at value: JSONValue
    ) -> ResourceTemplate? {
        var (bytes, pieces): ([UInt8], [ResourceTemplate.Piece]) = ([], [])
        let allColons = template.pieces.reduce(0) { count, piece in
            guard case .literal(let text) = piece else { return count }
            return count + text.bytes.count { $0 == UInt8(ascii: ":") }
        }
        var (literalStart, colons) = (0, 0)
        for (index, piece) in template.pieces.enumerated() {
            switch piece {
            case .literal(let text):
                bytes += text.bytes
                colons += text.bytes.count { $0 == UInt8(ascii: ":") }
            case .capture(let name):
                guard let capture = path.capture(name) else {
                    faults.report(.mappingTemplate, "the path has no capture `{\(name)}`", at: value)
                    return nil
                }
                let isInside = colons < 5 || index + 1 < template.pieces.count
                if capture.isRest, isInside {
                    faults.report(.mappingTemplate, "`{\(name)}` may only end the resource", at: value)
                    return nil
                }
                pieces.append(
                    .init(
                        literalStart: literalStart,
                        literalEnd: bytes.count,
                        segment: capture.segment,
                        isRest: capture.isRest,
                        refusesColon: colons < 5 || allColons > 5
                    )
                )
                literalStart = bytes.count
            }
        }
        if literalStart < bytes.count {
            pieces.append(
                .init(
                    literalStart: literalStart,
                    literalEnd: bytes.count,
                    segment: -1,
                    isRest: false,
                    refusesColon: false
                )
            )
        }
        return ResourceTemplate(bytes: bytes, pieces: pieces)
    }

    private mutating func acceptedCallers(_ record: MappingRecord) -> [Int] {
        guard let place = record["callers"] else {
            if callers.isEmpty {
                faults.report(
                    .mappingCaller,
                    "the mapping has no callers, so nobody could call this",
                    at: record.value
                )
            }
            return Array(callers.indices)
        }
        var accepted: [Int] = []
        let names = record.texts("callers", &faults)
        if names.isEmpty { faults.report(.schemaEmpty, "nobody could call this route", at: place) }
        for (name, place) in names {
            if let index = callers.firstIndex(where: { $0.name == name }) {
                accepted.append(index)
            } else {
                faults.report(.directoryReference, "there is no caller `\(name)`", at: place)
            }
        }
        return accepted.sorted()
    }
}

extension ARN {
    /// Whether partition, service and resource are named.
    fileprivate var isWhole: Bool { !partition.isEmpty && !service.isEmpty && !resource.isEmpty }
}

extension PathTemplate {
    /// The segment that binds a name, which may be written with dots as in the path.
    func capture(_ name: UTF8Text) -> (segment: Int, isRest: Bool)? {
        for (index, segment) in segments.enumerated() {
            switch segment {
            case .literal: break
            case .capture(let own): if own == name { return (index, false) }
            case .rest(let own):
                if own == name || UTF8Text("\(own)...") == name { return (index, true) }
            }
        }
        return nil
    }
}
