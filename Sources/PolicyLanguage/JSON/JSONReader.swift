import Vocabulary

/// Reads one JSON document strictly: RFC 8259 over UTF-8 bytes, with no extension.
///
/// A fault inside a value (a bad escape, a repeated key) is noted and reading goes on; a fault in the
/// structure ends it, since what follows could only be guessed. Nothing recurses.
struct JSONReader {
    private let bytes: [UInt8]
    private var cursor = 0
    private var nodes: [JSONNode] = []
    private var decoded: [UInt8] = []
    private var open: [Int] = []
    /// Whether some scalar is beyond U+00FF.
    private var hasWideText = false
    private var stringsWithNUL: [Int] = []
    private(set) var faults: [Fault] = []

    /// A fault with the node in whose path it lies.
    struct Fault {
        let code: DiagnosticCode
        let message: String
        let offset: Int
        let node: Int
    }

    private struct StructuralFault: Error {}

    private init(_ source: SourceText) {
        bytes = source.bytes
        nodes.reserveCapacity(bytes.count / 12 + 4)
    }

    /// Reads a document of at most `bytesMax` bytes.
    ///
    /// O(n).
    ///
    /// - Returns: the document, unless its structure is broken, and every fault found.
    static func read(_ source: SourceText, bytesMax: Int) -> (JSONDocument?, [Diagnostic]) {
        guard source.bytes.count <= bytesMax, source.bytes.count < Int(UInt32.max) else {
            let message = "the document has \(source.bytes.count) bytes; the limit is \(bytesMax)"
            return (
                nil, [Diagnostic(.error, .sizeLimit, message, path: "", location: source.location(of: 0))]
            )
        }
        var reader = JSONReader(source)
        var isComplete = true
        do throws(StructuralFault) { try reader.readDocument() } catch { isComplete = false }
        for index in reader.nodes.indices where reader.nodes[index].end == 0 {
            reader.nodes[index].end = UInt32(reader.nodes.count)
        }
        let document = JSONDocument(
            source: source,
            nodes: reader.nodes,
            decoded: reader.decoded,
            hasWideText: reader.hasWideText,
            stringsWithNUL: reader.stringsWithNUL
        )
        let diagnostics = reader.faults.map { fault in
            Diagnostic(
                .error,
                fault.code,
                fault.message,
                path: fault.node < document.nodes.count
                    ? JSONValue(document: document, index: fault.node).path : "",
                location: source.location(of: fault.offset)
            )
        }
        return (isComplete ? document : nil, diagnostics)
    }

    // MARK: Structure

    private mutating func readDocument() throws(StructuralFault) {
        skipSpace()
        try readValue()
        while let container = open.last {
            if nodes[container].kind == .object {
                try readMember(of: container)
            } else {
                try readElement(of: container)
            }
        }
        skipSpace()
        if cursor < bytes.count { try fail("text after the end of the document") }
    }

    /// Reads a scalar whole, or the opening of a container.
    private mutating func readValue() throws(StructuralFault) {
        guard cursor < bytes.count else { try fail("the document ends where a value should stand") }
        switch bytes[cursor] {
        case UInt8(ascii: "{"): try openContainer(.object)
        case UInt8(ascii: "["): try openContainer(.array)
        case UInt8(ascii: "\""): try readString()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try readNumber()
        case UInt8(ascii: "t"): try readLiteral("true", .true)
        case UInt8(ascii: "f"): try readLiteral("false", .false)
        case UInt8(ascii: "n"): try readLiteral("null", .null)
        default: try fail("a value cannot begin with \(describe(bytes[cursor]))")
        }
    }

    private mutating func openContainer(_ kind: JSONKind) throws(StructuralFault) {
        guard open.count < Limits.jsonDepthMax else {
            note(.depthLimit, "nested deeper than \(Limits.jsonDepthMax) levels", at: cursor)
            throw StructuralFault()
        }
        open.append(nodes.count)
        append(kind, from: cursor, text: 0..<0)
        nodes[nodes.count - 1].end = 0
        cursor += 1
    }

    private mutating func close(_ container: Int) {
        cursor += 1
        nodes[container].end = UInt32(nodes.count)
        open.removeLast()
    }

