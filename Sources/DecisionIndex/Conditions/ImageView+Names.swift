extension ImageView {
    /// Whether a condition names a key that the predicate accepts: its own, or that of a variable in a value.
    func names(
        _ condition: ConditionRecord,
        where isWanted: (_ key: UInt32) -> Bool
    ) -> Bool {
        if isWanted(condition.key) { return true }
        for index in condition.operands.indices {
            let operand = self[OperandRecord.self, condition.operands, index]
            switch OperandRecord.Kind(rawValue: operand.kind) {
            case .pattern, .boolVariable:
                if names(operand.pattern, where: isWanted) { return true }
            case .arn:
                let parts = ListRef(offset: operand.pattern.offset, count: operand.pattern.count)
                for part in parts.indices
                where names(self[PatternRecord.self, parts, part], where: isWanted) {
                    return true
                }
            case .number, .date, .bool, .binary, .ip, .unreadable, nil: continue
            }
        }
        return false
    }

    /// Whether a pattern has a variable whose key the predicate accepts.
    func names(_ pattern: PatternRecord, where isWanted: (_ key: UInt32) -> Bool) -> Bool {
        guard pattern.kind == PatternRecord.Kind.symbols.rawValue else { return false }
        let symbols = ListRef(offset: pattern.offset, count: pattern.count)
        for index in symbols.indices {
            let symbol = load(PatternSymbol.self, symbols, index)
            guard symbol.isVariable else { continue }
            let offset =
                pattern.variables + UInt32(symbol.variableIndex * MemoryLayout<VariableRecord>.stride)
            if isWanted(load(VariableRecord.self, at: offset).key) { return true }
        }
        return false
    }
}
