import DecisionIndex

/// What is done to the bytes of an image, read from words such as `truncate len/2` or `set magic to 0`.
struct SnapshotFault {
    /// The bytes that are read before the checksum is compared.
    static let headByteCount = 24

    private enum Operation {
        case truncate(Number)
        case truncateEverywhere
        case flipEveryBit
        case flip(SnapshotSurgery.Field)
        case append(Number)
        case zero(Number, Number)
        case swapPages
        case swapSections
        case swapBytesOfWords
        case set(SnapshotSurgery.Field, Number)
        case dropDeny
        case postingBeyondStatements
    }

    private let operation: Operation
    private let fixesChecksum: Bool

    /// Nil for words that say nothing known.
    init?(_ words: String) {
        var text = words.lowercased()
        var fixesChecksum = false
        for ending in [
            ", fix the checksum", ", fix checksum", " and fix the checksum", ", with the checksum fixed",
        ]
        where text.hasSuffix(ending) {
            text = String(text.dropLast(ending.count))
            fixesChecksum = true
        }
        self.fixesChecksum = fixesChecksum
        guard let operation = Self.sweep(text) ?? Self.cut(text) ?? Self.setting(text) else { return nil }
        self.operation = operation
    }

    // MARK: Reading

    private static func sweep(_ text: String) -> Operation? {
        switch text {
        case "for k in 0..<len: truncate k": .truncateEverywhere
        case "for every bit: flip it": .flipEveryBit
        case "swap two 4 kib pages", "swap two pages": .swapPages
        case "swap two section offsets", "swap two sections": .swapSections
        case "byte-swap every u32": .swapBytesOfWords
        case "posting id = statement count", "set a posting to the statement count": .postingBeyondStatements
        case "zero a 4 kib page", "zero the second 4 kib page": .zero(.bytes(4096), .bytes(4096))
        case "zero the header", "zero the first 256 bytes": .zero(.bytes(0), .bytes(256))
        case "zero the last 4 kib page", "zero the last page": .zero(.bytesBeforeEnd(4096), .bytes(4096))
        case "append a byte", "append one byte": .append(.bytes(1))
        default: text.hasPrefix("remove a deny from the postings") ? .dropDeny : nil
        }
    }

    private static func cut(_ text: String) -> Operation? {
        for (prefix, make) in [
            ("truncate to ", Operation.truncate), ("truncate ", Operation.truncate),
            ("append ", Operation.append),
        ]
        where text.hasPrefix(prefix) {
            let rest = text.dropFirst(prefix.count).split(separator: " ").first.map { String($0) } ?? ""
            return Number(rest).map(make)
        }
        if text.hasPrefix("flip a bit of ") || text.hasPrefix("flip a bit in ") {
            return field(String(text.dropFirst("flip a bit of ".count))).map(Operation.flip)
        }
        return nil
    }

    /// `set FIELD to VALUE`, or `FIELD = VALUE`.
    private static func setting(_ text: String) -> Operation? {
        let halves: [Substring]
        if text.hasPrefix("set "), let middle = text.firstRange(of: " to ") {
            halves = [
                text[text.index(text.startIndex, offsetBy: 4)..<middle.lowerBound],
                text[middle.upperBound...],
            ]
        } else if let middle = text.firstRange(of: " = ") {
            halves = [text[..<middle.lowerBound], text[middle.upperBound...]]
        } else {
            return nil
        }
        guard let field = field(String(halves[0])), let number = Number(String(halves[1])) else { return nil }
        return .set(field, number)
    }

    /// The field that some words mean; the more telling word first.
    private static func field(_ words: String) -> SnapshotSurgery.Field? {
        let meanings: [(word: String, field: SnapshotSurgery.Field)] = [
            ("magic", .magic), ("version", .version), ("checksum", .checksum), ("seed", .seed),
            ("option", .options),
            ("feature", .options), ("flag", .options), ("file size", .byteCount), ("image size", .byteCount),
            ("byte count", .byteCount), ("total length", .byteCount), ("statement count", .statementCount),
            ("statement offset", .statementOffset), ("section offset", .sectionOffset),
            ("table offset", .sectionOffset),
            ("section count", .sectionCount), ("section length", .sectionCount),
            ("section size", .sectionCount),
            ("table size", .sectionCount), ("policy count", .sectionCount),
            ("principal count", .sectionCount),
            ("string offset", .nameOffset), ("name offset", .nameOffset), ("string length", .nameCount),
            ("string count", .nameCount), ("name length", .nameCount), ("posting", .posting),
            ("policy id", .policyIndex),
            ("policy index", .policyIndex), ("effect", .effect), ("slot offset", .slotOffset),
            ("slot", .slotTag),
            ("entry", .entryPolicy), ("condition key", .conditionKey), ("key index", .conditionKey),
            ("operator", .conditionCode), ("condition code", .conditionCode), ("opcode", .conditionCode),
            ("operand", .operandKind), ("fact", .keyFact), ("deny mask", .denyMask), ("mask", .entryMask),
        ]
        return meanings.first { words.contains($0.word) }?.field
    }

