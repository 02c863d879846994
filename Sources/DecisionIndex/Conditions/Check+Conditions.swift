import Vocabulary

/// Whether a condition holds, or that the request cannot be read.
enum Verdict {
    case holds, fails, malformed

    init(_ holds: Bool) { self = holds ? .holds : .fails }
}

extension Check {
    /// Whether all conditions of a statement hold (E1).
    mutating func evaluate(_ conditions: ListRef, in image: ImageView) -> Verdict {
        for index in conditions.indices {
            let condition = image[ConditionRecord.self, conditions, index]
            let verdict = quickVerdict(condition, in: image) ?? evaluate(condition, in: image)
            if verdict != .holds { return verdict }
        }
        return .holds
    }

    /// Whether one condition holds.
    mutating func evaluate(_ condition: ConditionRecord, in image: ImageView) -> Verdict {
        guard let code = ConditionCode(rawValue: condition.code) else { return .malformed }
        let fact = fact(condition.key, in: image)
        if code == .null { return Verdict(presence(condition, fact, image)) }
        switch (fact, condition.qualifier) {
        case (.absent, _): return Verdict(absence(condition))
        case (.single(let value), _):
            let verdict = base(condition, code, value, image)
            if code.comparesARNs, image.isSame(as: self.image) { latestARN.key = condition.key }
            return verdict
        case (.multi, 0): return .fails  // E6
        case (.multi(let values), ConditionRecord.forAllValues):
            return forAllValues(condition, code, values, image)
        case (.multi(let values), _): return forAnyValue(condition, code, values, image)
        }
    }

    /// E5: `true` demands absence, `false` presence; an empty list counts as absent.
    private mutating func presence(_ condition: ConditionRecord, _ fact: Fact, _ image: ImageView) -> Bool {
        if condition.qualifier != 0 { return condition.qualifier == ConditionRecord.forAllValues }
        let isAbsent =
            switch fact {
            case .absent: true
            case .single: false
            case .multi(let values): values.count == 0
            }
        for index in condition.operands.indices {
            let operand = image.load(OperandRecord.self, condition.operands, index)
            if operand.kind == OperandRecord.Kind.bool.rawValue, (operand.extra == 1) == isAbsent {
                return true
            }
        }
        return false
    }

    /// E4, then E7 and E8, then E2 and E3.
    private mutating func absence(_ condition: ConditionRecord) -> Bool {
        if condition.ifExists == 1 {
            return condition.qualifier != ConditionRecord.forAnyValue
                || !options.contains(.forAnyValueIfExistsFails)
        }
        switch condition.qualifier {
        case 0: return condition.isNegated == 1
        default: return condition.qualifier == ConditionRecord.forAllValues
        }
    }

    /// E7, E9.
    private mutating func forAllValues(
        _ condition: ConditionRecord,
        _ code: ConditionCode,
        _ values: MultiFact,
        _ image: ImageView
    ) -> Verdict {
        for index in 0..<values.count {
            let verdict = base(condition, code, value(values, index), image)
            if verdict != .holds { return verdict }
        }
        return .holds
    }

    /// E8, E9.
    private mutating func forAnyValue(
        _ condition: ConditionRecord,
        _ code: ConditionCode,
        _ values: MultiFact,
        _ image: ImageView
    ) -> Verdict {
        for index in 0..<values.count {
            let verdict = base(condition, code, value(values, index), image)
            if verdict != .fails { return verdict }
        }
        return .fails
    }

    /// E1: a positive operator wants some policy value to match, a negated one wants none to.
    private mutating func base(
        _ condition: ConditionRecord,
        _ code: ConditionCode,
        _ text: ByteView,
        _ image: ImageView
    ) -> Verdict {
        let value = code.comparesARNs ? arn(text) : TypedValue(text, for: code)
        if case .unreadable = value {
            if options.contains(.unparsableIsError), !code.comparesARNs { return .malformed }
            return Verdict(condition.isNegated == 1)
        }
        for index in condition.operands.indices {
            let operand = image[OperandRecord.self, condition.operands, index]
            if compare(value, text, operand, code, image) { return Verdict(condition.isNegated == 0) }
        }
        return Verdict(condition.isNegated == 1)
    }

    /// The colons of an ARN, searched for once where several conditions ask about one key.
    private mutating func arn(_ text: ByteView) -> TypedValue {
        if !text.isSame(as: latestARN.text) { latestARN = LatestARN(text) }
        return latestARN.colons.map { .arn($0) } ?? .unreadable
    }

    /// The verdict of a condition on the ARN that conditions compared last: guardrails ask about the caller's
    /// again and again.
    ///
    /// Nil where that is another key or there is more to the condition.
    @inline(__always)
    private mutating func quickVerdict(_ condition: ConditionRecord, in image: ImageView) -> Verdict? {
        guard condition.qualifier == 0, condition.code >= ConditionCode.arnEquals.rawValue,
            condition.code <= ConditionCode.arnNotLike.rawValue, let colons = latestARN.colons,
            latestARN.key == condition.key, image.isSame(as: self.image)
        else { return nil }
        let text = latestARN.text
        for index in condition.operands.indices {
            let operand = image[OperandRecord.self, condition.operands, index]
            if operand.kind == OperandRecord.Kind.arn.rawValue, matches(text, colons, operand, image) {
                return Verdict(condition.isNegated == 0)
            }
        }
        return Verdict(condition.isNegated == 1)
    }

