import Vocabulary

/// Patterns, and the context keys of their variables.
extension ImageVerifier {
    mutating func verifyKeys() throws(SnapshotFormatError) {
        let keys = view.header.keys
        guard try claim(.keys, keys, of: KeyRecord.self) else { return }
        var byteCount: UInt64 = 0
        for index in keys.indices {
            let key = view.load(KeyRecord.self, keys, index)
            let place = keys.offset + UInt32(index * MemoryLayout<KeyRecord>.stride)
            try verifyString(key.name, at: place)
            // Two tags and a plain key may share a text; more would make the pass longer than linear.
            byteCount += UInt64(key.name.count)
            try demand(byteCount <= 4 * UInt64(view.byteCount), at: place, "keys have texts of their own")
            let name = view.bytes(key.name)
            try demand(name.isLowercased && key.padding == 0, at: place, "keys are in lower case")
            let kind = FactKind(rawValue: key.fact)
            let isRight =
                switch kind {
                case .principalTag, .resourceTag: true
                default: kind == FactKind.source(of: name.text).kind
                }
            try demand(kind != nil && isRight, at: place, "a key says where its value comes from")
        }
    }

    /// A list of patterns; answers the steps of trying all (``StepBound``).
    mutating func verifyPatterns(_ list: ListRef) throws(SnapshotFormatError) -> ValueSteps {
        guard try claim(.patterns, list, of: PatternRecord.self) else {
            return ValueSteps(UInt64(regions.note(of: list)))
        }
        var steps = ValueSteps(0)
        for index in list.indices {
            let pattern = view.load(PatternRecord.self, list, index)
            let bound = try verify(
                pattern,
                at: list.offset + UInt32(index * MemoryLayout<PatternRecord>.stride)
            )
            steps += ValueSteps(bound.steps)
        }
        note(steps.single, of: list)
        return steps
    }

    /// Answers what the steps of the pattern depend on.
    mutating func verify(_ pattern: PatternRecord, at offset: UInt32) throws(SnapshotFormatError)
        -> PatternBound
    {
        switch PatternRecord.Kind(rawValue: pattern.kind) {
        case .everything:
            let isPlain = pattern.string == StringRef() && pattern.variables == 0
            try demand(isPlain, at: offset, "the pattern of everything has no text")
            return .everything
        case .exact, .prefix, .glob:
            try verifyString(pattern.string, at: offset)
            try demand(pattern.variables == 0, at: offset, "a plain pattern has no variables")
            let bytes = Int(pattern.count)
            return pattern.kind == PatternRecord.Kind.glob.rawValue
                ? .glob(bytes: bytes) : .literal(bytes: bytes)
        case .symbols:
            let variables = try verifySymbols(pattern, at: offset)
            return .symbols(
                count: Int(pattern.count),
                lookUps: lookUps(variables),
                hasVariables: !variables.isEmpty
            )
        case nil:
            try demand(false, at: offset, "a pattern has a known kind")
            return .everything
        }
    }

    /// The steps of finding the values of verified variables once.
    private func lookUps(_ variables: ListRef) -> UInt64 {
        variables.indices.reduce(0) { sum, index in
            let key = Int(view.load(VariableRecord.self, variables, index).key)
            let name = view.load(KeyRecord.self, view.header.keys, key).name
            return sum + StepBound.lookUp(keyBytes: Int(name.count))
        }
    }

    /// Symbols are bytes, wildcards and variables, which are numbered in their order; answers the variables.
    private mutating func verifySymbols(_ pattern: PatternRecord, at offset: UInt32)
        throws(SnapshotFormatError) -> ListRef
    {
        let symbols = ListRef(offset: pattern.offset, count: pattern.count)
        try demand(!symbols.isEmpty, at: offset, "a pattern of symbols has some")
        let isNew = try claim(.symbols, symbols, of: PatternSymbol.self)
        try demand(isNew, at: offset, "symbols belong to one pattern")
        var variableCount: UInt32 = 0
        for index in symbols.indices {
            let symbol = view.load(PatternSymbol.self, symbols, index)
            guard symbol.isVariable else {
                let isKnown = symbol.rawValue <= PatternSymbol.anyRunInPart.rawValue
                try demand(isKnown, at: symbols.offset, "a symbol is a byte, a wildcard or a variable")
                continue
            }
            let isNext = symbol.variableIndex == Int(variableCount)
            try demand(isNext, at: symbols.offset, "the variables of a pattern are numbered in order")
            variableCount += 1
        }
        let variables = ListRef(offset: pattern.variables, count: variableCount)
        try verifyVariables(variables)
        return variables
    }

    private mutating func verifyVariables(_ variables: ListRef) throws(SnapshotFormatError) {
        let isNew = try claim(.variables, variables, of: VariableRecord.self)
        try demand(isNew || variables.isEmpty, at: variables.offset, "variables belong to one pattern")
        for index in variables.indices {
            let variable = view.load(VariableRecord.self, variables, index)
            try verifyKeyIndex(variable.key, at: variables.offset)
            try verifyString(variable.defaultValue, at: variables.offset)
            let isConsistent =
                variable.hasDefault == 1 || variable.hasDefault == 0 && variable.defaultValue.isEmpty
            try demand(isConsistent, at: variables.offset, "a variable without a default has no text for it")
        }
    }

    func verifyKeyIndex(_ key: UInt32, at offset: UInt32) throws(SnapshotFormatError) {
        guard key < view.header.keys.count else {
            throw SnapshotFormatError(.bounds, at: Int(offset), "there is no key \(key)")
        }
    }
}
