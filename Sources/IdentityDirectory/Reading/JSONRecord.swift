import PolicyLanguage
import Vocabulary

/// A name written in one place that must be borne by something in another.
struct Reference {
    let name: UTF8Text
    let place: Place
}

/// A JSON object of a known shape.
///
/// In files of our own layout an unknown member is a fault, since a misspelt name must not be ignored. AWS
/// adds members to its own output, so there they are passed over, and `null` stands for an absent one.
struct JSONRecord {
    let value: JSONValue
    private let isOurs: Bool

    /// Takes an object of our own layout with these members at most.
    init?(_ value: JSONValue, members: [UTF8Text], _ faults: inout DirectoryFaults) {
        guard value.kind == .object else {
            faults.report(.schemaType, "an object should stand here", at: .value(value))
            return nil
        }
        for (key, _) in value.members where !members.contains(key.text) {
            let known = members.map { "`\($0)`" }.joined(separator: ", ")
            faults.report(
                .schemaUnknown,
                "there is no member `\(key.text)`; there are \(known)",
                at: .value(key)
            )
        }
        self.value = value
        isOurs = true
    }

    /// Takes an object of AWS's output.
    init?(fromAWS value: JSONValue, _ faults: inout DirectoryFaults) {
        guard value.kind == .object else {
            faults.report(.schemaType, "an object should stand here", at: .value(value))
            return nil
        }
        self.value = value
        isOurs = false
    }

    /// The value of a member, if it is there.
    subscript(name: UTF8Text) -> JSONValue? {
        let member = value[name]
        return member?.kind == .null && !isOurs ? nil : member
    }

    /// The value of a member that must be there.
    func required(_ name: UTF8Text, _ faults: inout DirectoryFaults) -> JSONValue? {
        if let member = self[name] { return member }
        faults.report(.schemaMissing, "the member `\(name)` is missing", at: .value(value))
        return nil
    }

    /// The text of a member, if it is there.
    func text(_ name: UTF8Text, _ faults: inout DirectoryFaults) -> UTF8Text? {
        self[name].flatMap { faults.text($0, of: name) }
    }

    /// The text of a member that must be there.
    func requiredText(_ name: UTF8Text, _ faults: inout DirectoryFaults) -> UTF8Text? {
        required(name, &faults).flatMap { faults.text($0, of: name) }
    }

    /// The boolean of a member, if it is there.
    func bool(_ name: UTF8Text, _ faults: inout DirectoryFaults) -> Bool? {
        guard let member = self[name] else { return nil }
        if let bool = member.bool { return bool }
        faults.report(.schemaType, "`\(name)` must be `true` or `false`", at: .value(member))
        return nil
    }

    /// The elements of an array; nil where the member is absent.
    func list(_ name: UTF8Text, _ faults: inout DirectoryFaults) -> [JSONValue]? {
        guard let member = self[name] else { return nil }
        guard member.kind == .array else {
            faults.report(.schemaType, "`\(name)` must be an array", at: .value(member))
            return []
        }
        return Array(member.elements)
    }

    /// Names in an array, each once; nil where the member is absent.
    func references(_ name: UTF8Text, _ faults: inout DirectoryFaults) -> [Reference]? {
        guard let elements = list(name, &faults) else { return nil }
        var seen: Set<UTF8Text> = []
        return elements.compactMap { element in
            guard let text = faults.text(element, of: name) else { return nil }
            guard seen.insert(text).inserted else {
                faults.report(.directoryDuplicate, "`\(text)` stands twice in `\(name)`", at: .value(element))
                return nil
            }
            return Reference(name: text, place: .value(element))
        }
    }

    /// Tags as an object of texts.
    ///
    /// Keys that differ only in case are one key (A2).
    func tags(_ name: UTF8Text, _ faults: inout DirectoryFaults) -> [UTF8Text: UTF8Text] {
        guard let member = self[name] else { return [:] }
        guard member.kind == .object else {
            faults.report(.schemaType, "`\(name)` must be an object of texts", at: .value(member))
            return [:]
        }
        var tags = TagCollector()
        for (key, value) in member.members {
            if let text = faults.text(value, of: key.text) { tags.add(key.text, text, at: key, &faults) }
        }
        return tags.tags
    }
}

extension DirectoryFaults {
    /// The text of a string without control characters; notes anything else.
    mutating func text(_ value: JSONValue, of name: UTF8Text) -> UTF8Text? {
        guard let text = value.string else {
            report(.schemaType, "`\(name)` must be a string", at: .value(value))
            return nil
        }
        // Requests with control characters are refused, so such a name could never be asked about.
        guard !text.containsControlCharacter else {
            report(.schemaType, "`\(name)` holds a control character", at: .value(value))
            return nil
        }
        return text
    }
}

/// Gathers tags, each key once whatever its case (A2).
struct TagCollector {
    private(set) var tags: [UTF8Text: UTF8Text] = [:]
    private var foldedKeys: Set<UTF8Text> = []

    mutating func add(_ key: UTF8Text, _ text: UTF8Text, at place: JSONValue, _ faults: inout DirectoryFaults)
    {
        guard !key.isEmpty, !key.containsControlCharacter else {
            return faults.report(.schemaType, "a tag needs a name", at: .value(place))
        }
        guard foldedKeys.insert(key.asciiLowercased).inserted else {
            let message = "the tag `\(key)` stands twice (tag names ignore case)"
            return faults.report(.directoryDuplicate, message, at: .value(place))
        }
        tags[key] = text
    }
}
