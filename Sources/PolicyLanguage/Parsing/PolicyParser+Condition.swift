import Vocabulary

extension PolicyParser {
    mutating func conditions(_ block: JSONValue, effect: Effect) -> [Condition] {
        guard block.kind == .object else {
            sink.report(.schemaType, "`Condition` must be an object of operators", at: block)
            return []
        }
        var conditions: [Condition] = []
        var operators: Set<String> = []
        for (name, keys) in block.members {
            guard let `operator` = conditionOperator(name, effect: effect, into: &conditions) else {
                continue
            }
            if !operators.insert(`operator`.description).inserted {
                sink.report(
                    .duplicateKey,
                    "operator `\(`operator`)` stands twice (names ignore case)",
                    at: name
                )
            }
            conditions += self.conditions(of: `operator`, keys)
        }
        return conditions
    }

    /// Reads an operator's name.
    ///
    /// In lenient modes an unknown one makes an Allow false and is dropped from a Deny, so that both fail
    /// closed (B11).
    private mutating func conditionOperator(
        _ name: JSONValue,
        effect: Effect,
        into conditions: inout [Condition]
    ) -> ConditionOperator? {
        guard let `operator` = ConditionOperator(name.text) else {
            sink.report(.conditionOperator, "`\(name.text)` is not a condition operator", at: name, .lenient)
            if effect == .allow { conditions.append(.never(at: name)) }
            return nil
        }
        if `operator`.comparison == .null, `operator`.ifExists {
            sink.report(.conditionOperator, "`Null` cannot be combined with `IfExists`", at: name)
        }
        if `operator`.qualifier == .forAnyValue, `operator`.ifExists {
            sink.report(
                .forAnyValueIfExists,
                "`\(`operator`)` holds when the key is missing",
                at: name,
                .always
            )
        }
        return `operator`
    }

    private mutating func conditions(of conditionOperator: ConditionOperator, _ keys: JSONValue)
        -> [Condition]
    {
        guard keys.kind == .object else {
            sink.report(.schemaType, "`\(conditionOperator)` must be an object of condition keys", at: keys)
            return []
        }
        var seen: Set<UTF8Text> = []
        return keys.members.map { key, values in
            let folded = key.text.asciiLowercased
            if !seen.insert(folded).inserted {
                sink.report(.duplicateKey, "key `\(key.text)` stands twice (names ignore case)", at: key)
            }
            if key.text.isEmpty || key.text.containsControlCharacter {
                sink.report(.conditionKey, "a condition key must be a name", at: key)
            }
            let items = values.kind == .array ? Array(values.elements) : [values]
            let operands = items.compactMap { operand($0, conditionOperator) }
            if items.isEmpty { reportEmptyList(values, conditionOperator) }
            return Condition(
                operator: conditionOperator,
                name: key.text,
                key: folded,
                operands: operands,
                offset: key.offset
            )
        }
    }

    private mutating func reportEmptyList(_ values: JSONValue, _ conditionOperator: ConditionOperator) {
        if conditionOperator.comparison.isNegated {
            sink.report(
                .conditionEmpty,
                "an empty list under `\(conditionOperator)` would always match",
                at: values,
                .permissive
            )
        } else {
            sink.report(.neverApplies, "an empty list matches no value", at: values, .always)
        }
    }

    // MARK: Operands

    private mutating func operand(_ value: JSONValue, _ conditionOperator: ConditionOperator) -> Operand? {
        switch value.kind {
        case .string, .number, .true, .false:
            return Operand(text: value.text, value: operandValue(value, conditionOperator))
        case .null, .array, .object:
            sink.report(.schemaType, "a condition value must be a string, number or boolean", at: value)
            return nil
        }
    }

    private mutating func operandValue(_ value: JSONValue, _ conditionOperator: ConditionOperator)
        -> OperandValue
    {
        let text = value.text
        switch conditionOperator.comparison.operandKind {
        case .string:
            let template = template(text, .literal, at: value)
            if template?.pieces == nil, text.firstOffset(of: UInt8(ascii: "*")) != nil {
                sink.report(
                    .wildcardWithoutLike,
                    "`\(conditionOperator)` compares `*` literally",
                    at: value,
                    .always
                )
            }
            return template.map { .string($0) } ?? .unreadable
        case .pattern:
            return template(text, .anywhere, at: value).map { .pattern($0) } ?? .unreadable
        case .arn:
            return arnOperand(value)
        case .bool:
            return boolOperand(value, allowsVariable: conditionOperator.comparison == .bool)
        case .number:
            return typed(value, ExactDecimal(text).map { .number($0) }, .conditionNumber, "a decimal number")
        case .date:
            let instant = Instant(text)
            if let instant, !instant.isInCalendar {
                sink.report(.conditionDate, "`\(text)` lies beyond the year 9999", at: value, .permissive)
            }
            return typed(value, instant.map { .date($0) }, .conditionDate, "a date or epoch seconds")
        case .ip:
            return typed(value, IPNetwork(text).map { .ip($0) }, .conditionIP, "an IP address or CIDR block")
        case .binary:
            return typed(value, Base64.decode(text).map { .binary($0) }, .conditionBinary, "base64")
        }
    }

