import IdentityDirectory
import Portcullis

/// Reads a mapping, noting every fault with its place.
struct AuthZENMappingReader {
    private(set) var diagnostics: [Diagnostic] = []
    /// Who writes each context key, so that no two do.
    private var writers: [UTF8Text: String] = [:]

    mutating func mapping(_ root: JSONValue) -> AuthZENMapping? {
        guard checkMembers(of: root, ["version", "subjects", "actions", "resources", "context"]) else {
            return nil
        }
        if let version = required("version", of: root), version.kind != .number || version.text != "1" {
            fault(.schemaVersion, "the version of a mapping is 1", at: version)
        }
        for string in root.stringsWithNUL { fault(.schemaType, "a mapping holds no U+0000", at: string) }
        let resources = required("resources", of: root).map { self.resources($0) } ?? [:]
        let subjects = required("subjects", of: root).map { self.subjects($0) } ?? [:]
        let actions = required("actions", of: root).map { self.actions($0, Set(resources.keys)) } ?? []
        let context = properties(root["context"], writer: "context")
        return AuthZENMapping(subjects: subjects, actions: actions, resources: resources, context: context)
    }

    // MARK: Subjects

    private mutating func subjects(_ value: JSONValue) -> [UTF8Text: AuthZENMapping.SubjectType] {
        var types: [UTF8Text: AuthZENMapping.SubjectType] = [:]
        for (name, value) in members(of: value) {
            guard checkMembers(of: value, ["principal", "aliases", "properties", "known"]) else { continue }
            guard let member = required("principal", of: value), let text = text(member) else { continue }
            guard let template = EntityTemplate(text), Self.makesPrincipals(template) else {
                fault(
                    .principalForm,
                    "`principal` makes no principal; places are {id} and {properties.NAME}",
                    at: member
                )
                continue
            }
            types[name.text] = AuthZENMapping.SubjectType(
                principal: template,
                aliases: value["aliases"].map { aliases($0) },
                properties: properties(value["properties"], writer: "subjects"),
                known: known(value["known"])
            )
        }
        return types
    }

    /// Whether it makes an ARN of a principal out of names.
    private static func makesPrincipals(_ template: EntityTemplate) -> Bool {
        let sample = template.filled(id: "111122223333", .name) { _ in "111122223333" }
        guard let sample, let principal = RequestPrincipal(sample), let account = principal.account else {
            return false
        }
        return AccountID.isWellFormed(account.text)
    }

    private mutating func aliases(_ value: JSONValue) -> [UTF8Text: UTF8Text] {
        var aliases: [UTF8Text: UTF8Text] = [:]
        for (id, name) in members(of: value) {
            if let name = text(name) { aliases[id.text] = name }
        }
        return aliases
    }

    // MARK: Actions

    private mutating func actions(
        _ value: JSONValue,
        _ types: Set<UTF8Text>
    ) -> [(name: UTF8Text, rules: [AuthZENMapping.ActionRule])] {
        var actions: [(name: UTF8Text, rules: [AuthZENMapping.ActionRule])] = []
        for (name, value) in members(of: value) {
            var rules: [AuthZENMapping.ActionRule] = []
            for value in value.kind == .array ? Array(value.elements) : [value] {
                guard let rule = action(value, types) else { continue }
                let overlaps = rules.contains { other in
                    guard let mine = rule.resourceTypes, let others = other.resourceTypes else { return true }
                    return !mine.isDisjoint(with: others)
                }
                if overlaps {
                    fault(.schemaExclusive, "two rules are for the same type of resource", at: value)
                }
                rules.append(rule)
            }
            actions.append((name.text, rules))
        }
        return actions
    }

    private mutating func action(_ value: JSONValue, _ types: Set<UTF8Text>) -> AuthZENMapping.ActionRule? {
        if value.kind == .string {
            return actionName(value).map { .init(action: $0, resourceTypes: nil, properties: []) }
        }
        guard checkMembers(of: value, ["action", "on", "properties"]) else { return nil }
        guard let member = required("action", of: value), let name = actionName(member) else { return nil }
        let resourceTypes = value["on"].map { names($0, of: types) }
        return AuthZENMapping.ActionRule(
            action: name,
            resourceTypes: resourceTypes,
            properties: properties(value["properties"], writer: "actions")
        )
    }

    private mutating func actionName(_ value: JSONValue) -> UTF8Text? {
        guard let name = text(value) else { return nil }
        do throws(RequestError) {
            try AuthorizationRequest(principal: .anonymous, action: name, resource: "*").validate()
            return name
        } catch {
            fault(.actionForm, "`\(name)` is not of the form service:Name", at: value)
            return nil
        }
    }

    private mutating func names(_ value: JSONValue, of known: Set<UTF8Text>) -> Set<UTF8Text> {
        guard value.kind == .array else {
            fault(.schemaType, "a list of types should stand here", at: value)
            return []
        }
        var names: Set<UTF8Text> = []
        for element in value.elements {
            guard let name = text(element) else { continue }
            if !known.contains(name) {
                fault(.directoryReference, "there is no type `\(name)` of resources", at: element)
            }
            names.insert(name)
        }
        return names
    }

