import Portcullis

/// Collects what is wrong with a mapping and the files that it names.
struct MappingFaults {
    private(set) var diagnostics: [Diagnostic] = []

    mutating func report(_ code: DiagnosticCode, _ message: String, at value: JSONValue) {
        guard diagnostics.count < Limits.diagnosticsMax else { return }
        diagnostics.append(Diagnostic(.error, code, message, path: value.path, location: value.location))
    }

    mutating func append(_ found: InvalidDocument) {
        diagnostics += found.diagnostics.prefix(max(0, Limits.diagnosticsMax - diagnostics.count))
    }

    /// The findings by file and position.
    func sorted() -> [Diagnostic] {
        diagnostics.sorted {
            ($0.location.source, $0.location.offset) < ($1.location.source, $1.location.offset)
        }
    }
}

/// An object of a mapping, of which every member must be known.
struct MappingRecord {
    let value: JSONValue

    /// Nil for anything but an object; notes members other than these.
    init?(_ value: JSONValue, members: [UTF8Text], _ faults: inout MappingFaults) {
        guard value.kind == .object else {
            faults.report(.schemaType, "an object should stand here", at: value)
            return nil
        }
        for (key, _) in value.members where !members.contains(key.text) {
            let known = members.map { "`\($0)`" }.joined(separator: ", ")
            let message =
                "there is no member `\(key.text)`; there " + (known.isEmpty ? "is none" : "are \(known)")
            faults.report(.schemaUnknown, message, at: key)
        }
        self.value = value
    }

    subscript(name: UTF8Text) -> JSONValue? { value[name] }

    func required(_ name: UTF8Text, _ faults: inout MappingFaults) -> JSONValue? {
        if let member = value[name] { return member }
        faults.report(.schemaMissing, "the member `\(name)` is missing", at: value)
        return nil
    }

    func text(_ name: UTF8Text, _ faults: inout MappingFaults) -> UTF8Text? {
        value[name].flatMap { faults.text($0) }
    }

    func requiredText(_ name: UTF8Text, _ faults: inout MappingFaults) -> UTF8Text? {
        required(name, &faults).flatMap { faults.text($0) }
    }

    func bool(_ name: UTF8Text, _ faults: inout MappingFaults) -> Bool {
        guard let member = value[name] else { return false }
        if let bool = member.bool { return bool }
        faults.report(.schemaType, "`\(name)` must be `true` or `false`", at: member)
        return false
    }

    /// Texts of an array, each once, with their places.
    func texts(_ name: UTF8Text, _ faults: inout MappingFaults) -> [(text: UTF8Text, place: JSONValue)] {
        guard let member = value[name] else { return [] }
        guard member.kind == .array else {
            faults.report(.schemaType, "`\(name)` must be an array of texts", at: member)
            return []
        }
        var texts: [(text: UTF8Text, place: JSONValue)] = []
        for element in member.elements {
            guard let text = faults.text(element) else { continue }
            if texts.contains(where: { $0.text == text }) {
                faults.report(.directoryDuplicate, "`\(text)` stands twice in `\(name)`", at: element)
            }
            texts.append((text, element))
        }
        return texts
    }

    /// Addresses and blocks of an array.
    func addresses(_ name: UTF8Text, _ faults: inout MappingFaults) -> AddressList {
        var networks: [IPNetwork] = []
        for (text, place) in texts(name, &faults) {
            if let network = IPNetwork(text) {
                networks.append(network)
            } else {
                faults.report(.conditionIP, "`\(text)` is no address and no CIDR block", at: place)
            }
        }
        return AddressList(networks)
    }
}

extension MappingFaults {
    /// The text of a string that is not empty and has no control characters.
    mutating func text(_ value: JSONValue) -> UTF8Text? {
        guard let text = value.string, !text.isEmpty, !text.containsControlCharacter else {
            report(.schemaType, "a text without control characters should stand here", at: value)
            return nil
        }
        return text
    }

    /// The name of a header in lower case.
    mutating func headerName(_ value: JSONValue) -> UTF8Text? {
        guard let text = text(value) else { return nil }
        guard text.bytes.allSatisfy({ ByteSet.token.contains($0) && $0 != UInt8(ascii: "_") }) else {
            report(.schemaType, "`\(text)` cannot be the name of a header", at: value)
            return nil
        }
        return text.asciiLowercased
    }
}