    private mutating func readMember(of object: Int) throws(StructuralFault) {
        let isFirst = nodes.count == object + 1
        skipSpace()
        if peek() == UInt8(ascii: "}") {
            noteDuplicateKeys(of: object)
            return close(object)
        }
        if !isFirst {
            try expect(UInt8(ascii: ","), "between members")
            skipSpace()
        }
        guard peek() == UInt8(ascii: "\"") else { try fail("a member must begin with a quoted key") }
        try readString()
        skipSpace()
        try expect(UInt8(ascii: ":"), "after a key")
        skipSpace()
        try readValue()
    }

    private mutating func readElement(of array: Int) throws(StructuralFault) {
        let isFirst = nodes.count == array + 1
        skipSpace()
        if peek() == UInt8(ascii: "]") { return close(array) }
        if !isFirst {
            try expect(UInt8(ascii: ","), "between elements")
            skipSpace()
        }
        try readValue()
    }

    private mutating func noteDuplicateKeys(of object: Int) {
        var keys: [Int] = []
        var index = object + 1
        while index + 1 < nodes.count {
            keys.append(index)
            index = Int(nodes[index + 1].end)
        }
        if keys.count <= 8 {
            for (position, key) in keys.enumerated() {
                let range = textRange(key)
                if keys[..<position].contains(where: { hasSameText($0, key, range) }) { noteDuplicate(key) }
            }
        } else {
            var seen = Set<UTF8Text>(minimumCapacity: keys.count)
            for key in keys where !seen.insert(text(key)).inserted { noteDuplicate(key) }
        }
    }

    private func hasSameText(_ other: Int, _ key: Int, _ range: Range<Int>) -> Bool {
        textRange(other).count == range.count && text(other) == text(key)
    }

    private mutating func noteDuplicate(_ key: Int) {
        note(
            .duplicateKey,
            "key `\(text(key))` stands twice in one object",
            at: Int(nodes[key].offset),
            node: key
        )
    }

    private func textRange(_ index: Int) -> Range<Int> {
        Int(nodes[index].textStart)..<Int(nodes[index].textEnd)
    }

    private func text(_ index: Int) -> UTF8Text {
        UTF8Text(nodes[index].isDecoded ? decoded[textRange(index)] : bytes[textRange(index)])
    }

    // MARK: Scalars

    private mutating func readLiteral(_ word: StaticString, _ kind: JSONKind) throws(StructuralFault) {
        let length = word.utf8CodeUnitCount
        guard bytes.count - cursor >= length,
            UTF8Text(bytes[cursor..<(cursor + length)]) == UTF8Text(word.description)
        else { try fail("expected `\(word)`") }
        append(kind, from: cursor, text: 0..<0)
        cursor += length
    }

