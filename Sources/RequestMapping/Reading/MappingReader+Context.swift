import IdentityDirectory
import Portcullis

/// The facts of a route, each with its bit if a request may be without it.
struct FactList {
    private(set) var facts: [RouteFact] = []
    private(set) var keys: [UInt8] = []
    private var foldedKeys: [UTF8Text] = []
    private(set) var constants: [(key: UTF8Text, value: UTF8Text)] = []
    private(set) var parameters: [[UInt8]] = []
    private(set) var presenceCount: UInt32 = 0

    mutating func add(_ key: UTF8Text, _ source: RouteFact.Source) {
        var presence: UInt32?
        switch source {
        case .capture, .isSecure: break
        case .header, .parameter, .request, .clientAddress:
            presence = presenceCount
            presenceCount += 1
        }
        let start = keys.count
        keys += key.bytes
        foldedKeys.append(key.asciiLowercased)
        facts.append(
            RouteFact(keyStart: start, keyEnd: keys.count, source: source, presence: presence)
        )
    }

    mutating func add(_ key: UTF8Text, constant text: UTF8Text) { constants.append((key, text)) }

    func contains(_ folded: UTF8Text) -> Bool {
        foldedKeys.contains(folded) || constants.contains { $0.key.asciiLowercased == folded }
    }

    mutating func parameter(_ name: UTF8Text) -> Int {
        let name = Array(name.bytes)
        if let index = parameters.firstIndex(of: name) { return index }
        parameters.append(name)
        return parameters.count - 1
    }
}

extension MappingReader {
    /// Keys that are set from every request.
    private static let ownKeys: [UTF8Text] = [
        "aws:sourceip", "aws:securetransport", "aws:useragent", "aws:referer",
    ]

    mutating func readContext(_ record: MappingRecord, _ path: PathTemplate, _ facts: inout FactList) {
        guard let context = record["context"] else { return }
        guard context.kind == .object else {
            faults.report(.schemaType, "`context` must be an object", at: context)
            return
        }
        for (key, value) in context.members {
            let folded = key.text.asciiLowercased
            guard isFree(folded, value, at: key) else { continue }
            if facts.contains(folded) {
                faults.report(.duplicateKey, "the key `\(key.text)` stands twice (keys ignore case)", at: key)
            }
            if let text = value.string {
                addConstant(key.text, text, at: value, &facts)
            } else if let source = source(value, path, &facts) {
                facts.add(key.text, source)
            }
        }
    }

    /// Whether a mapping may set a key; notes why not.
    private mutating func isFree(_ folded: UTF8Text, _ value: JSONValue, at key: JSONValue) -> Bool {
        guard folded.bytes.contains(UInt8(ascii: ":")),
            folded.bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), folded.count <= 256
        else {
            faults.report(.conditionKey, "`\(key.text)` cannot be a context key", at: key)
            return false
        }
        if EngineOwnedKey.owns(folded) {
            let message = "`\(key.text)` says who asks, or when, on what; only the engine sets it"
            faults.report(.conditionKey, message, at: key)
            return false
        }
        if Self.ownKeys.contains(folded) {
            faults.report(.conditionKey, "`\(key.text)` is always set from the request", at: key)
            return false
        }
        let isOfAWS = folded.begins(with: "aws:") && !folded.begins(with: "aws:requesttag/")
        if isOfAWS, value.kind != .string {
            faults.report(
                .conditionKey,
                "`\(key.text)` may only be a constant, not part of a request",
                at: key
            )
            return false
        }
        return true
    }

    private mutating func addConstant(
        _ key: UTF8Text,
        _ text: UTF8Text,
        at value: JSONValue,
        _ facts: inout FactList
    ) {
        if text.containsControlCharacter {
            faults.report(.schemaType, "a text without control characters should stand here", at: value)
        }
        facts.add(key, constant: text)
    }

    private mutating func source(
        _ value: JSONValue,
        _ path: PathTemplate,
        _ facts: inout FactList
    ) -> RouteFact.Source? {
        let sources: [UTF8Text] = ["capture", "header", "query", "request"]
        guard let record = MappingRecord(value, members: sources, &faults) else { return nil }
        let given = Array(record.value.members)
        guard given.count == 1, let (name, place) = given.first else {
            faults.report(.schemaExclusive, "a fact has one source", at: value)
            return nil
        }
        switch name.text.description {
        case "capture": return capture(place, path)
        case "header": return header(place).map { .header($0) }
        case "query":
            guard let text = faults.text(place) else { return nil }
            guard text.bytes.allSatisfy({ RequestParameterName.isPlain($0) }) else {
                faults.report(.schemaType, "`\(text)` must be letters, digits, `-`, `.` or `_`", at: place)
                return nil
            }
            return .parameter(facts.parameter(text))
        case "request":
            guard let text = faults.text(place) else { return nil }
            if let part = RequestPart(rawValue: text.description) { return .request(part) }
            let known = RequestPart.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            faults.report(.schemaUnknown, "a request has no `\(text)`; it has \(known)", at: place)
            return nil
        default: return nil
        }
    }

    private mutating func capture(_ place: JSONValue, _ path: PathTemplate) -> RouteFact.Source? {
        guard let text = faults.text(place) else { return nil }
        if let (segment, isRest) = path.capture(text) { return .capture(segment: segment, isRest: isRest) }
        faults.report(.mappingTemplate, "the path has no capture `{\(text)}`", at: place)
        return nil
    }

    /// A header that the mapping reads from now on.
    mutating func header(_ place: JSONValue) -> WatchedHeaders.ID? {
        guard let name = faults.headerName(place) else { return nil }
        guard name != "connection", name != "authorization", name != "cookie" else {
            faults.report(.mappingRoute, "`\(name)` is not for policies to read", at: place)
            return nil
        }
        if let id = watched.watch(name) { return id }
        faults.report(.mappingRoute, "`\(name)` is refused; `allowedHeaders` lets it through", at: place)
        return nil
    }
}

/// What names of parameters are made of.
enum RequestParameterName {
    static func isPlain(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: ".")
    }
}
