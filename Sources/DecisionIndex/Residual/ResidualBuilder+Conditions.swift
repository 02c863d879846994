import Vocabulary

extension ResidualBuilder {
    /// What must be true for a condition to hold, and for it to be an error (E19).
    struct ConditionOutcome {
        let holds: ResourceExpression
        let malformed: ResourceExpression

        init(_ verdict: Verdict) {
            holds = verdict == .holds ? .always : .never
            malformed = verdict == .malformed ? .always : .never
        }

        init(holds: ResourceExpression, malformed: ResourceExpression) {
            self.holds = holds
            self.malformed = malformed
        }
    }

    mutating func conditions(_ statement: UInt32, _ image: ImageView) -> [ConditionOutcome] {
        let list = image[StatementRecord.self, at: statement].conditions
        var outcomes: [ConditionOutcome] = []
        for index in list.indices {
            outcomes.append(outcome(image[ConditionRecord.self, list, index], image))
        }
        return outcomes
    }

    private mutating func outcome(_ record: ConditionRecord, _ image: ImageView) -> ConditionOutcome {
        guard let code = ConditionCode(rawValue: record.code) else { return ConditionOutcome(.malformed) }
        if isUnknown(record.key, image) {
            let condition = condition(record, code, .key(keyName(record.key, image)), image)
            return remaining(condition)
        }
        guard hasUnknownVariable(record, image), code != .null,
            let value = value(check.fact(record.key, in: image)),
            record.qualifier != 0 || value.isSingle
        else { return ConditionOutcome(check.evaluate(record, in: image)) }
        let condition = condition(record, code, .known(value), image)
        if case .single(let text) = value { return outcome(condition, text) }
        return remaining(condition)
    }

    private func remaining(_ condition: ResidualCondition) -> ConditionOutcome {
        let holds = condition.isForAnything
        return ConditionOutcome(
            holds: holds.map { $0 ? .always : .never } ?? .condition(condition),
            malformed: condition.canBeMalformed && holds == nil ? .unreadable(condition) : .never
        )
    }

    /// A known value that is compared with variables: whatever else it is compared with is decided here, and an
    /// equation with a bare variable is turned round, so that the key that is not known stands in front.
    private func outcome(_ condition: ResidualCondition, _ text: UTF8Text) -> ConditionOutcome {
        if case .unreadable = condition.read(text) {
            return ConditionOutcome(condition.verdict(RequestContext()))
        }
        let known = condition.operands.filter { $0.patterns.allSatisfy(\.variables.isEmpty) }
        if condition.with(operands: known).verdict(RequestContext()) == .holds, !condition.isNegated {
            return ConditionOutcome(.holds)
        }
        if condition.with(operands: known).verdict(RequestContext()) == .fails, condition.isNegated {
            return ConditionOutcome(.fails)
        }
        let open = condition.operands.filter { !$0.patterns.allSatisfy(\.variables.isEmpty) }
        let terms = open.map { operand in
            condition.turned(operand, text) ?? .condition(condition.with(operands: [operand]))
        }
        // E1: some value for a positive operator, none of them for a negated one.
        return ConditionOutcome(
            holds: condition.isNegated ? .all(of: terms) : .any(of: terms),
            malformed: .never
        )
    }

    private mutating func hasUnknownVariable(_ record: ConditionRecord, _ image: ImageView) -> Bool {
        var keys: [UInt32] = []
        _ = image.names(record) { key in
            keys.append(key)
            return false
        }
        var hasOne = false
        for key in keys where key != record.key && isUnknown(key, image) { hasOne = true }
        return hasOne
    }

    // MARK: Reading records

    private mutating func value(_ fact: Fact) -> ContextValue? {
        switch fact {
        case .absent: nil
        case .single(let view): .single(view.text)
        case .multi(let values): .multi((0..<values.count).map { check.value(values, $0).text })
        }
    }

    private mutating func condition(
        _ record: ConditionRecord,
        _ code: ConditionCode,
        _ subject: ResidualCondition.Subject,
        _ image: ImageView
    ) -> ResidualCondition {
        var operands: [ResidualCondition.Operand] = []
        for index in record.operands.indices {
            // A variable without a value equals nothing (E24).
            if let operand = operand(image[OperandRecord.self, record.operands, index], image) {
                operands.append(operand)
            }
        }
        return ResidualCondition(
            subject: subject,
            operands: operands,
            code: code,
            isNegated: record.isNegated == 1,
            ifExists: record.ifExists == 1,
            qualifier: record.qualifier,
            options: check.options.rawValue
        )
    }

    private mutating func operand(_ record: OperandRecord, _ image: ImageView) -> ResidualCondition.Operand? {
        let bytes = record.pattern.string
        switch OperandRecord.Kind(rawValue: record.kind) {
        case .pattern: return pattern(record.pattern, image).map { .text($0) }
        case .number:
            let exponent = Int(Int64(bitPattern: record.low))
            return .number(isNegative: record.extra == 1, digits: image.bytes(bytes).text, exponent: exponent)
        case .date:
            let date = Instant(seconds: Int64(bitPattern: record.low), nanoseconds: record.extra)
            return date.map { .date($0) } ?? .unreadable
        case .bool: return .bool(record.extra == 1)
        case .boolVariable: return pattern(record.pattern, image).map { .boolVariable($0) }
        case .binary: return .binary(Array(image.bytes(bytes).text.bytes))
        case .ip:
            let address = UInt128(record.high) << 64 | UInt128(record.low)
            let family: IPNetwork.Family = record.pattern.count == 4 ? .v4 : .v6
            let length = Int(record.extra)
            return .network(IPNetwork(family: family, address: address, prefixLength: length))
        case .arn:
            let list = ListRef(offset: record.pattern.offset, count: record.pattern.count)
            var parts: [TextPattern] = []
            for index in list.indices {
                guard let part = pattern(image[PatternRecord.self, list, index], image) else { return nil }
                parts.append(part)
            }
            return .arn(parts)
        case .unreadable, nil: return .unreadable
        }
    }
}

extension ContextValue {
    fileprivate var isSingle: Bool { if case .single = self { true } else { false } }
}

extension ResidualCondition {
    /// The answer where it is the same for every value of the key and for none; nil where it is not.
    fileprivate var isForAnything: Bool? {
        // `ForAllValues:Null` always holds and `ForAnyValue:Null` never (E5).
        code == .null && qualifier != 0 ? qualifier == ConditionRecord.forAllValues : nil
    }

    /// A known text compared with a bare variable, as a condition on the variable's key; nil for other operands.
    ///
    /// An absent key and a list of values are no match either way (E2, E6, E24).
    fileprivate func turned(_ operand: Operand, _ text: UTF8Text) -> ResourceExpression? {
        guard case .text(let pattern) = operand, pattern.symbols.count == 1,
            case .variable(let variable)? = pattern.symbols.first, variable.defaultValue == nil
        else { return nil }
        let ignoresCase = code == .stringEqualsIgnoreCase || code == .stringNotEqualsIgnoreCase
        let equation = ResidualCondition(
            subject: .key(variable.key),
            operands: [.text(.exact(text))],
            code: ignoresCase ? .stringEqualsIgnoreCase : .stringEquals,
            isNegated: false,
            ifExists: false,
            qualifier: 0,
            options: options
        )
        return isNegated ? .not(.condition(equation)) : .condition(equation)
    }
}
