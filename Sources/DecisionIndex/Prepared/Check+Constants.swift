import Vocabulary

extension Check {
    /// Drops the statements among the candidates from a position on that no resource, context or time can make
    /// apply: those with a condition on the caller or its credential that fails.
    ///
    /// Where an unreadable value is an error (E19), all stay, since one of their values may be such a value.
    mutating func dropWhatNeverApplies(from start: Int) {
        guard candidateCount <= Scratch.candidatesMax, !options.contains(.unparsableIsError),
            !request.head.isContextComplete
        else { return }
        let end = candidateCount
        candidateCount = start
        for index in start..<end {
            var candidate = scratch.candidate(index)
            let image = image(of: candidate)
            let statements = image[PolicyRecord.self, at: candidate.policy].statements
            var bits = candidate.statements
            while bits != 0 {
                let bit = bits.removeFirst()
                let conditions = image[StatementRecord.self, at: statements.record(bit)].conditions
                let fails = failsForever(conditions, in: image)
                // A pattern too large for the working memory fails the check that meets it, not this search.
                if fails, !isExhausted { candidate.statements &= ~(1 << UInt64(bit)) }
                isExhausted = false
            }
            candidate.denies &= candidate.statements
            if candidate.statements == 0 { continue }
            scratch.setCandidate(candidateCount, candidate)
            candidateCount += 1
        }
    }

    private mutating func failsForever(_ conditions: ListRef, in image: ImageView) -> Bool {
        for index in conditions.indices {
            let condition = image[ConditionRecord.self, conditions, index]
            if isConstant(condition, in: image), evaluate(condition, in: image) != .holds { return true }
        }
        return false
    }

    /// Whether a condition compares a fact of the caller with nothing but text of the policy.
    private mutating func isConstant(_ condition: ConditionRecord, in image: ImageView) -> Bool {
        let key = image[KeyRecord.self, image.header.keys, Int(condition.key)]
        guard let kind = FactKind(rawValue: key.fact), kind.isOfCaller else { return false }
        for index in condition.operands.indices {
            let operand = image[OperandRecord.self, condition.operands, index]
            if !isConstant(operand, in: image) { return false }
        }
        return true
    }

    private mutating func isConstant(_ operand: OperandRecord, in image: ImageView) -> Bool {
        switch OperandRecord.Kind(rawValue: operand.kind) {
        case .number, .date, .bool, .binary, .ip, .unreadable: return true
        case .pattern: return operand.pattern.hasNoVariable
        case .arn:
            let parts = ListRef(offset: operand.pattern.offset, count: operand.pattern.count)
            for index in parts.indices where !image[PatternRecord.self, parts, index].hasNoVariable {
                return false
            }
            return true
        case .boolVariable, nil: return false
        }
    }
}

extension PatternRecord {
    /// False for some patterns that have none, but need the automaton.
    fileprivate var hasNoVariable: Bool { kind != Kind.symbols.rawValue }
}

extension FactKind {
    /// Whether the fact is the same for every request of a caller with a credential.
    fileprivate var isOfCaller: Bool {
        switch self {
        case .principalARN, .principalAccount, .principalType, .userID, .userName, .principalOrganizationID,
            .principalOrganizationPaths, .principalIsAWSService, .principalServiceName,
            .principalServiceNames, .principalTag, .tokenIssueTime, .multiFactorAuthPresent,
            .multiFactorAuthAge, .sourceIdentity, .federatedProvider:
            true
        case .context, .currentTime, .epochTime, .resourceAccount, .resourceOrganizationID,
            .resourceOrganizationPaths, .resourceTag:
            false
        }
    }
}
