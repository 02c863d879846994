import Portcullis

/// A request as a workload's file states it: everything, also facts of the credential and the time, in the
/// context.
public struct RequestDraft: Sendable {
    /// ARN of the caller.
    public var principal: String
    /// `service:Action`.
    public var action: String
    /// ARN of the resource.
    public var resource: String
    /// Values by key, in the order of the file.
    public var context: [(key: String, values: [String])]
    /// The answer stated with it; nil before anybody has decided.
    public var expected: Outcome?

    /// The request as one line of a file.
    var json: String {
        let context = context.map { (key: $0.key, value: JSONText.array($0.values.map(JSONText.string))) }
        return JSONText.object([
            ("principal", JSONText.string(principal)), ("action", JSONText.string(action)),
            ("resource", JSONText.string(resource)), ("context", JSONText.object(context)),
            ("expected", JSONText.string(expected.map(Self.word) ?? "")),
        ])
    }

    private static func word(_ outcome: Outcome) -> String {
        switch outcome {
        case .allow: "Allow"
        case .explicitDeny: "Deny"
        case .implicitDeny, .error: "ImplicitDeny"
        }
    }

    /// The request that a line of a file states.
    init(_ root: JSONValue) {
        func text(_ key: UTF8Text) -> String { root[key]?.text.description ?? "" }
        (principal, action, resource) = (text("principal"), text("action"), text("resource"))
        context =
            root["context"]?.members.map { key, value in
                let values = value.kind == .array ? value.elements.map(\.text) : [value.text]
                return (key.text.description, values.map(\.description))
            } ?? []
        let words: [Outcome] = [.allow, .explicitDeny, .implicitDeny]
        expected = words.first { Self.word($0) == text("expected") }
    }

    /// A request that is made, not read.
    public init(
        principal: String,
        action: String,
        resource: String,
        context: [(key: String, values: [String])]
    ) {
        (self.principal, self.action, self.resource, self.context) = (principal, action, resource, context)
    }
}
