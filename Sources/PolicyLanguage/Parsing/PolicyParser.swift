import Vocabulary

/// Reads a JSON value as a policy document, noting every departure from the grammar (B1–B5).
///
/// Rules that depend on the policy type are checked later, by ``TypeRules``, but for what may be filled up (D5).
struct PolicyParser {
    var sink: DiagnosticSink
    /// What the policy is used as; nil where only the grammar counts.
    let type: PolicyType?
    private(set) var expandsVariables = false
    let findsRedundancy: Bool
    var redundancy = RedundancySearch()

    init(
        _ source: SourceText,
        as type: PolicyType?,
        mode: ValidationMode,
        findsRedundancy: Bool = false
    ) {
        sink = DiagnosticSink(source, mode: mode)
        self.type = type
        self.findsRedundancy = findsRedundancy
    }

    /// The document, as far as it can be modelled; nil only for a value that is no object.
    mutating func document(_ root: JSONValue) -> PolicyDocument? {
        guard root.kind == .object else {
            sink.report(.jsonSyntax, "a policy is a JSON object", at: root)
            return nil
        }
        for string in root.stringsWithNUL {
            sink.report(.jsonSyntax, "a policy holds no U+0000", at: string, .permissive)
        }
        var elements = DocumentElements()
        for (key, value) in root.members { take(key, value, into: &elements) }
        let version = version(elements.version)
        expandsVariables = version.expandsVariables
        if elements.statement == nil {
            sink.report(.schemaMissing, "a policy needs `Statement`", at: root)
        }
        return PolicyDocument(
            source: sink.source,
            version: version,
            id: elements.id.flatMap { text($0, of: "Id") },
            statements: elements.statement.map { statements($0) } ?? [],
            offset: root.offset,
            json: root,
            hasVersion: elements.version != nil
        )
    }

    private struct DocumentElements {
        var version: JSONValue?
        var id: JSONValue?
        var statement: JSONValue?
    }

    private mutating func take(_ key: JSONValue, _ value: JSONValue, into elements: inout DocumentElements) {
        switch key.text.description {
        case "Version": elements.version = value
        case "Id": elements.id = value
        case "Statement": elements.statement = value
        // `Id` decides nothing, and some products write it so; every other unknown element may hide a mistake.
        case "ID": sink.report(.schemaUnknown, "`ID` should be spelled `Id`", at: key, .lenient)
        default: sink.report(.schemaUnknown, "a policy has no element `\(key.text)`", at: key)
        }
    }

    /// The edition; where it cannot be read an error is noted, and variables are still checked.
    private mutating func version(_ value: JSONValue?) -> PolicyVersion {
        guard let value else { return .v2008 }
        guard let text = value.string else {
            sink.report(.schemaType, "`Version` must be a string", at: value)
            return .v2012
        }
        guard let version = PolicyVersion(rawValue: text.description) else {
            sink.report(.schemaVersion, "`\(text)` is not a version; use `2012-10-17`", at: value)
            return .v2012
        }
        return version
    }

    private mutating func statements(_ list: JSONValue) -> [Statement] {
        switch list.kind {
        case .object:
            return [statement(list, index: 0, path: "Statement")]
        case .array:
            var statements: [Statement] = []
            for (index, element) in list.elements.enumerated() {
                guard element.kind == .object else {
                    sink.report(.schemaType, "a statement must be an object", at: element)
                    continue
                }
                statements.append(statement(element, index: index, path: "Statement[\(index)]"))
            }
            if statements.isEmpty, !sink.hasErrors {
                sink.report(.schemaMissing, "a policy needs at least one statement", at: list, .permissive)
            }
            return statements
        default:
            sink.report(.schemaType, "`Statement` must be an object or an array of objects", at: list)
            return []
        }
    }

    /// A string element; notes any other kind.
    mutating func text(_ value: JSONValue, of element: String) -> UTF8Text? {
        if let string = value.string { return string }
        sink.report(.schemaType, "`\(element)` must be a string", at: value)
        return nil
    }

    /// The strings of an element that may be one string or an array of them (B2).
    mutating func strings(_ value: JSONValue, of element: String) -> [JSONValue] {
        if value.kind == .string { return [value] }
        guard value.kind == .array else {
            sink.report(.schemaType, "`\(element)` must be a string or an array of strings", at: value)
            return []
        }
        return value.elements.filter { item in
            if item.kind == .string { return true }
            sink.report(.schemaType, "`\(element)` must hold strings", at: item)
            return false
        }
    }
}
