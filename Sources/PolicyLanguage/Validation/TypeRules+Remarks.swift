import Vocabulary

extension TypeRules {
    /// Remarks on statements that are legal and often a mistake (B14).
    mutating func remark(on statement: Statement) {
        remarkOnNegations(statement)
        if type == .trust, statement.effect == .allow,
            statement.principal?.entries.contains(.everyone) == true
        {
            report(
                .publicTrust,
                "anybody may assume the role, as far as the conditions allow",
                at: statement,
                "Principal",
                .always
            )
        }
        for condition in statement.conditions {
            remark(on: condition, of: statement)
            let isOpen = condition.operator.qualifier == .forAllValues && !condition.operator.ifExists
            if statement.effect == .allow, isOpen, !statement.requiresPresence(of: condition.key) {
                report(
                    .forAllValuesAllow,
                    "`\(condition.operator)` holds when `\(condition.name)` is missing; add a `Null` condition",
                    at: condition,
                    of: statement
                )
            }
        }
    }

    /// Remarks on a key that its operator does not suit (E6, E11) or that names no tag.
    private mutating func remark(on condition: Condition, of statement: Statement) {
        let (name, key) = (condition.name, condition.key)
        if key.lacksTagName { report(.missingTagKey, "`\(name)` names no tag", at: condition, of: statement) }
        guard condition.operator.comparison != .null else { return }
        if let qualifier = condition.operator.qualifier {
            guard ContextKeyShape.isSingleValued(key) else { return }
            report(
                .singleValuedKey,
                "`\(name)` has one value, so `\(qualifier.rawValue):` is not meant for it",
                at: condition,
                of: statement
            )
        } else if ContextKeyShape.isMultiValued(key) {
            let when = condition.operator.ifExists ? "matches only a missing" : "never matches"
            report(
                .multiValuedKey,
                "`\(condition.operator)` \(when) `\(name)`, which has several values: "
                    + "use `ForAnyValue:` or `ForAllValues:`",
                at: condition,
                of: statement
            )
        }
    }

    private mutating func report(
        _ code: DiagnosticCode,
        _ message: @autoclosure () -> String,
        at condition: Condition,
        of statement: Statement
    ) {
        sink.report(
            code,
            message(),
            path: { "\(statement.path).Condition.\(condition.operator).\(condition.name)" },
            offset: condition.offset,
            .always
        )
    }

    private mutating func remarkOnNegations(_ statement: Statement) {
        guard statement.effect == .allow else { return }
        if case .notPrincipal = statement.principal {
            report(
                .allowNotPrincipal,
                "the statement grants to everybody who is not listed",
                at: statement,
                "NotPrincipal",
                .always
            )
        }
        // In a ceiling, listing what stays forbidden is the usual style and grants nothing.
        guard type == .identity || type == .resource || type == .session else { return }
        if case .notResource = statement.resource {
            report(
                .allowNotResource,
                "the statement grants on everything that is not listed",
                at: statement,
                "NotResource",
                .always
            )
        }
        if case .notAction = statement.action {
            report(
                .allowNotAction,
                "the statement grants every action that is not listed",
                at: statement,
                "NotAction",
                .always
            )
        }
    }
}

extension Statement {
    /// Whether `Null: false` demands the key.
    func requiresPresence(of key: UTF8Text) -> Bool {
        conditions.contains { condition in
            condition.operator.comparison == .null && condition.key == key
                && condition.operands.allSatisfy { $0.value == .bool(false) }
        }
    }
}
