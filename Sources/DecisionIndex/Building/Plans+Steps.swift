import Vocabulary

// The bounds of plans; `ImageVerifier` counts the same from the records that they become.

extension PatternPlan {
    var bound: PatternBound {
        switch self {
        case .everything: .everything
        case .exact(let literal), .prefix(let literal): .literal(bytes: literal.count)
        case .glob(let glob): .glob(bytes: glob.count)
        case .symbols(let symbols):
            .symbols(
                count: symbols.count,
                lookUps: symbols.reduce(0) { $0 + $1.lookUp },
                hasVariables: symbols.contains { $0.lookUp > 0 }
            )
        }
    }
}

extension PatternPlan.Symbol {
    fileprivate var lookUp: UInt64 {
        guard case .variable(let key, _) = self else { return 0 }
        return StepBound.lookUp(keyBytes: FactKind.source(of: key).name.count)
    }
}

extension OperandPlan {
    fileprivate func steps(_ code: ConditionCode) -> ValueSteps {
        switch self {
        case .pattern(let plan):
            code.comparesWholeTexts
                ? ValueSteps(plan.bound.templateSteps) : ValueSteps(plan.bound.steps)
        case .boolVariable(let plan): ValueSteps(plan.bound.templateSteps)
        case .number(_, _, let digits): .number(digits: digits.count)
        case .binary: .binary
        case .arn(let parts): parts.reduce(into: ValueSteps(1)) { $0 += ValueSteps($1.bound.steps) }
        case .date, .bool, .ip, .unreadable: ValueSteps(1)
        }
    }
}

extension ConditionPlan {
    fileprivate var steps: UInt64 {
        StepBound.condition(
            code,
            takesSeveral: qualifier != .none,
            keyBytes: FactKind.source(of: key).name.count,
            operands: operands.reduce(into: ValueSteps(0)) { $0 += $1.steps(code) }
        )
    }
}

extension StatementPlan {
    /// The steps of trying the statement once.
    var steps: UInt64 {
        let patterns: [PatternPlan] =
            switch resources {
            case .absent: []
            case .positive(let patterns), .negated(let patterns): patterns
            }
        let entries: [PrincipalPlan] =
            switch principals {
            case .absent: []
            case .positive(let entries), .negated(let entries): entries
            }
        return 1 + patterns.reduce(0) { $0 + $1.bound.steps(text: StepBound.textBytes) }
            + entries.reduce(0) { $0 + StepBound.principal(bytes: $1.name.count) }
            + conditions.reduce(0) { $0 + $1.steps }
    }
}

extension PrincipalPlan {
    fileprivate var name: UTF8Text {
        switch self {
        case .everyone: ""
        case .account(let name), .arn(let name), .uniqueID(let name), .service(let name),
            .federated(let name), .canonicalUser(let name):
            name
        }
    }
}

extension ActionFilter {
    /// The steps of finding the statements that concern an action.
    var steps: UInt64 {
        let longest = exact.reduce(0) { max($0, $1.name.count) }
        return patterns.reduce(StepBound.exactActions(count: exact.count, longestBytes: longest)) {
            $0
                + StepBound.actionPattern(
                    $1.plan.pattern.bound,
                    isDecidedByWords: $1.plan.isDecidedByWords
                )
        }
    }
}

extension ActionPlan {
    /// Whether the first sixteen bytes say all.
    var isDecidedByWords: Bool {
        switch pattern {
        case .everything: true
        case .prefix(let text): text.count <= 16
        case .exact, .glob, .symbols: false
        }
    }
}