    private mutating func readNumber() throws(StructuralFault) {
        let start = cursor
        if peek() == UInt8(ascii: "-") { cursor += 1 }
        if peek() == UInt8(ascii: "0") {
            cursor += 1
        } else {
            try readDigits()
        }
        if peek() == UInt8(ascii: ".") {
            cursor += 1
            try readDigits()
        }
        if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
            cursor += 1
            if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { cursor += 1 }
            try readDigits()
        }
        append(.number, from: start, text: start..<cursor)
    }

    private mutating func readDigits() throws(StructuralFault) {
        let start = cursor
        while cursor < bytes.count, bytes[cursor].isASCIIDigit { cursor += 1 }
        if cursor == start { try fail("expected a digit") }
    }

    /// Reads a string.
    ///
    /// The common one, printable ASCII without escapes, is a slice of the source.
    private mutating func readString() throws(StructuralFault) {
        let quote = cursor
        cursor += 1
        while cursor < bytes.count {
            let byte = bytes[cursor]
            if byte == UInt8(ascii: "\"") {
                append(.string, from: quote, text: (quote + 1)..<cursor)
                cursor += 1
                return
            }
            if byte == UInt8(ascii: "\\") || byte < 0x20 { return try readEscapedString(from: quote) }
            if byte < 0x80 { cursor += 1 } else { skipScalar() }
        }
        try fail("a string is not closed")
    }

    /// Copies a string that has escapes into the decoded bytes.
    private mutating func readEscapedString(from quote: Int) throws(StructuralFault) {
        let start = decoded.count
        decoded.append(contentsOf: bytes[(quote + 1)..<cursor])
        while cursor < bytes.count {
            let byte = bytes[cursor]
            switch byte {
            case UInt8(ascii: "\""):
                append(.string, from: quote, text: start..<decoded.count, isDecoded: true)
                cursor += 1
                return
            case UInt8(ascii: "\\"):
                try readEscape()
            case 0..<0x20:
                note(.jsonSyntax, "\(describe(byte)) in a string must be escaped", at: cursor)
                cursor += 1
            default:
                let scalar = cursor
                if byte < 0x80 { cursor += 1 } else { skipScalar() }
                decoded.append(contentsOf: bytes[scalar..<cursor])
            }
        }
        try fail("a string is not closed")
    }

    private mutating func readEscape() throws(StructuralFault) {
        guard cursor + 1 < bytes.count else { try fail("a string is not closed") }
        let escape = bytes[cursor + 1]
        if escape == UInt8(ascii: "u") { return readUnicodeEscape() }
        let plain: UInt8? =
            switch escape {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): escape
            case UInt8(ascii: "b"): 0x08
            case UInt8(ascii: "f"): 0x0C
            case UInt8(ascii: "n"): 0x0A
            case UInt8(ascii: "r"): 0x0D
            case UInt8(ascii: "t"): 0x09
            default: nil
            }
        if let plain {
            decoded.append(plain)
        } else {
            note(.jsonSyntax, "\(describe(escape)) cannot follow a backslash", at: cursor)
        }
        cursor += escape < 0x80 ? 2 : 1
    }

    private mutating func readUnicodeEscape() {
        let start = cursor
        guard let unit = hexUnit(at: cursor + 2) else {
            note(.jsonSyntax, "`\\u` needs four hexadecimal digits", at: start)
            cursor += 2
            return
        }
        cursor += 6
        var scalar = unit
        if unit & 0xFC00 == 0xD800, let low = lowSurrogate(at: cursor) {
            scalar = 0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF)
            cursor += 6
        }
        guard let scalar = Unicode.Scalar(scalar) else {
            return note(.jsonSyntax, "the escape names half of a surrogate pair", at: start)
        }
        // The string is the next node.
        if scalar == "\0", stringsWithNUL.last != nodes.count { stringsWithNUL.append(nodes.count) }
        decoded.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
    }

    private func lowSurrogate(at offset: Int) -> UInt32? {
        guard offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"),
            bytes[offset + 1] == UInt8(ascii: "u"),
            let unit = hexUnit(at: offset + 2), unit & 0xFC00 == 0xDC00
        else { return nil }
        return unit
    }

    private func hexUnit(at offset: Int) -> UInt32? {
        guard offset + 4 <= bytes.count else { return nil }
        var unit: UInt32 = 0
        for byte in bytes[offset..<(offset + 4)] {
            guard let digit = byte.hexDigitValue else { return nil }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }

    /// Steps over one scalar of two to four bytes, or notes that it is none and steps over one byte.
    private mutating func skipScalar() {
        hasWideText = hasWideText || bytes[cursor] >= 0xC4
        let length = bytes.utf8ScalarLength(at: cursor)
        if length == 0 { note(.jsonUTF8, "\(describe(bytes[cursor])) is not UTF-8 here", at: cursor) }
        cursor += max(length, 1)
    }

    // MARK: Small things

    private mutating func append(
        _ kind: JSONKind,
        from offset: Int,
        text: Range<Int>,
        isDecoded: Bool = false
    ) {
        nodes.append(
            JSONNode(
                kind: kind,
                isDecoded: isDecoded,
                offset: UInt32(offset),
                textStart: UInt32(text.lowerBound),
                textEnd: UInt32(text.upperBound),
                end: UInt32(nodes.count + 1)
            )
        )
    }

    private func peek() -> UInt8? { cursor < bytes.count ? bytes[cursor] : nil }

    private mutating func skipSpace() {
        while cursor < bytes.count, bytes[cursor].isJSONSpace { cursor += 1 }
    }

    private mutating func expect(_ byte: UInt8, _ place: String) throws(StructuralFault) {
        guard peek() == byte else { try fail("expected \(describe(byte)) \(place)") }
        cursor += 1
    }

    private mutating func note(_ code: DiagnosticCode, _ message: String, at offset: Int, node: Int? = nil) {
        guard faults.count < Limits.diagnosticsMax else { return }
        faults.append(
            Fault(code: code, message: message, offset: offset, node: node ?? max(0, nodes.count - 1))
        )
    }

    private mutating func fail(_ message: String) throws(StructuralFault) -> Never {
        note(.jsonSyntax, message, at: cursor)
        throw StructuralFault()
    }

    private func describe(_ byte: UInt8) -> String {
        byte.isASCIIControl || byte >= 0x80
            ? "byte \(String(byte, radix: 16, uppercase: true))" : "`\(UTF8Text([byte]))`"
    }
}
