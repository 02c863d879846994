import IdentityDirectory
import PolicyLanguage
import Vocabulary

/// Prints explanations for people.
public struct ExplanationText: Sendable {
    /// Whether to colour the output; for terminals.
    public var isColored: Bool
    /// Whether to list statements whose action does not match, too.
    public var showsAllStatements: Bool

    /// Plain text with the statements that concern the action, unless told otherwise.
    public init(isColored: Bool = false, showsAllStatements: Bool = false) {
        self.isColored = isColored
        self.showsAllStatements = showsAllStatements
    }

    /// The explanation, a line for each layer, statement and condition.
    public func render(_ explanation: Explanation) -> String {
        var lines = [headline(explanation)]
        if let message = explanation.denialMessage { lines.append("  " + message) }
        if !explanation.blockedBy.isEmpty {
            lines.append("  blocked by: " + explanation.blockedBy.map(\.policyPhrase).joined(separator: ", "))
        }
        lines.append("  \(scopeLine(explanation.scope))")
        for layer in explanation.layers { lines += self.lines(layer) }
        return lines.joined(separator: "\n") + "\n"
    }

    private func headline(_ explanation: Explanation) -> String {
        let decision = explanation.decision
        let by = decision.layer.map { " by \($0.policyPhrase)" } ?? ""
        let statement = decision.statement.map { statement in
            " \(statement.policy) statement \(statement.index)\(statement.sid.map { " (\($0))" } ?? "")"
        }
        return paint(decision.outcome.name, decision.outcome.isAllowed) + by + (statement ?? "")
    }

    private func scopeLine(_ scope: Explanation.Scope) -> String {
        switch scope {
        case .sameAccount: "principal and resource are in the same account"
        case .crossAccount: "principal and resource are in different accounts: both sides must allow"
        case .resourceOnly: "the caller belongs to no account: only the resource's policy can allow"
        }
    }

    private func lines(_ layer: LayerExplanation) -> [String] {
        let level = layer.level.map { " at \($0)" } ?? ""
        let strength = layer.layer == .resource && layer.state == .allow ? " (\(layer.strength.name))" : ""
        let state =
            layer.state == .notApplicable
            ? "not applicable" : paint(layer.state.rawValue, layer.state == .allow)
        let shown = layer.statements.filter { showsAllStatements || $0.matchesAction }
        let hidden = layer.statements.count - shown.count
        var lines = ["  \(layer.layer.policyPhrase)\(level): \(state)\(strength)"]
        for statement in shown { lines += self.lines(statement) }
        if hidden > 0 { lines.append("    \(hidden) statement\(hidden == 1 ? "" : "s") about other actions") }
        return lines
    }

    private func lines(_ explained: StatementExplanation) -> [String] {
        let statement = explained.statement
        let effect = statement.effect == .allow ? "Allow" : "Deny"
        let sid = statement.sid.map { " \($0)" } ?? ""
        var misses: [String] = []
        if explained.principal == .none { misses.append("principal") }
        if !explained.matchesAction { misses.append("action") }
        if !explained.matchesResource { misses.append("resource") }
        if !explained.conditions.allSatisfy(\.result.holds) { misses.append("condition") }
        let verdict = explained.applies ? "applies" : "does not apply: " + misses.joined(separator: ", ")
        let carrier = explained.policy.carrier.map { " of \($0)" } ?? ""
        let named = explained.principalName.map { ", names \($0) (\(explained.principal.name))" } ?? ""
        return [
            "    \(effect)\(sid) \(verdict)\(named)",
            "      \(explained.policy.name)\(carrier), \(explained.location), \(statement.path)",
        ] + explained.conditions.map(line)
    }

    private func line(_ explained: ConditionExplanation) -> String {
        let condition = explained.condition
        let values = zip(condition.operands, explained.resolvedValues).map { operand, resolved in
            guard let resolved else { return "\(operand.text) (unresolved)" }
            return resolved == operand.text ? "\(resolved)" : "\(operand.text) = \(resolved)"
        }
        let request =
            switch explained.requestValue {
            case nil: "absent"
            case .single(let value): "\"\(value)\""
            case .multi(let values): "[" + values.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
            }
        let mark = paint(explained.result.holds ? "holds" : "fails", explained.result.holds)
        return
            "      \(condition.operator) \(condition.name) [\(values.joined(separator: ", "))]: request has \(request); "
            + "\(mark) (\(explained.result.reason.rawValue))"
    }

    private func paint(_ word: String, _ isGood: Bool) -> String {
        isColored ? "\u{1B}[\(isGood ? 32 : 31)m\(word)\u{1B}[0m" : word
    }
}
