import Vocabulary

extension SnapshotBuilder {
    mutating func list(_ conditions: [ConditionPlan]) -> ListRef {
        if let known = conditionLists[conditions] { return known }
        var records: [ConditionRecord] = []
        for condition in conditions {
            let operands = condition.operands.map { layOut($0) }
            records.append(
                ConditionRecord(
                    code: condition.code.rawValue,
                    qualifier: condition.qualifier.rawValue,
                    ifExists: condition.ifExists ? 1 : 0,
                    isNegated: condition.code.isNegated ? 1 : 0,
                    key: key(condition.key),
                    operands: buffer.append(list: operands)
                )
            )
        }
        let list = buffer.append(list: records)
        conditionLists[conditions] = list
        return list
    }

    private mutating func layOut(_ operand: OperandPlan) -> OperandRecord {
        var record = OperandRecord()
        switch operand {
        case .pattern(let plan):
            record.kind = OperandRecord.Kind.pattern.rawValue
            record.pattern = layOut(plan)
        case .number(let isNegative, let exponent, let digits):
            record.kind = OperandRecord.Kind.number.rawValue
            record.extra = isNegative ? 1 : 0
            record.low = UInt64(bitPattern: Int64(exponent))
            setBytes(digits, &record)
        case .date(let seconds, let nanoseconds):
            record.kind = OperandRecord.Kind.date.rawValue
            record.low = UInt64(bitPattern: seconds)
            record.extra = nanoseconds
        case .bool(let bool):
            record.kind = OperandRecord.Kind.bool.rawValue
            record.extra = bool ? 1 : 0
        case .boolVariable(let plan):
            record.kind = OperandRecord.Kind.boolVariable.rawValue
            record.pattern = layOut(plan)
        case .binary(let bytes):
            record.kind = OperandRecord.Kind.binary.rawValue
            setBytes(UTF8Text(bytes), &record)
        case .ip(let address, let prefixLength, let isIPv4):
            record.kind = OperandRecord.Kind.ip.rawValue
            record.low = UInt64(truncatingIfNeeded: address)
            record.high = UInt64(truncatingIfNeeded: address >> 64)
            record.extra = UInt32(prefixLength)
            record.pattern.count = isIPv4 ? 4 : 6
        case .arn(let parts):
            record.kind = OperandRecord.Kind.arn.rawValue
            let records = parts.map { layOut($0) }
            let list = buffer.append(list: records)
            (record.pattern.offset, record.pattern.count) = (list.offset, list.count)
        case .unreadable:
            record.kind = OperandRecord.Kind.unreadable.rawValue
        }
        return record
    }

    private mutating func setBytes(_ text: UTF8Text, _ record: inout OperandRecord) {
        let string = buffer.string(text)
        (record.pattern.offset, record.pattern.count) = (string.offset, string.count)
    }
}
