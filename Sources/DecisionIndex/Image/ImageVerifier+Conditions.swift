import Vocabulary

/// Conditions and their operands.
extension ImageVerifier {
    /// Answers the steps of trying all (``StepBound``).
    mutating func verifyConditions(_ list: ListRef) throws(SnapshotFormatError) -> UInt64 {
        guard try claim(.conditions, list, of: ConditionRecord.self) else {
            return UInt64(regions.note(of: list))
        }
        var steps: UInt64 = 0
        for index in list.indices {
            let condition = view.load(ConditionRecord.self, list, index)
            let place = list.offset + UInt32(index * MemoryLayout<ConditionRecord>.stride)
            guard let code = ConditionCode(rawValue: condition.code) else {
                try demand(false, at: place, "a condition has a known operator")
                continue
            }
            let isKnown = condition.qualifier <= ConditionRecord.forAnyValue && condition.ifExists <= 1
            try demand(isKnown, at: place, "a condition has no unknown mark")
            let isNegated: UInt8 = code.isNegated ? 1 : 0
            try demand(condition.isNegated == isNegated, at: place, "an operator is negated as its name says")
            try verifyKeyIndex(condition.key, at: place)
            let key = view.load(KeyRecord.self, view.header.keys, Int(condition.key)).name
            steps += StepBound.condition(
                code,
                takesSeveral: condition.qualifier != 0,
                keyBytes: Int(key.count),
                operands: try verifyOperands(condition.operands, of: code)
            )
        }
        return note(steps, of: list)
    }

    /// Answers the steps of comparing a value with all.
    private mutating func verifyOperands(
        _ list: ListRef,
        of code: ConditionCode
    ) throws(SnapshotFormatError) -> ValueSteps {
        let isNew = try claim(.operands, list, of: OperandRecord.self)
        try demand(isNew || list.isEmpty, at: list.offset, "operands belong to one condition")
        var steps = ValueSteps(0)
        for index in list.indices {
            let operand = view.load(OperandRecord.self, list, index)
            let place = list.offset + UInt32(index * MemoryLayout<OperandRecord>.stride)
            guard let kind = OperandRecord.Kind(rawValue: operand.kind), code.takes(kind) else {
                try demand(false, at: place, "an operand is of the kind that its operator takes")
                continue
            }
            steps += try verify(operand, kind, of: code, at: place)
        }
        return steps
    }

    /// Answers the steps of comparing a value with it.
    private mutating func verify(
        _ operand: OperandRecord,
        _ kind: OperandRecord.Kind,
        of code: ConditionCode,
        at offset: UInt32
    ) throws(SnapshotFormatError) -> ValueSteps {
        var plain = operand
        var steps = ValueSteps(1)
        switch kind {
        case .pattern, .boolVariable:
            let isText = kind == .boolVariable || code.comparesWholeTexts
            let bound = try verify(operand.pattern, at: offset)
            steps = isText ? ValueSteps(bound.templateSteps) : ValueSteps(bound.steps)
            if isText { try verifyText(operand.pattern, at: offset) }
            plain.pattern = PatternRecord()
        case .number:
            try verifyNumber(operand, at: offset)
            steps = .number(digits: Int(operand.pattern.count))
            plain = OperandRecord(kind: operand.kind)
        case .date:
            let isDate = Instant(seconds: Int64(bitPattern: operand.low), nanoseconds: operand.extra) != nil
            try demand(isDate, at: offset, "a date is one")
            (plain.low, plain.extra) = (0, 0)
        case .bool:
            try demand(operand.extra <= 1, at: offset, "a truth value is one")
            plain.extra = 0
        case .binary:
            try verifyBytes(operand.pattern, at: offset)
            steps = .binary
            plain.pattern = PatternRecord()
        case .ip:
            try verifyNetwork(operand, at: offset)
            plain = OperandRecord(kind: operand.kind)
        case .arn:
            let parts = ListRef(offset: operand.pattern.offset, count: operand.pattern.count)
            try demand(
                parts.count == 6 || parts.count == 1,
                at: offset,
                "an ARN has six parts, or is a variable"
            )
            steps += try verifyPatterns(parts)
            (plain.pattern.offset, plain.pattern.count) = (0, 0)
        case .unreadable: break
        }
        let isPlain = plain.hasNothingButKind
        try demand(isPlain, at: offset, "an operand has no field that its kind does not use")
        return steps
    }

    /// Where whole texts are compared, patterns are bytes and variables.
    private func verifyText(_ pattern: PatternRecord, at offset: UInt32) throws(SnapshotFormatError) {
        if pattern.kind == PatternRecord.Kind.exact.rawValue { return }
        var isText = pattern.kind == PatternRecord.Kind.symbols.rawValue
        if isText {
            let symbols = ListRef(offset: pattern.offset, count: pattern.count)
            for index in symbols.indices {
                let symbol = view.load(PatternSymbol.self, symbols, index)
                if !symbol.isVariable, symbol.rawValue > 0xFF { isText = false }
            }
        }
        try demand(isText, at: offset, "a text has no wildcards")
    }

