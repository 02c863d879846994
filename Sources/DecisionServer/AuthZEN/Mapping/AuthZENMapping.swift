public import Portcullis

/// How the subjects, actions and resources of AuthZEN become principals, actions and resources of IAM.
///
/// `Documentation/authzen.md` describes the file.
///
///     let mapping = try AuthZENMapping(reading: SourceText(bytes, name: "mapping.json"))
public struct AuthZENMapping: Sendable {
    /// A property that becomes a fact of the request.
    struct PropertyRule: Sendable, Hashable {
        let property: UTF8Text
        let key: UTF8Text
    }

    /// What is known of one entity without being told, by property.
    typealias KnownProperties = [UTF8Text: ContextValue]

    /// A type of subject.
    struct SubjectType: Sendable {
        let principal: EntityTemplate
        /// What is asked for by each id; nil where ids are names themselves.
        let aliases: [UTF8Text: UTF8Text]?
        let properties: [PropertyRule]
        let known: [UTF8Text: KnownProperties]
    }

    /// What an action's name means for some types of resource.
    struct ActionRule: Sendable {
        let action: UTF8Text
        /// The types it is for; nil for all.
        let resourceTypes: Set<UTF8Text>?
        let properties: [PropertyRule]

        func concerns(_ type: UTF8Text) -> Bool { resourceTypes?.contains(type) ?? true }
    }

    /// A type of resource.
    struct ResourceType: Sendable {
        let resource: EntityTemplate
        let account: AccountID?
        let properties: [PropertyRule]
        let known: [UTF8Text: KnownProperties]
        /// Whether the directory's registered resources are of this type, where their names fit.
        let isRegistered: Bool

        /// Whether every resource of the type is listed somewhere, so that others do not exist.
        var isClosed: Bool { isRegistered || !known.isEmpty }
    }

    let subjects: [UTF8Text: SubjectType]
    let actions: [UTF8Text: [ActionRule]]
    /// The names of actions in the order of the file.
    let actionNames: [UTF8Text]
    let resources: [UTF8Text: ResourceType]
    let context: [PropertyRule]

    /// The longest file that is read.
    static let bytesMax = 16 << 20

    /// Reads a mapping.
    ///
    /// - Throws: ``InvalidDocument`` with every fault found.
    public init(reading source: SourceText) throws(InvalidDocument) {
        let document = try JSONDocument(reading: source, bytesMax: Self.bytesMax)
        var reader = AuthZENMappingReader()
        let mapping = reader.mapping(document.root)
        guard let mapping, reader.diagnostics.isEmpty else { throw InvalidDocument(reader.diagnostics) }
        self = mapping
    }

    init(
        subjects: [UTF8Text: SubjectType],
        actions: [(name: UTF8Text, rules: [ActionRule])],
        resources: [UTF8Text: ResourceType],
        context: [PropertyRule]
    ) {
        self.subjects = subjects
        self.actions = Dictionary(actions.map { ($0.name, $0.rules) }) { first, _ in first }
        actionNames = actions.map(\.name)
        self.resources = resources
        self.context = context
    }
}
