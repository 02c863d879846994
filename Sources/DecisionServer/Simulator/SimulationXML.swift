import Portcullis
import PolicySimulation

extension XMLText {
    /// One element of `EvaluationResults`.
    mutating func add(_ result: SimulationResult) {
        element("EvalActionName", result.action.description)
        let name = result.resources.count == 1 ? result.resources[0].resource : "*"
        element("EvalResourceName", name.description)
        element("EvalDecision", result.outcome.decision.rawValue)
        addDetails(of: result.outcome)
        if let isAllowed = result.outcome.isAllowedByOrganization {
            element("OrganizationsDecisionDetail") { $0.element("AllowedByOrganizations", isAllowed) }
        }
        guard !result.resources.isEmpty else { return }
        list("ResourceSpecificResults", result.resources) { xml, entry in
            xml.element("EvalResourceName", entry.resource.description)
            xml.element("EvalResourceDecision", entry.outcome.decision.rawValue)
            xml.addDetails(of: entry.outcome)
        }
    }

    private mutating func addDetails(of outcome: SimulationOutcome) {
        list("MatchedStatements", outcome.statements) { $0.add($1) }
        list("MissingContextValues", outcome.missingKeys.map(\.description))
        if let isAllowed = outcome.isAllowedByBoundary {
            element("PermissionsBoundaryDecisionDetail") {
                $0.element("AllowedByPermissionsBoundary", isAllowed)
            }
        }
        guard let layers = outcome.layers else { return }
        element("EvalDecisionDetails") { xml in
            for layer in SimulationLayer.allCases {
                guard let decision = layers[layer] else { continue }
                xml.element("entry") { entry in
                    entry.element("key", layer.rawValue)
                    entry.element("value", decision.rawValue)
                }
            }
        }
    }

    private mutating func add(_ statement: SimulationStatement) {
        element("SourcePolicyId", statement.policy)
        element("SourcePolicyType", statement.source.rawValue)
        add(statement.span.start, as: "StartPosition")
        add(statement.span.end, as: "EndPosition")
    }

    private mutating func add(_ position: StatementSpan.Position, as name: String) {
        element(name) { xml in
            xml.element("Line", String(position.line))
            xml.element("Column", String(position.column))
        }
    }
}