    /// Whether a value compares with one policy value as the positive form of the operator wants; a variable
    /// without a value matches nothing (E24).
    private mutating func compare(
        _ value: TypedValue,
        _ text: ByteView,
        _ operand: OperandRecord,
        _ code: ConditionCode,
        _ image: ImageView
    ) -> Bool {
        switch (value, OperandRecord.Kind(rawValue: operand.kind)) {
        case (.text, .pattern):
            if code == .stringLike || code == .stringNotLike {
                return matches(operand.pattern, text, in: image)
            }
            let ignoresCase = code == .stringEqualsIgnoreCase || code == .stringNotEqualsIgnoreCase
            return equals(operand.pattern, text, ignoringCase: ignoresCase, in: image)
        case (.number(let shape), .number): return isOrdered(order(text, shape, operand, image), code)
        case (.date(let date), .date): return isOrdered(order(date, operand), code)
        case (.bool(let bool), .bool): return bool == (operand.extra == 1)
        case (.bool(let bool), .boolVariable): return equals(bool, operand.pattern, image)
        case (.binary, .binary): return decodes(text, to: image.bytes(operand.pattern.string))
        case (.ip(let address), .ip): return contains(operand, address)
        case (.arn(let colons), .arn): return matches(text, colons, operand, image)
        default: return false
        }
    }

    /// E20: `Bool` may compare with a variable.
    private mutating func equals(_ bool: Bool, _ pattern: PatternRecord, _ image: ImageView) -> Bool {
        equals(pattern, fixed(bool ? .true : .false), ignoringCase: true, in: image)
    }

    private mutating func order(
        _ text: ByteView,
        _ shape: DecimalShape,
        _ operand: OperandRecord,
        _ image: ImageView
    ) -> ValueOrder {
        let digits = image.bytes(operand.pattern.string)
        let other = DecimalShape(
            isNegative: operand.extra == 1,
            exponent: Int(Int64(bitPattern: operand.low)),
            digits: 0..<digits.count
        )
        return text.withSpan { text in
            digits.withSpan { digits in shape.order(in: text, to: other, in: digits) }
        }
    }

    private mutating func order(_ date: Instant, _ operand: OperandRecord) -> ValueOrder {
        let (seconds, nanoseconds) = (Int64(bitPattern: operand.low), operand.extra)
        if date.seconds != seconds { return date.seconds < seconds ? .less : .greater }
        if date.nanoseconds != nanoseconds { return date.nanoseconds < nanoseconds ? .less : .greater }
        return .same
    }

    private mutating func isOrdered(_ order: ValueOrder, _ code: ConditionCode) -> Bool {
        switch code {
        case .numericLessThan, .dateLessThan: order == .less
        case .numericLessThanEquals, .dateLessThanEquals: order != .greater
        case .numericGreaterThan, .dateGreaterThan: order == .greater
        case .numericGreaterThanEquals, .dateGreaterThanEquals: order != .less
        default: order == .same
        }
    }

    private mutating func decodes(_ text: ByteView, to bytes: ByteView) -> Bool {
        var (offset, isSame) = (0, true)
        let isBase64 = text.withSpan { text in
            Base64.forEachByte(of: text) { byte in
                isSame = isSame && offset < bytes.count && bytes[offset] == byte
                offset += 1
            }
        }
        return isBase64 && isSame && offset == bytes.count
    }

    /// E17.
    private mutating func contains(_ operand: OperandRecord, _ address: IPNetwork) -> Bool {
        let network = IPNetwork(
            family: operand.pattern.count == 4 ? .v4 : .v6,
            address: UInt128(operand.high) << 64 | UInt128(operand.low),
            prefixLength: Int(operand.extra)
        )
        if options.contains(.mappedIPv6IsDistinct) { return network.contains(address) }
        return network.unmapped.contains(address.unmapped)
    }

    /// E18: part by part, or one template for the whole ARN.
    ///
    /// The last part goes first: the others mostly agree.
    private mutating func matches(
        _ text: ByteView,
        _ colons: ARNColons,
        _ operand: OperandRecord,
        _ image: ImageView
    ) -> Bool {
        let parts = ListRef(offset: operand.pattern.offset, count: operand.pattern.count)
        if parts.count == 1 {
            return matches(image[PatternRecord.self, parts, 0], text, in: image)
        }
        var index = Int(parts.count)
        while index > 0 {
            index &-= 1
            let pattern = image[PatternRecord.self, parts, index]
            if pattern.kind == PatternRecord.Kind.everything.rawValue { continue }
            if !matches(pattern, text[colons.part(index, in: text.count)], in: image) { return false }
        }
        return true
    }
}

extension ConditionCode {
    var comparesARNs: Bool {
        self == .arnEquals || self == .arnNotEquals || self == .arnLike || self == .arnNotLike
    }
}
