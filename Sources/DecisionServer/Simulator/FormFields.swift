import Vocabulary

/// The fields of a body of type `application/x-www-form-urlencoded`, read strictly.
struct FormFields {
    /// The values by name.
    let values: [String: String]

    /// More than the largest request that is meant seriously.
    static let countMax = 20_000

    /// Reads a body.
    ///
    /// - Throws: ``QueryFault`` for a broken escape, for bytes that are not UTF-8, and for a name that stands twice.
    init(_ body: [UInt8]) throws(QueryFault) {
        var values: [String: String] = [:]
        for field in body.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: true) {
            guard values.count < Self.countMax else {
                throw QueryFault(
                    400,
                    "MalformedQueryString",
                    "there are more than \(Self.countMax) parameters"
                )
            }
            let end = field.firstIndex(of: UInt8(ascii: "=")) ?? field.endIndex
            let name = try Self.decode(field[..<end])
            let value = try Self.decode(field[end...].dropFirst())
            guard values.updateValue(value, forKey: name) == nil else {
                throw QueryFault(400, "MalformedQueryString", "the parameter `\(name)` stands twice")
            }
        }
        self.values = values
    }

    private static func decode(_ text: ArraySlice<UInt8>) throws(QueryFault) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            switch text[index] {
            case UInt8(ascii: "+"): bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard index + 2 < text.endIndex, let high = digit(text[index + 1]),
                    let low = digit(text[index + 2])
                else {
                    throw QueryFault(
                        400,
                        "MalformedQueryString",
                        "an escape is not `%` and two hexadecimal digits"
                    )
                }
                bytes.append(high << 4 | low)
                index += 2
            case let byte: bytes.append(byte)
            }
            index += 1
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw QueryFault(400, "MalformedQueryString", "a parameter is not UTF-8")
        }
        return decoded
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
