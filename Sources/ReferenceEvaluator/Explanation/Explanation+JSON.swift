import IdentityDirectory
public import PolicyLanguage
import Vocabulary

extension ReferenceDecision {
    /// The decision as JSON: `decision`, `decidedBy`, `snapshotVersion`, `error` (H1).
    ///
    /// - Parameter snapshotVersion: the revision of the policies that decided; a directory read once is the first.
    public func json(snapshotVersion: UInt64 = 1) -> JSONWriter.Value {
        .object(jsonMembers(snapshotVersion: snapshotVersion))
    }

    package func jsonMembers(snapshotVersion: UInt64) -> [(String, JSONWriter.Value?)] {
        [
            ("decision", .string(outcome.name)),
            (
                "decidedBy",
                layer.map { layer in
                    .object([
                        ("layer", .string(layer.name)),
                        ("policy", .text(statement?.policy)),
                        ("statement", (statement?.index).map { .integer(Int64($0)) }),
                        ("sid", .text(statement?.sid)),
                    ])
                }
            ),
            ("snapshotVersion", .integer(Int64(clamping: snapshotVersion))),
            ("error", (error?.description).map { .string($0) }),
        ]
    }
}

extension Explanation {
    /// The explanation as JSON.
    ///
    /// - Parameter includesAllStatements: whether statements whose action does not match are listed, too.
    public func json(includesAllStatements: Bool = false) -> JSONWriter.Value {
        .object(
            decision.jsonMembers(snapshotVersion: snapshotVersion) + [
                ("message", denialMessage.map { .string($0) }),
                ("blockedBy", .array(blockedBy.map { .string($0.name) })),
                ("scope", .string(scope.rawValue)),
                (
                    "request",
                    .object([
                        ("principal", .text(request.principal.displayName)),
                        ("action", .text(request.action)),
                        ("resource", .text(request.resource)),
                    ])
                ),
                ("layers", .array(layers.map { $0.json(includesAllStatements: includesAllStatements) })),
            ]
        )
    }
}

extension LayerExplanation {
    fileprivate func json(includesAllStatements: Bool) -> JSONWriter.Value {
        .object([
            ("layer", .string(layer.name)),
            ("level", .text(level)),
            ("state", .string(state.rawValue)),
            ("strength", layer == .resource && state == .allow ? .string(strength.name) : nil),
            ("statementCount", state == .notApplicable ? nil : .integer(Int64(statements.count))),
            (
                "statements",
                .array(statements.filter { includesAllStatements || $0.matchesAction }.map(\.json))
            ),
        ])
    }
}

extension StatementExplanation {
    fileprivate var json: JSONWriter.Value {
        let location = location
        return .object([
            ("policy", .text(policy.name)),
            ("carrier", .text(policy.carrier)),
            ("file", location.source.isEmpty ? nil : .string(location.source)),
            ("line", .integer(Int64(location.line))),
            ("column", .integer(Int64(location.column))),
            ("path", .string(statement.path)),
            ("sid", .text(statement.sid)),
            ("effect", .string(statement.effect == .allow ? "Allow" : "Deny")),
            ("principal", .string(principal.name)),
            ("principalName", .text(principalName)),
            ("action", .bool(matchesAction)),
            ("resource", .bool(matchesResource)),
            ("conditions", .array(conditions.map(\.json))),
            ("applies", .bool(applies)),
        ])
    }
}

extension ConditionExplanation {
    fileprivate var json: JSONWriter.Value {
        .object([
            ("operator", .string(condition.operator.description)),
            ("key", .text(condition.name)),
            ("values", .array(condition.operands.map { .text($0.text) })),
            ("resolvedValues", .array(resolvedValues.map { .text($0) ?? .null })),
            ("requestValue", requestJSON),
            ("holds", .bool(result.holds)),
            ("reason", .string(result.reason.rawValue)),
        ])
    }

    private var requestJSON: JSONWriter.Value {
        switch requestValue {
        case nil: .null
        case .single(let value): .text(value)
        case .multi(let values): .array(values.map { .text($0) })
        }
    }
}
