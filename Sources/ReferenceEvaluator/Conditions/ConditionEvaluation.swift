import PolicyLanguage
import Vocabulary

/// Decides conditions against the facts of a request (E1–E24).
struct ConditionEvaluation {
    let context: RequestContext
    let options: EvaluationOptions

    /// - Throws: ``RequestError`` for an unreadable value, where the options ask for it (E19).
    func evaluate(_ condition: Condition) throws(RequestError) -> ConditionResult {
        let value = context[folded: condition.key]
        if condition.operator.comparison == .null { return presence(condition, value) }
        guard let value else { return absence(condition.operator) }
        switch condition.operator.qualifier {
        case nil: return try single(condition, value)
        case .forAllValues: return try forAllValues(condition, value.values)
        case .forAnyValue: return try forAnyValue(condition, value.values)
        }
    }

    /// E5: `true` demands absence, `false` presence; an empty list counts as absent.
    private func presence(_ condition: Condition, _ value: ContextValue?) -> ConditionResult {
        switch condition.operator.qualifier {
        case .forAllValues: return ConditionResult(true, .presence)
        case .forAnyValue: return ConditionResult(false, .presence)
        case nil: break
        }
        let isAbsent = value.map(\.values.isEmpty) ?? true
        return ConditionResult(condition.operands.contains { $0.value == .bool(isAbsent) }, .presence)
    }

    /// What a missing key means: E4, then E7 and E8, then E2 and E3.
    private func absence(_ conditionOperator: ConditionOperator) -> ConditionResult {
        let holds =
            if conditionOperator.ifExists {
                conditionOperator.qualifier == .forAnyValue ? options.forAnyValueIfExistsMissing : true
            } else {
                switch conditionOperator.qualifier {
                case .forAllValues: true
                case .forAnyValue: false
                case nil: conditionOperator.comparison.isNegated
                }
            }
        return ConditionResult(holds, holds ? .matchedBecauseMissing : .missingKey)
    }

    /// E6: an operator without a set qualifier reads single-valued keys only.
    private func single(_ condition: Condition, _ value: ContextValue) throws(RequestError) -> ConditionResult
    {
        switch value {
        case .single(let text): try base(condition, text)
        case .multi: ConditionResult(false, .multiWithoutSetOperator)
        }
    }

    /// E7, E9: every value of the request satisfies the base operator.
    private func forAllValues(_ condition: Condition, _ values: [UTF8Text]) throws(RequestError)
        -> ConditionResult
    {
        for value in values {
            let result = try base(condition, value)
            if !result.holds { return result }
        }
        return ConditionResult(true, values.isEmpty ? .matchedBecauseMissing : .matched)
    }

    /// E8, E9: some value of the request satisfies the base operator.
    private func forAnyValue(_ condition: Condition, _ values: [UTF8Text]) throws(RequestError)
        -> ConditionResult
    {
        var last = ConditionResult(false, .missingKey)
        for value in values {
            last = try base(condition, value)
            if last.holds { return last }
        }
        return last
    }

    /// E1: a positive operator wants some policy value to match, a negated one wants none to.
    private func base(_ condition: Condition, _ text: UTF8Text) throws(RequestError) -> ConditionResult {
        let comparison = condition.operator.comparison
        guard let value = RequestValue(text, as: comparison.operandKind) else {
            if options.unparsableRequestValue == .error, comparison.operandKind != .arn {
                throw RequestError(.unparsableValue, in: .context, key: condition.name)
            }
            return ConditionResult(comparison.isNegated, .typeError)
        }
        var matchesSome = false
        var isUnresolved = false
        for operand in condition.operands {
            switch compare(value, operand.value, comparison) {
            case true?: matchesSome = true
            case false?: break
            case nil: isUnresolved = true
            }
        }
        let holds = matchesSome != comparison.isNegated
        if isUnresolved, !matchesSome { return ConditionResult(holds, .unresolvedVariable) }
        return ConditionResult(holds, holds ? .matched : .notEqual)
    }
}
