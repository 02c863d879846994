public import Vocabulary

/// The type that an entry of a simulation's context is said to have, in AWS's words.
public enum SimulationContextType: String, Sendable, Hashable, CaseIterable {
    case string, stringList, numeric, numericList, boolean, booleanList, ip, ipList, binary, binaryList, date,
        dateList

    var isList: Bool { rawValue.hasSuffix("List") }

    /// Whether a value can be read as the type says.
    func accepts(_ value: UTF8Text) -> Bool {
        switch self {
        case .string, .stringList: true
        case .numeric, .numericList: ExactDecimal(value) != nil
        case .boolean, .booleanList:
            value.asciiLowercased.equals("true") || value.asciiLowercased.equals("false")
        case .ip, .ipList: value.firstOffset(of: UInt8(ascii: "/")) == nil && IPNetwork(value) != nil
        case .binary, .binaryList: Base64.decode(value) != nil
        case .date, .dateList: Instant(value) != nil
        }
    }

    /// The values as a request holds them.
    ///
    /// - Throws: ``SimulationFault`` for values of another type, and for other than one value of a type that is no list.
    public func value(_ values: [UTF8Text], of key: UTF8Text) throws(SimulationFault) -> ContextValue {
        if let strange = values.first(where: { !accepts($0) }) {
            throw .invalid("`\(strange)` of context key `\(key)` is no \(rawValue)")
        }
        if isList { return .multi(values) }
        guard let value = values.first, values.count == 1 else {
            throw .invalid(
                "context key `\(key)` is of type \(rawValue) and has \(values.count) values; lists have types of their own"
            )
        }
        return .single(value)
    }
}
