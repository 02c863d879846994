import Portcullis

/// A statement as far as requests are made for it.
public struct StatementDraft: Sendable {
    /// One operator over one key.
    public struct Condition: Sendable {
        /// Such as `StringEquals`.
        public var operation: String
        /// The context key.
        public var key: String
        /// What the key's value is compared with.
        public var values: [String]
    }

    /// Whether it forbids.
    public var isDeny = false
    /// The patterns of `Action`, or of `NotAction`.
    public var actions: [String]
    /// Whether it concerns all actions but these.
    public var isNotAction = false
    /// The patterns of `Resource`, or of `NotResource`.
    public var resources: [String]
    /// Whether it concerns all resources but these.
    public var isNotResource = false
    /// All of them must hold.
    public var conditions: [Condition] = []

    /// An Allow without conditions.
    public init(actions: [String], resources: [String]) {
        (self.actions, self.resources) = (actions, resources)
    }

    /// The statement as JSON.
    func json(id: String) -> String {
        var members = [
            ("Sid", JSONText.string(id)), ("Effect", isDeny ? "\"Deny\"" : "\"Allow\""),
            (isNotAction ? "NotAction" : "Action", JSONText.oneOrMany(actions)),
            (isNotResource ? "NotResource" : "Resource", JSONText.oneOrMany(resources)),
        ]
        if !conditions.isEmpty {
            let operations = conditions.map { condition in
                let values = JSONText.oneOrMany(condition.values)
                return (key: condition.operation, value: JSONText.object([(condition.key, values)]))
            }
            members.append(("Condition", JSONText.object(operations)))
        }
        return JSONText.object(members.map { (key: $0.0, value: $0.1) })
    }

    /// What a statement of a document says.
    init(_ statement: JSONValue) {
        func texts(_ value: JSONValue?) -> [String]? {
            guard let value else { return nil }
            return (value.kind == .array ? value.elements.map(\.text) : [value.text]).map(\.description)
        }
        isDeny = statement["Effect"]?.text.equals("Deny") ?? false
        isNotAction = statement["NotAction"] != nil
        actions = texts(statement["Action"] ?? statement["NotAction"]) ?? []
        isNotResource = statement["NotResource"] != nil
        resources = texts(statement["Resource"] ?? statement["NotResource"]) ?? ["*"]
        for (operation, keys) in statement["Condition"]?.members.map({ ($0.key, $0.value) }) ?? [] {
            for (key, values) in keys.members {
                conditions.append(
                    Condition(
                        operation: operation.text.description,
                        key: key.text.description,
                        values: texts(values) ?? []
                    )
                )
            }
        }
    }
}

/// A policy as JSON, with what its statements say.
public struct PolicyDraft: Sendable {
    /// The last part of its ARN.
    public let id: String
    /// The document as JSON.
    public let document: String
    /// Its statements in order.
    public let statements: [StatementDraft]

    /// A policy of drafted statements.
    public init(id: String, _ statements: [StatementDraft]) {
        self.id = id
        self.statements = statements
        let texts = statements.enumerated().map { $1.json(id: "S\($0)") }
        document = JSONText.object([("Version", "\"2012-10-17\""), ("Statement", JSONText.array(texts))])
    }

    /// A policy that somebody else wrote.
    init(id: String, document: JSONValue) {
        self.id = id
        self.document = String(decoding: document.sourceBytes, as: UTF8.self)
        let statement = document["Statement"]
        let all = statement?.kind == .array ? statement.map { Array($0.elements) } : statement.map { [$0] }
        statements = (all ?? []).map { StatementDraft($0) }
    }
}

/// A role with managed policies and tags.
public struct PrincipalDraft: Sendable {
    /// Its ARN.
    public let arn: String
    /// Positions of its policies among the workload's.
    public let policies: [Int]
    /// Its tags by key.
    public let tags: [(key: String, value: String)]

    /// A role.
    public init(arn: String, policies: [Int], tags: [(key: String, value: String)]) {
        (self.arn, self.policies, self.tags) = (arn, policies, tags)
    }

    /// The value of the tag `team`, which every role of the made workloads has.
    var team: String { tags.first { $0.key == "team" }?.value ?? "" }
}