    /// A number in words, some of which depend on the image or on what stood there.
    private enum Number {
        case bytes(UInt64)
        case half
        case bytesBeforeEnd(UInt64)
        case bytesAfterEnd(UInt64)
        case other
        case next

        init?(_ text: String) {
            switch text {
            case "len": self = .bytesBeforeEnd(0)
            case "len/2": self = .half
            case "another value", "an unknown value", "another number", "garbage", "the wrong value":
                self = .other
            case "the next value", "value + 1", "an odd value", "an unaligned value", "version + 1":
                self = .next
            default:
                let parts = text.replacing(" ", with: "").split(
                    separator: "-",
                    omittingEmptySubsequences: false
                )
                if text.hasPrefix("len+"), let count = UInt64(text.dropFirst(4)) {
                    self = .bytesAfterEnd(count)
                } else if parts.count == 2, parts[0] == "len", let count = UInt64(parts[1]) {
                    self = .bytesBeforeEnd(count)
                } else if parts.count == 2, let power = Self.power(parts[0]), let count = UInt64(parts[1]) {
                    self = .bytes(power &- count)
                } else if let power = Self.power(Substring(text)) {
                    self = .bytes(power)
                } else if let value = text.hasPrefix("0x")
                    ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
                {
                    self = .bytes(value)
                } else {
                    return nil
                }
            }
        }

        /// `2^64` is 0, from which one counts back.
        private static func power(_ text: Substring) -> UInt64? {
            guard text.hasPrefix("2^"), let exponent = UInt64(text.dropFirst(2)), exponent <= 64 else {
                return nil
            }
            return exponent == 64 ? 0 : 1 << exponent
        }

        func value(byteCount: Int, old: UInt64 = 0) -> UInt64 {
            switch self {
            case .bytes(let count): count
            case .half: UInt64(byteCount / 2)
            case .bytesBeforeEnd(let count): UInt64(byteCount) &- count
            case .bytesAfterEnd(let count): UInt64(byteCount) + count
            case .other: ~old
            case .next: old &+ 1
            }
        }
    }

    // MARK: Doing

    /// Calls `body` with each faulty image, and the byte that was changed where it is one.
    func forEachImage(_ image: VerifiedImage, _ body: ([UInt8], Int?) -> Void) throws {
        var surgery = SnapshotSurgery(image)
        let good = surgery.bytes
        switch operation {
        case .truncateEverywhere:
            for count in good.indices { body(Array(good[..<count]), nil) }
            return
        case .flipEveryBit:
            for bit in 0..<(good.count * 8) {
                surgery.bytes[bit / 8] ^= 1 << UInt8(bit % 8)
                body(surgery.bytes, bit / 8)
                surgery.bytes[bit / 8] = good[bit / 8]
            }
            return
        default: break
        }
        change(&surgery)
        if fixesChecksum { surgery.fixChecksum() }
        if surgery.bytes != good { body(surgery.bytes, nil) }
    }

    private func change(_ surgery: inout SnapshotSurgery) {
        let count = surgery.bytes.count
        switch operation {
        case .truncateEverywhere, .flipEveryBit: break
        case .truncate(let number):
            surgery.bytes.removeLast(count - Int(min(number.value(byteCount: count), UInt64(count))))
        case .append(let number):
            surgery.bytes += Array(repeating: 0xA5, count: Int(min(number.value(byteCount: count), 1 << 20)))
        case .zero(let start, let length):
            let first = min(Int(start.value(byteCount: count)), count)
            for index in first..<min(first + Int(length.value(byteCount: count)), count) {
                surgery.bytes[index] = 0
            }
        case .swapPages:
            guard count >= 12_288 else { return }
            let (second, third) = (Array(surgery.bytes[4096..<8192]), Array(surgery.bytes[8192..<12_288]))
            surgery.bytes.replaceSubrange(4096..<12_288, with: third + second)
        case .swapSections:
            let places = surgery.places(of: .sectionOffset)
            (surgery[places[0]], surgery[places[1]]) = (surgery[places[1]], surgery[places[0]])
        case .swapBytesOfWords:
            for offset in stride(from: 0, to: count - 3, by: 4) {
                surgery.bytes[offset..<(offset + 4)].reverse()
            }
        case .flip(let field): surgery.places(of: field).first.map { surgery[$0] ^= 1 }
        case .set(let field, let number):
            surgery.places(of: field).first.map {
                surgery[$0] = number.value(byteCount: count, old: surgery[$0])
            }
        case .dropDeny: _ = surgery.dropDeny()
        case .postingBeyondStatements: _ = surgery.setPostingBeyondStatements()
        }
    }
}
