import Vocabulary

extension SnapshotBuilder {
    /// Writes a chunk: the record first, then what a check reads next, so that it lies on neighbouring lines.
    mutating func layOut(
        _ statements: [StatementPlan],
        policyIndex: UInt32,
        first: UInt32,
        _ name: UTF8Text
    ) -> (entry: PolicyEntry, steps: UInt64) {
        var record = PolicyRecord()
        record.policyIndex = policyIndex
        record.firstStatement = first
        var filter = ActionFilter(seed: header.seed)
        for (bit, statement) in statements.enumerated() {
            if statement.effect == .deny { record.denies |= 1 << UInt64(bit) }
            filter.add(statement.actions, bit: UInt64(1) << UInt64(bit))
        }
        record.negatedActions = filter.negated
        let offset = buffer.append(record)
        record.actionSlots = actionSlots(filter.exact)
        record.actionPatterns = actionPatterns(filter.patterns)
        let records = statements.map { layOut($0) }
        record.statements = buffer.append(list: records)
        record.name = buffer.string(name)
        buffer.store(record, at: Int(offset))
        let passes = StepBound.passCount(OptionBits(rawValue: header.options))
        return (
            PolicyEntry(policy: offset, serviceMask: filter.serviceMask, nameMask: filter.nameMask),
            filter.steps + passes * statements.reduce(0) { $0 + $1.steps }
        )
    }

    private mutating func actionSlots(_ exact: [(name: UTF8Text, statements: UInt64)]) -> ListRef {
        if exact.isEmpty { return ListRef() }
        var count = 2
        while count < exact.count * 3 / 2 + 1 { count *= 2 }
        var slots = [ActionSlot](repeating: ActionSlot(), count: count)
        for (name, statements) in exact {
            let hash = SeededHash.hash(name, seed: header.seed)
            var index = Int(UInt32(truncatingIfNeeded: hash)) & (count - 1)
            while slots[index].name.count != 0 { index = (index + 1) & (count - 1) }
            slots[index] = ActionSlot(
                name: buffer.string(name),
                tag: UInt32(truncatingIfNeeded: hash >> 32),
                statements: statements
            )
        }
        return buffer.append(list: slots)
    }

    private mutating func actionPatterns(_ patterns: [ActionFilter.Pattern]) -> ListRef {
        let records = patterns.map { pattern in
            let literal = pattern.plan.literalPrefix
            var record = ActionPatternRecord(
                pattern: layOut(pattern.plan.pattern),
                statements: pattern.statements
            )
            record.firstWord = literal.word(at: 0)
            record.firstMask = ActionKey.mask(bytes: literal.count)
            record.secondWord = literal.word(at: 8)
            record.secondMask = ActionKey.mask(bytes: literal.count - 8)
            if pattern.plan.isDecidedByWords { record.isDecidedByWords = 1 }
            return record
        }
        return buffer.append(list: records)
    }

    private mutating func layOut(_ plan: StatementPlan) -> StatementRecord {
        var record = StatementRecord()
        record.isDeny = plan.effect == .deny ? 1 : 0
        record.actionCount = UInt32(plan.actions.distinctCount)
        if case .negated(let actions) = plan.actions, !actions.isEmpty { record.isActionNegated = 1 }
        switch plan.resources {
        case .absent: record.resourceKind = StatementRecord.ElementKind.absent.rawValue
        case .positive(let patterns):
            record.resourceKind = StatementRecord.ElementKind.positive.rawValue
            record.resources = list(patterns)
        case .negated(let patterns):
            record.resourceKind = StatementRecord.ElementKind.negated.rawValue
            record.resources = list(patterns)
        }
        switch plan.principals {
        case .absent: record.principalKind = StatementRecord.ElementKind.absent.rawValue
        case .positive(let entries):
            record.principalKind = StatementRecord.ElementKind.positive.rawValue
            record.principals = list(entries)
        case .negated(let entries):
            record.principalKind = StatementRecord.ElementKind.negated.rawValue
            record.principals = list(entries)
        }
        record.conditions = list(plan.conditions)
        return record
    }

    private mutating func list(_ patterns: [PatternPlan]) -> ListRef {
        if let known = patternLists[patterns] { return known }
        let records = patterns.map { layOut($0) }
        let list = buffer.append(list: records)
        patternLists[patterns] = list
        return list
    }

    private mutating func list(_ entries: [PrincipalPlan]) -> ListRef {
        if let known = principalLists[entries] { return known }
        let records = entries.map { entry in
            let (kind, name): (PrincipalEntryRecord.Kind, UTF8Text) =
                switch entry {
                case .everyone: (.everyone, "")
                case .account(let id): (.account, id)
                case .arn(let arn): (.arn, arn)
                case .uniqueID(let id): (.uniqueID, id)
                case .service(let name): (.service, name)
                case .federated(let provider): (.federated, provider)
                case .canonicalUser(let id): (.canonicalUser, id)
                }
            return PrincipalEntryRecord(kind: kind.rawValue, name: buffer.string(name))
        }
        let list = buffer.append(list: records)
        principalLists[entries] = list
        return list
    }

    mutating func layOut(_ plan: PatternPlan) -> PatternRecord {
        switch plan {
        case .everything: return PatternRecord(kind: PatternRecord.Kind.everything.rawValue)
        case .exact(let text): return layOut(text, .exact)
        case .prefix(let text): return layOut(text, .prefix)
        case .glob(let text): return layOut(text, .glob)
        case .symbols(let symbols): return layOut(symbols)
        }
    }

    private mutating func layOut(_ text: UTF8Text, _ kind: PatternRecord.Kind) -> PatternRecord {
        let string = buffer.string(text)
        return PatternRecord(kind: kind.rawValue, offset: string.offset, count: string.count)
    }

    private mutating func layOut(_ symbols: [PatternPlan.Symbol]) -> PatternRecord {
        var records: [PatternSymbol] = []
        var variables: [VariableRecord] = []
        for symbol in symbols {
            switch symbol {
            case .literal(let byte): records.append(PatternSymbol(rawValue: UInt16(byte)))
            case .anyScalar: records.append(.anyScalar)
            case .anyRun: records.append(.anyRun)
            case .anyScalarInPart: records.append(.anyScalarInPart)
            case .anyRunInPart: records.append(.anyRunInPart)
            case .variable(let name, let defaultValue):
                records.append(PatternSymbol(rawValue: PatternSymbol.firstVariable + UInt16(variables.count)))
                variables.append(
                    VariableRecord(
                        key: key(name),
                        hasDefault: defaultValue == nil ? 0 : 1,
                        defaultValue: defaultValue.map { buffer.string($0) } ?? StringRef()
                    )
                )
            }
        }
        let list = buffer.append(list: records)
        return PatternRecord(
            kind: PatternRecord.Kind.symbols.rawValue,
            offset: list.offset,
            count: list.count,
            variables: buffer.append(list: variables).offset
        )
    }
}
