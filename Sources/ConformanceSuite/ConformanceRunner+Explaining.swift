import PolicyLanguage
import ReferenceEvaluator
import Vocabulary

extension ConformanceRunner {
    /// Compares an explanation with the decision (H5) and with what a vector says about it (H1–H4).
    func judge(
        _ explanation: Explanation,
        of decision: ReferenceDecision,
        by vector: ConformanceVector
    ) throws(InvalidDocument) -> ConformanceResult.Verdict {
        let explained = explanation.decision
        if explained.outcome != decision.outcome || explained.layer != decision.layer {
            return .failed("is explained as \(explained.outcome.name), decided as \(decision.outcome.name)")
        }
        if let wanted = vector.json["expectBlockedBy"] {
            let layers = Set(wanted.elements.map { Self.layerName($0.text.description) })
            let blocking = Set(explanation.blockedBy.map(\.name))
            if layers != blocking {
                return .failed("expected blocked by \(layers.sorted()), was by \(blocking.sorted())")
            }
        }
        if let wanted = vector.json["expectExplain"] {
            let text = JSONWriter.text(explanation.json(includesAllStatements: true))
            let answer = try JSONDocument(reading: SourceText(text, name: "explanation")).root
            if !answer.says(wanted) { return .failed("expected another explanation than \(text)") }
        }
        return .passed
    }

    private static func layerName(_ name: String) -> String {
        switch name {
        case "pb": "boundary"
        case "vpce": "endpoint"
        default: name
        }
    }
}

extension ConformanceVector {
    /// What AWS allows of each thing, if the vector asks for it (B13).
    var quotas: PolicyQuotas? { json["quotas"]?.string?.equals("aws") == true ? .aws : nil }
}

extension JSONValue {
    /// Whether the value says all that another says.
    ///
    /// An object must have each member of the other, and must lack those that are `null` there. A list must have
    /// the other's elements in their order, perhaps with more between them; an empty list wants an empty one.
    func says(_ wanted: JSONValue) -> Bool {
        switch wanted.kind {
        case .object:
            return kind == .object
                && wanted.members.allSatisfy { key, value in
                    guard let own = self[key.text] else { return value.kind == .null }
                    return own.says(value)
                }
        case .array:
            guard kind == .array else { return false }
            var rest = elements
            var isEmpty = true
            for element in wanted.elements {
                isEmpty = false
                var isFound = false
                while !isFound, let own = rest.next() { isFound = own.says(element) }
                if !isFound { return false }
            }
            return !isEmpty || rest.next() == nil
        case .string, .number, .true, .false, .null:
            return kind == wanted.kind && text == wanted.text
        }
    }
}
