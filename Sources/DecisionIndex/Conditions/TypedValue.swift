import Vocabulary

/// A value of the request, read as an operator needs it (E12–E19).
enum TypedValue {
    case text
    case number(DecimalShape)
    case date(Instant)
    case bool(Bool)
    case binary
    case ip(IPNetwork)
    case arn(ARNColons)
    case unreadable

    init(_ text: ByteView, for code: ConditionCode) {
        switch code {
        case .stringEquals, .stringNotEquals, .stringEqualsIgnoreCase, .stringNotEqualsIgnoreCase,
            .stringLike,
            .stringNotLike, .null:
            self = .text
        case .numericEquals, .numericNotEquals, .numericLessThan, .numericLessThanEquals, .numericGreaterThan,
            .numericGreaterThanEquals:
            self = text.withSpan { DecimalShape($0) }.map { .number($0) } ?? .unreadable
        case .dateEquals, .dateNotEquals, .dateLessThan, .dateLessThanEquals, .dateGreaterThan,
            .dateGreaterThanEquals:
            self = text.withSpan { Instant($0) }.map { .date($0) } ?? .unreadable
        case .bool:
            self = Self.bool(text).map { .bool($0) } ?? .unreadable
        case .binaryEquals:
            self = text.withSpan { Base64.forEachByte(of: $0) { _ in } } ? .binary : .unreadable
        case .ipAddress, .notIpAddress:
            let isAddress = text.firstOffset(of: UInt8(ascii: "/")) == nil
            self = isAddress ? text.withSpan { IPNetwork($0) }.map { .ip($0) } ?? .unreadable : .unreadable
        case .arnEquals, .arnNotEquals, .arnLike, .arnNotLike:
            self = ARNColons(text).map { .arn($0) } ?? .unreadable
        }
    }

    /// E15.
    private static func bool(_ text: ByteView) -> Bool? {
        let isTrue = text.withSpan { equals($0, "true") }
        if isTrue { return true }
        return text.withSpan { equals($0, "false") } ? false : nil
    }

    private static func equals(_ text: Span<UInt8>, _ word: StaticString) -> Bool {
        guard text.count == word.utf8CodeUnitCount else { return false }
        for offset in 0..<text.count {
            // INVARIANT: the offset lies below the literal's length.
            if unsafe text[offset].asciiLowercased != word.utf8Start[offset] { return false }
        }
        return true
    }
}

/// Where the first five colons of an ARN stand (D4).
struct ARNColons {
    private var second = 0
    private var third = 0
    private var fourth = 0
    private var fifth = 0

    /// Nil for a text that is no ARN.
    init?(_ text: ByteView) {
        guard text.count > 4, text[0] == UInt8(ascii: "a"), text[1] == UInt8(ascii: "r"),
            text[2] == UInt8(ascii: "n"), text[3] == UInt8(ascii: ":")
        else { return nil }
        var places = InlineArray<4, Int>(repeating: 0)
        var (found, offset) = (0, 4)
        while offset < text.count {
            // A high bit in each byte that is a colon, exactly.
            let rest = text.word(at: offset) ^ (Self.ones &* UInt64(UInt8(ascii: ":")))
            var hits = ~((rest & ~Self.tops) &+ ~Self.tops | rest | ~Self.tops)
            while hits != 0 {
                places[found] = offset &+ hits.trailingZeroBitCount / 8
                found &+= 1
                if found == 4 {
                    (second, third, fourth, fifth) = (places[0], places[1], places[2], places[3])
                    return
                }
                hits &= hits &- 1
            }
            offset &+= 8
        }
        return nil
    }

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    /// The account part.
    var account: Range<Int> { (fourth + 1)..<fifth }

    /// The service part.
    var service: Range<Int> { (second + 1)..<third }

    /// Where the sixth part begins.
    var resourceStart: Int { fifth + 1 }

    /// One of the six parts, counted from 0, of an ARN of this length.
    func part(_ index: Int, in count: Int) -> Range<Int> {
        switch index {
        case 0: 0..<3
        case 1: 4..<second
        case 2: service
        case 3: (third + 1)..<fourth
        case 4: account
        default: resourceStart..<count
        }
    }
}