    // MARK: Resources

    private mutating func resources(_ value: JSONValue) -> [UTF8Text: AuthZENMapping.ResourceType] {
        var types: [UTF8Text: AuthZENMapping.ResourceType] = [:]
        for (name, value) in members(of: value) {
            guard checkMembers(of: value, ["resource", "account", "properties", "known", "registered"]) else {
                continue
            }
            guard let member = required("resource", of: value), let text = text(member) else { continue }
            let sample = EntityTemplate(text)?.filled(id: "x", .path) { _ in "x" }
            guard let template = EntityTemplate(text), let sample, sample == "*" || ARN(sample) != nil else {
                fault(
                    .resourceForm,
                    "`resource` makes no ARN; places are {id} and {properties.NAME}",
                    at: member
                )
                continue
            }
            types[name.text] = AuthZENMapping.ResourceType(
                resource: template,
                account: value["account"].flatMap { account($0) },
                properties: properties(value["properties"], writer: "resources"),
                known: known(value["known"]),
                isRegistered: value["registered"].map { truth($0) } ?? false
            )
        }
        return types
    }

    private mutating func account(_ value: JSONValue) -> AccountID? {
        if let account = value.string.flatMap({ AccountID($0) }) { return account }
        fault(.schemaType, "an account is a string of twelve digits", at: value)
        return nil
    }

    // MARK: Properties

    private mutating func properties(_ value: JSONValue?, writer: String) -> [AuthZENMapping.PropertyRule] {
        guard let value else { return [] }
        var rules: [AuthZENMapping.PropertyRule] = []
        for (name, member) in members(of: value) {
            guard let key = text(member) else { continue }
            check(
                key,
                writer: writer,
                isTaken: rules.contains { $0.key.asciiLowercased == key.asciiLowercased },
                member
            )
            rules.append(AuthZENMapping.PropertyRule(property: name.text, key: key))
        }
        return rules
    }

    /// Who asks, and with what credential, comes from the directory alone.
    private mutating func check(_ key: UTF8Text, writer: String, isTaken: Bool, _ value: JSONValue) {
        let folded = key.asciiLowercased
        if EngineOwnedKey.owns(folded) {
            fault(.conditionKey, "`\(key)` is what the engine alone says; no property can set it", at: value)
        } else if key.isEmpty || key.firstOffset(of: UInt8(ascii: ":")) == nil {
            fault(.conditionKey, "`\(key)` is not a context key, such as records:Status", at: value)
        } else if isTaken || writers[folded, default: writer] != writer {
            fault(.duplicateKey, "two properties would be `\(key)`", at: value)
        }
        writers[folded] = writer
    }

    private mutating func known(_ value: JSONValue?) -> [UTF8Text: AuthZENMapping.KnownProperties] {
        guard let value else { return [:] }
        var known: [UTF8Text: AuthZENMapping.KnownProperties] = [:]
        for (id, value) in members(of: value) {
            var properties: AuthZENMapping.KnownProperties = [:]
            for (name, value) in members(of: value) {
                if let fact = ContextValue(property: value) {
                    properties[name.text] = fact
                } else {
                    fault(
                        .schemaType,
                        "a property is a string, a number, true, false or a list of these",
                        at: value
                    )
                }
            }
            known[id.text] = properties
        }
        return known
    }

    // MARK: JSON

    private mutating func fault(_ code: DiagnosticCode, _ message: String, at value: JSONValue) {
        guard diagnostics.count < Limits.diagnosticsMax else { return }
        diagnostics.append(Diagnostic(.error, code, message, path: value.path, location: value.location))
    }

    private mutating func checkMembers(of value: JSONValue, _ names: [UTF8Text]) -> Bool {
        guard value.kind == .object else {
            fault(.schemaType, "an object should stand here", at: value)
            return false
        }
        for (key, _) in value.members where !names.contains(key.text) {
            let known = names.map { "`\($0)`" }.joined(separator: ", ")
            fault(.schemaUnknown, "there is no member `\(key.text)`; there are \(known)", at: key)
        }
        return true
    }

    private mutating func members(of value: JSONValue) -> [(JSONValue, JSONValue)] {
        guard value.kind == .object else {
            fault(.schemaType, "an object should stand here", at: value)
            return []
        }
        return value.members.map { ($0.key, $0.value) }
    }

    private mutating func required(_ name: UTF8Text, of value: JSONValue) -> JSONValue? {
        if let member = value[name] { return member }
        fault(.schemaMissing, "the member `\(name)` is missing", at: value)
        return nil
    }

    private mutating func text(_ value: JSONValue) -> UTF8Text? {
        if let text = value.string { return text }
        fault(.schemaType, "a string should stand here", at: value)
        return nil
    }

    private mutating func truth(_ value: JSONValue) -> Bool {
        if value.bool == nil { fault(.schemaType, "true or false should stand here", at: value) }
        return value.bool ?? false
    }
}
