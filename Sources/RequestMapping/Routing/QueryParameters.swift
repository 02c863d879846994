import Vocabulary

/// The parameters of a query that a route reads.
struct QueryParameters {
    /// The decoded values, one after the other.
    private(set) var bytes: [UInt8] = []
    /// Where each name's value stands in ``bytes``; nil where the query does not have it.
    private(set) var values: [Range<Int>?] = []

    init() {
        bytes.reserveCapacity(1024)
        values.reserveCapacity(16)
    }

    /// Reads a query; false where some server could read a parameter of these names differently.
    mutating func read(_ query: Span<UInt8>, _ names: [[UInt8]], allowsOverride: Bool) -> Bool {
        bytes.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        for _ in names.indices { values.append(nil) }
        var start = 0
        while start < query.count {
            var (end, equals) = (start, -1)
            while end < query.count, query[end] != UInt8(ascii: "&") {
                if equals < 0, query[end] == UInt8(ascii: "=") { equals = end }
                // Some servers take it for `&`.
                if query[end] == UInt8(ascii: ";"), !names.isEmpty { return false }
                end += 1
            }
            let name = query.extracting(start..<(equals < 0 ? end : equals))
            if !allowsOverride, Self.methodOverride.couldBe(name) { return false }
            for index in names.indices where LooseName(names[index]).couldBe(name) {
                guard equals >= 0, values[index] == nil, ByteScan.areEqual(name, names[index]),
                    let value = decode(query.extracting((equals + 1)..<end))
                else { return false }
                values[index] = value
            }
            start = end + 1
        }
        return true
    }

    private static let methodOverride = LooseName(Array("_method".utf8))

    private mutating func decode(_ text: Span<UInt8>) -> Range<Int>? {
        let start = bytes.count
        var (index, isWide) = (0, false)
        while index < text.count {
            let byte = text[index]
            index += 1
            guard byte != UInt8(ascii: "+") else { return nil }
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let value = PercentEscape.value(in: text, at: index),
                !ByteSet.neverEncodedInQuery.contains(value)
            else { return nil }
            bytes.append(value)
            isWide = isWide || value >= 0x80
            index += 2
        }
        let range = start..<bytes.count
        return !isWide || WideText.isPrintable(bytes.span.extracting(range)) ? range : nil
    }
}

/// A parameter's name as the most lenient server takes it: decoded, in any case, with `.` or a space for `_`, up to a
/// bracket.
private struct LooseName {
    private let name: [UInt8]

    init(_ name: [UInt8]) { self.name = name }

    /// Whether some server takes a name of a query for this one.
    func couldBe(_ text: Span<UInt8>) -> Bool {
        var (index, count) = (0, 0)
        while index < text.count {
            var byte = text[index]
            index += 1
            if byte == UInt8(ascii: "%"), let value = PercentEscape.value(in: text, at: index) {
                byte = value
                index += 2
            }
            if byte == UInt8(ascii: "["), count > 0 || name.first != byte { break }
            guard count < name.count, Self.fold(byte) == Self.fold(name[count]) else { return false }
            count += 1
        }
        return count == name.count
    }

    private static func fold(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: " "), UInt8(ascii: "+"): UInt8(ascii: "_")
        default: byte.asciiLowercased
        }
    }
}
