/// The comparisons of the policy language, numbered for the image (E1–E19).
package enum ConditionCode: UInt8, CaseIterable, Sendable {
    case stringEquals, stringNotEquals, stringEqualsIgnoreCase, stringNotEqualsIgnoreCase, stringLike,
        stringNotLike
    case numericEquals, numericNotEquals, numericLessThan, numericLessThanEquals, numericGreaterThan
    case numericGreaterThanEquals
    case dateEquals, dateNotEquals, dateLessThan, dateLessThanEquals, dateGreaterThan, dateGreaterThanEquals
    case bool, binaryEquals, ipAddress, notIpAddress, arnEquals, arnNotEquals, arnLike, arnNotLike, null
}
