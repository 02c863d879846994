import Vocabulary

extension JSONValue {
    /// The bytes of an object or array as they stand in the source.
    ///
    /// O(n).
    public var sourceBytes: ArraySlice<UInt8> { document.source.bytes[offset..<(offset + byteSize.bytes)] }

    /// Bytes and characters of an object or array, and how many are white space between tokens.
    ///
    /// O(n).
    var byteSize: (bytes: Int, characters: Int, whiteSpace: Int) {
        var (continuations, whiteSpace, isQuoted, depth) = (0, 0, false, 0)
        var cursor = offset
        let bytes = document.source.bytes
        scan: while cursor < bytes.count {
            switch bytes[cursor] {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: "\\") where isQuoted: cursor += 1
            case UInt8(ascii: "{") where !isQuoted, UInt8(ascii: "[") where !isQuoted: depth += 1
            case UInt8(ascii: "}") where !isQuoted, UInt8(ascii: "]") where !isQuoted:
                depth -= 1
                if depth == 0 { break scan }
            case let byte where byte.isJSONSpace && !isQuoted: whiteSpace += 1
            case let byte where byte.isUTF8Continuation: continuations += 1
            default: break
            }
            cursor += 1
        }
        let count = min(cursor + 1, bytes.count) - offset
        return (count, count - continuations, whiteSpace)
    }
}