    private func verifyBytes(_ pattern: PatternRecord, at offset: UInt32) throws(SnapshotFormatError) {
        try verifyString(pattern.string, at: offset)
        let isExact = pattern.kind == PatternRecord.Kind.exact.rawValue && pattern.variables == 0
        try demand(isExact, at: offset, "bytes are bytes")
    }

    /// Digits without zeros at the ends, as many as a number may have.
    private func verifyNumber(_ operand: OperandRecord, at offset: UInt32) throws(SnapshotFormatError) {
        try verifyBytes(operand.pattern, at: offset)
        let digits = view.bytes(operand.pattern.string)
        let exponent = Int64(bitPattern: operand.low)
        var isNumber =
            operand.extra <= 1 && operand.high == 0 && digits.count <= Limits.decimalDigitsMax
            && exponent.magnitude <= UInt64(Limits.decimalDigitsMax * 2)
        if isNumber {
            for index in 0..<digits.count where !digits[index].isASCIIDigit { isNumber = false }
        }
        if isNumber, digits.count > 0 {
            isNumber = digits[0] != UInt8(ascii: "0") && digits[digits.count - 1] != UInt8(ascii: "0")
        } else if isNumber {
            isNumber = exponent == 0
        }
        try demand(isNumber, at: offset, "a number has digits and a power of ten")
    }

    private func verifyNetwork(_ operand: OperandRecord, at offset: UInt32) throws(SnapshotFormatError) {
        let isIPv4 = operand.pattern.count == 4
        let address = UInt128(operand.high) << 64 | UInt128(operand.low)
        let isPlaced =
            (isIPv4 || operand.pattern.count == 6) && operand.pattern.offset == 0
            && operand.pattern.variables == 0
            && operand.pattern.kind == PatternRecord().kind
        try demand(isPlaced, at: offset, "an address is IPv4 or IPv6")
        let isWithin = operand.extra <= (isIPv4 ? 32 : 128) && (!isIPv4 || address <= UInt128(UInt32.max))
        try demand(isWithin, at: offset, "an address and its prefix are those of its family")
        let network = IPNetwork(
            family: isIPv4 ? .v4 : .v6,
            address: address,
            prefixLength: Int(operand.extra)
        )
        try demand(network.address == address, at: offset, "a block has no bits after its prefix")
    }
}

extension OperandRecord {
    fileprivate var hasNothingButKind: Bool {
        extra == 0 && low == 0 && high == 0 && pattern.kind == PatternRecord().kind
            && pattern.string == StringRef()
            && pattern.variables == 0
    }
}

extension ConditionCode {
    /// Whether the operator says that a value must not compare so (E1, E3).
    var isNegated: Bool {
        switch self {
        case .stringNotEquals, .stringNotEqualsIgnoreCase, .stringNotLike, .numericNotEquals, .dateNotEquals,
            .notIpAddress, .arnNotEquals, .arnNotLike:
            true
        case .stringEquals, .stringEqualsIgnoreCase, .stringLike, .numericEquals, .numericLessThan,
            .numericLessThanEquals, .numericGreaterThan, .numericGreaterThanEquals, .dateEquals,
            .dateLessThan,
            .dateLessThanEquals, .dateGreaterThan, .dateGreaterThanEquals, .bool, .binaryEquals, .ipAddress,
            .arnEquals, .arnLike, .null:
            false
        }
    }

    /// Whether the operator compares without wildcards.
    var comparesWholeTexts: Bool {
        switch self {
        case .stringEquals, .stringNotEquals, .stringEqualsIgnoreCase, .stringNotEqualsIgnoreCase: true
        default: false
        }
    }

    /// Whether operands of a kind stand under the operator; what cannot be read stands under any.
    fileprivate func takes(_ kind: OperandRecord.Kind) -> Bool {
        if kind == .unreadable { return true }
        return switch self {
        case .stringEquals, .stringNotEquals, .stringEqualsIgnoreCase, .stringNotEqualsIgnoreCase,
            .stringLike,
            .stringNotLike:
            kind == .pattern
        case .numericEquals, .numericNotEquals, .numericLessThan, .numericLessThanEquals, .numericGreaterThan,
            .numericGreaterThanEquals:
            kind == .number
        case .dateEquals, .dateNotEquals, .dateLessThan, .dateLessThanEquals, .dateGreaterThan,
            .dateGreaterThanEquals:
            kind == .date
        case .bool: kind == .bool || kind == .boolVariable
        case .null: kind == .bool
        case .binaryEquals: kind == .binary
        case .ipAddress, .notIpAddress: kind == .ip
        case .arnEquals, .arnNotEquals, .arnLike, .arnNotLike: kind == .arn
        }
    }
}
