import IdentityDirectory
import PolicyLanguage
import ReferenceEvaluator
import Testing
import Vocabulary

/// One condition on `app:key`, what the request holds under it, and the result with its reason.
struct ConditionCase: Sendable, CustomTestStringConvertible {
    let name: String
    let values: String
    let request: ContextValue?
    let holds: Bool
    let reason: ConditionResult.Reason
    var options = EvaluationOptions()
    /// Other keys of the request.
    var context: [UTF8Text: ContextValue] = [:]

    /// - Parameters:
    ///   - name: the operator.
    ///   - values: the policy's values as JSON.
    init(
        _ name: String,
        _ values: String,
        _ request: ContextValue?,
        _ holds: Bool,
        _ reason: ConditionResult.Reason
    ) {
        self.name = name
        self.values = values
        self.request = request
        self.holds = holds
        self.reason = reason
    }

    var testDescription: String {
        let held = request.map { "\($0.values.map(\.description))" } ?? "absent"
        return "\(name) \(values) with \(held): \(holds), \(reason.rawValue)"
    }

    /// What the explanation says of the condition.
    func result() throws -> ConditionResult {
        let condition = #"{"\#(name)": {"app:Key": \#(values)}}"#
        var scene = Scene(context: context, identity: [allow(when: condition)], options: options)
        scene.context["app:key"] = request
        let explained = try scene.explain().layers.first { $0.layer == .identity }?.statements.first
        let result = try #require(explained?.conditions.first?.result)
        #expect(try scene.decide().outcome.isAllowed == result.holds)
        return result
    }

    /// The case with some of it changed.
    func with(_ change: (inout ConditionCase) -> Void) -> ConditionCase {
        var copy = self
        change(&copy)
        return copy
    }
}

/// A single-valued key.
func one(_ value: UTF8Text) -> ContextValue { .single(value) }
/// A multi-valued key.
func list(_ values: UTF8Text...) -> ContextValue { .multi(values) }
