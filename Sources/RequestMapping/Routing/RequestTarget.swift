import Vocabulary

/// The path of a request, decoded once, and where its query stands.
///
/// What stands behind the gateway gets the raw target, so whatever it could read differently is refused here.
struct RequestTarget {
    /// A segment's place in ``RequestTarget/path``.
    struct Segment {
        var start: Int
        var end: Int
        /// Whether some byte of it was escaped.
        var isDecoded = false

        var range: Range<Int> { start..<end }
    }

    /// More than servers take.
    static let byteCountMax = 1 << 14

    /// The decoded path with its slashes.
    private(set) var path: [UInt8] = []
    /// The segments in order; the last is empty where the path ends in a slash.
    private(set) var segments: [Segment] = []
    /// Where the query stands in the request's bytes, without its question mark.
    private(set) var query = 0..<0

    init() {
        path.reserveCapacity(1024)
        segments.reserveCapacity(64)
    }

    /// Reads a target; answers why it cannot be one.
    mutating func read(_ bytes: Span<UInt8>, _ target: HTTPRequestBuffer.Slice) -> GateAnswer.Reason? {
        path.removeAll(keepingCapacity: true)
        segments.removeAll(keepingCapacity: true)
        query = 0..<0
        guard target.count <= Self.byteCountMax else { return .tooLarge }
        let text = bytes.extracting(target.range)
        guard text.count > 0, text[0] == UInt8(ascii: "/") else { return .malformed }
        guard let end = readPath(text) else { return .malformed }
        guard end < text.count else { return nil }
        for index in (end + 1)..<text.count where !ByteSet.query.contains(text[index]) { return .malformed }
        query = (target.start + end + 1)..<(target.start + target.count)
        return nil
    }

    /// Decodes up to the query; answers where that ends, or nil for what is no path.
    private mutating func readPath(_ text: Span<UInt8>) -> Int? {
        var index = 0
        var isWide = false
        while index < text.count {
            let byte = text[index]
            index += 1
            if ByteSet.pathSegment.contains(byte) {
                path.append(byte)
            } else if byte == UInt8(ascii: "/") {
                guard index == 1 || closeSegment(isLast: false) else { return nil }
                path.append(byte)
                segments.append(Segment(start: path.count, end: path.count))
            } else if byte == UInt8(ascii: "%") {
                guard let value = PercentEscape.value(in: text, at: index),
                    !ByteSet.neverEncodedInPath.contains(value)
                else { return nil }
                index += 2
                path.append(value)
                segments[segments.count - 1].isDecoded = true
                isWide = isWide || value >= 0x80
            } else if byte == UInt8(ascii: "?") {
                index -= 1
                break
            } else {
                return nil
            }
        }
        guard closeSegment(isLast: true), !isWide || WideText.isPrintable(path.span) else { return nil }
        return index
    }

    private mutating func closeSegment(isLast: Bool) -> Bool {
        let start = segments[segments.count - 1].start
        segments[segments.count - 1].end = path.count
        guard start < path.count else { return isLast }
        for index in start..<path.count where path[index] != UInt8(ascii: ".") { return true }
        return false
    }
}

/// Two hexadecimal digits after a percent sign.
enum PercentEscape {
    /// The byte whose digits begin at an offset; nil where there are none.
    static func value(in text: Span<UInt8>, at offset: Int) -> UInt8? {
        guard offset + 2 <= text.count, let high = text[offset].hexDigitValue,
            let low = text[offset + 1].hexDigitValue
        else { return nil }
        return high << 4 | low
    }
}

/// Text beyond ASCII.
enum WideText {
    /// Whether bytes are UTF-8 in its shortest form, without control characters beyond ASCII's.
    static func isPrintable(_ text: Span<UInt8>) -> Bool {
        guard (try? UTF8Span(validating: text)) != nil else { return false }
        // U+0080 to U+009F.
        for index in text.indices.dropLast() where text[index] == 0xC2 && text[index + 1] < 0xA0 {
            return false
        }
        return true
    }
}
