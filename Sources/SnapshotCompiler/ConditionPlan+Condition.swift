import DecisionIndex
import PolicyLanguage
import Vocabulary

extension Condition {
    /// The condition in the image's terms.
    var plan: ConditionPlan {
        ConditionPlan(
            code: self.operator.comparison.code,
            qualifier: self.operator.qualifier.plan,
            ifExists: self.operator.ifExists,
            key: key,
            operands: operands.map(\.plan)
        )
    }
}

extension ConditionOperator.SetQualifier? {
    fileprivate var plan: ConditionPlan.Qualifier {
        switch self {
        case nil: .none
        case .forAllValues: .forAllValues
        case .forAnyValue: .forAnyValue
        }
    }
}

extension Operand {
    fileprivate var plan: OperandPlan {
        switch value {
        case .string(let template), .pattern(let template): .pattern(template.plan)
        case .number(let number):
            .number(
                isNegative: number.shape.isNegative,
                exponent: number.shape.exponent,
                digits: number.significantDigits
            )
        case .date(let date): .date(seconds: date.seconds, nanoseconds: date.nanoseconds)
        case .bool(let bool): .bool(bool)
        case .boolVariable(let template): .boolVariable(template.plan)
        case .binary(let bytes): .binary(bytes)
        case .ip(let network):
            .ip(address: network.address, prefixLength: network.prefixLength, isIPv4: network.family == .v4)
        case .arn(let template): .arn(template.parts.map(\.plan))
        case .unreadable: .unreadable
        }
    }
}

extension Comparison {
    fileprivate var code: ConditionCode {
        switch self {
        case .stringEquals: .stringEquals
        case .stringNotEquals: .stringNotEquals
        case .stringEqualsIgnoreCase: .stringEqualsIgnoreCase
        case .stringNotEqualsIgnoreCase: .stringNotEqualsIgnoreCase
        case .stringLike: .stringLike
        case .stringNotLike: .stringNotLike
        case .numericEquals: .numericEquals
        case .numericNotEquals: .numericNotEquals
        case .numericLessThan: .numericLessThan
        case .numericLessThanEquals: .numericLessThanEquals
        case .numericGreaterThan: .numericGreaterThan
        case .numericGreaterThanEquals: .numericGreaterThanEquals
        case .dateEquals: .dateEquals
        case .dateNotEquals: .dateNotEquals
        case .dateLessThan: .dateLessThan
        case .dateLessThanEquals: .dateLessThanEquals
        case .dateGreaterThan: .dateGreaterThan
        case .dateGreaterThanEquals: .dateGreaterThanEquals
        case .bool: .bool
        case .binaryEquals: .binaryEquals
        case .ipAddress: .ipAddress
        case .notIpAddress: .notIpAddress
        case .arnEquals: .arnEquals
        case .arnNotEquals: .arnNotEquals
        case .arnLike: .arnLike
        case .arnNotLike: .arnNotLike
        case .null: .null
        }
    }
}