    private mutating func typed(
        _ value: JSONValue,
        _ parsed: OperandValue?,
        _ code: DiagnosticCode,
        _ kind: String
    ) -> OperandValue {
        if let parsed { return parsed }
        let shown = value.text.count > 80 ? value.text[0..<80].description + "…" : value.text.description
        sink.report(code, "`\(shown)` is not \(kind)", at: value, .permissive)
        return .unreadable
    }

    private mutating func boolOperand(_ value: JSONValue, allowsVariable: Bool) -> OperandValue {
        let folded = value.text.asciiLowercased
        if folded.equals("true") { return .bool(true) }
        if folded.equals("false") { return .bool(false) }
        if allowsVariable, expandsVariables, value.text.begins(with: "${"),
            let template = template(value.text, .literal, at: value)
        {
            return .boolVariable(template)
        }
        return typed(value, nil, .conditionBool, "`true` or `false`")
    }

    private mutating func arnOperand(_ value: JSONValue) -> OperandValue {
        let text = value.text
        if text.arnPatternParts.count == 6 { return arnTemplate(text.arnPatternParts, at: value) }
        // `*` alone is common in practice and plainly means any ARN.
        if text.equals("*") { return arnTemplate(Array(repeating: text, count: 6), at: value) }
        if expandsVariables, text.containsVariable {
            guard let template = template(text, .anywhere, at: value) else { return .unreadable }
            if !template.hasWildcard { return .arn(ARNTemplate(parts: [template])) }
            // Which part the wildcard is in depends on the value, and it may leave none (E18).
            let message = "`\(text)` has a wildcard beside a variable, and not the six parts of an ARN"
            sink.report(.conditionARN, message, at: value)
            return .unreadable
        }
        sink.report(.conditionARN, "`\(text)` is not an ARN pattern of six parts", at: value, .lenient)
        return .unreadable
    }

    private mutating func arnTemplate(_ parts: [UTF8Text], at value: JSONValue) -> OperandValue {
        let templates = parts.compactMap { template($0, .anywhere, at: value) }
        return templates.count == parts.count ? .arn(ARNTemplate(parts: templates)) : .unreadable
    }

    /// Reads a text that may hold variables, noting what is wrong with it.
    mutating func template(
        _ text: UTF8Text,
        _ syntax: WildcardSyntax,
        at value: JSONValue
    ) -> PatternTemplate? {
        if !expandsVariables, text.containsVariable {
            sink.report(
                .inertVariable,
                "`${…}` is plain text without `\"Version\": \"2012-10-17\"`",
                at: value,
                .always
            )
        }
        do throws(PatternTemplate.Fault) {
            let template = try PatternTemplate(text, syntax, expandsVariables: expandsVariables)
            for variable in template.variables where variable.key.lacksTagName {
                sink.report(.missingTagKey, "`${\(variable.name)}` names no tag", at: value, .always)
            }
            return template
        } catch {
            switch error {
            case .unclosedVariable: sink.report(.variableForm, "a variable is not closed", at: value)
            case .malformedVariable(let body):
                sink.report(.variableForm, "`${\(body)}` is not a variable", at: value)
            case .tooLong:
                sink.report(.wildcardLimit, "a pattern is longer than \(Limits.patternBytesMax)", at: value)
            case .tooManyWildcards: sink.report(.wildcardLimit, "a pattern has too many wildcards", at: value)
            case .tooManyVariables: sink.report(.wildcardLimit, "a pattern has too many variables", at: value)
            }
            return nil
        }
    }
}

extension Condition {
    /// A condition that nothing satisfies: no values under an operator that needs one.
    static func never(at name: JSONValue) -> Condition {
        Condition(
            operator: .never,
            name: name.text,
            key: name.text.asciiLowercased,
            operands: [],
            offset: name.offset
        )
    }
}

extension ConditionOperator {
    static let never = ConditionOperator(comparison: .stringEquals)

    private init(comparison: Comparison) {
        self.comparison = comparison
        qualifier = nil
        ifExists = false
    }
}

extension UTF8Text {
    var containsVariable: Bool {
        guard let dollar = firstOffset(of: UInt8(ascii: "$")) else { return false }
        return (dollar..<count).contains {
            self[$0] == UInt8(ascii: "$") && $0 + 1 < count && self[$0 + 1] == UInt8(ascii: "{")
        }
    }

    /// The parts of an ARN pattern, split at the first five colons that lie outside variables.
    var arnPatternParts: [UTF8Text] {
        var parts: [UTF8Text] = []
        var start = 0
        var isInVariable = false
        for offset in 0..<count {
            if self[offset] == UInt8(ascii: "{"), offset > 0, self[offset - 1] == UInt8(ascii: "$") {
                isInVariable = true
            }
            if self[offset] == UInt8(ascii: "}") { isInVariable = false }
            if self[offset] == UInt8(ascii: ":"), !isInVariable, parts.count < 5 {
                parts.append(self[start..<offset])
                start = offset + 1
            }
        }
        parts.append(dropFirst(start))
        return parts
    }
}
