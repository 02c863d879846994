import Vocabulary

extension UTF8Text {
    /// The text with `%XX` replaced by the byte it names (RFC 3986); nil where a `%` is not followed by two
    /// hexadecimal digits.
    ///
    /// `+` stays `+`: AWS encodes a space in a policy document as `%20`, and a plus sign may be part of a name.
    var percentDecoded: [UInt8]? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(count)
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            guard let high = rest.popFirst()?.hexadecimalDigit, let low = rest.popFirst()?.hexadecimalDigit
            else {
                return nil
            }
            decoded.append(high << 4 | low)
        }
        return decoded
    }
}

extension UInt8 {
    fileprivate var hexadecimalDigit: UInt8? {
        if isASCIIDigit { return self & 0x0F }
        let letter = asciiLowercased &- UInt8(ascii: "a")
        return letter < 6 ? letter + 10 : nil
    }
}
