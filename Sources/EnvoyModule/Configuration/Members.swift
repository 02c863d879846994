internal import Portcullis

/// The members of a JSON object of known names; anything else in it is a fault.
struct Members {
    private let value: JSONValue

    /// Reads a text that must hold one object with these members at most.
    init(_ text: String, names: [UTF8Text]) throws(ConfigurationFault) {
        do throws(InvalidDocument) {
            value = try JSONDocument(reading: SourceText(text, name: "filter_config")).root
        } catch {
            throw ConfigurationFault(error.description)
        }
        try Self.check(value, names)
    }

    private init(_ value: JSONValue, names: [UTF8Text]) throws(ConfigurationFault) {
        self.value = value
        try Self.check(value, names)
    }

    private static func check(_ value: JSONValue, _ names: [UTF8Text]) throws(ConfigurationFault) {
        guard value.kind == .object else { throw fault("an object should stand here", value) }
        for (key, _) in value.members where !names.contains(key.text) {
            let known = names.map { "`\($0)`" }.joined(separator: ", ")
            throw fault("there is no member `\(key.text)`; there are \(known)", key)
        }
    }

    private static func fault(_ message: String, _ value: JSONValue) -> ConfigurationFault {
        ConfigurationFault("\(value.location): \(message)")
    }

    // MARK: Values

    /// A text, or nil where the member is absent.
    func text(_ name: UTF8Text) throws(ConfigurationFault) -> String? {
        guard let member = value[name] else { return nil }
        return try Self.text(member, of: name)
    }

    private static func text(_ member: JSONValue, of name: UTF8Text) throws(ConfigurationFault) -> String {
        guard let text = member.string, !text.isEmpty, !text.containsControlCharacter else {
            throw fault("`\(name)` takes texts that are not empty", member)
        }
        return text.description
    }

    /// A text that must be there.
    func required(_ name: UTF8Text) throws(ConfigurationFault) -> String {
        guard let text = try text(name) else {
            throw Self.fault("the member `\(name)` is missing", value)
        }
        return text
    }

    /// Texts, or none where the member is absent.
    func texts(_ name: UTF8Text) throws(ConfigurationFault) -> [String] {
        guard let member = value[name] else { return [] }
        guard member.kind == .array else { throw Self.fault("`\(name)` must be an array of texts", member) }
        var texts: [String] = []
        for element in member.elements { texts.append(try Self.text(element, of: name)) }
        return texts
    }

    /// One of the texts that a member may hold, or nil where it is absent.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: UTF8Text,
        of _: Choice.Type
    ) throws(ConfigurationFault) -> Choice? where Choice.RawValue == String {
        guard let member = value[name] else { return nil }
        guard let choice = Choice(rawValue: try Self.text(member, of: name)) else {
            let known = Choice.allCases.map { "`\($0.rawValue)`" }.joined(separator: " or ")
            throw Self.fault("`\(name)` must be \(known)", member)
        }
        return choice
    }

    /// A truth value, or nil where the member is absent.
    func bool(_ name: UTF8Text) throws(ConfigurationFault) -> Bool? {
        guard let member = value[name] else { return nil }
        guard let bool = member.bool else { throw Self.fault("`\(name)` must be true or false", member) }
        return bool
    }

    /// A number, or nil where the member is absent.
    func number(_ name: UTF8Text) throws(ConfigurationFault) -> Double? {
        guard let member = value[name] else { return nil }
        guard member.kind == .number, let number = Double(member.text.description), number.isFinite else {
            throw Self.fault("`\(name)` must be a number", member)
        }
        return number
    }

    /// The members of an object, or nil where the member is absent or a text.
    func object(_ name: UTF8Text, names: [UTF8Text]) throws(ConfigurationFault) -> Members? {
        guard let member = value[name], member.kind != .string else { return nil }
        return try Members(member, names: names)
    }
}
