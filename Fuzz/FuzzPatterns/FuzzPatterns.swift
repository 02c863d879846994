import PolicyLanguage
import Vocabulary

/// Compares the pattern matcher with the textbook definition, and reads any bytes as each typed value.
///
/// The first half of the input is the pattern, the second the text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // INVARIANT: the fuzzer hands over `count` readable bytes at `start`.
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let value = UTF8Text(bytes)
    _ = ExactDecimal(value)
    _ = Instant(value)?.description
    _ = IPNetwork(value)?.unmapped
    _ = Base64.decode(value)
    _ = ARN(value)?.parts
    _ = RequestPrincipal(value)
    let (pattern, text) = (Array(bytes[..<(count / 2)]), Array(bytes[(count / 2)...]))
    guard pattern.isValidUTF8, text.isValidUTF8 else { return 0 }
    let isMatch = WildcardPattern(UTF8Text(pattern)).matches(UTF8Text(text))
    precondition(
        isMatch == matches(scalars(pattern), scalars(text)),
        "the matcher disagrees with the definition"
    )
    return 0
}

private func scalars(_ bytes: [UInt8]) -> [Unicode.Scalar] {
    Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
}

/// `reachable[i]`: whether the pattern so far matches the first `i` scalars of the text.
private func matches(_ pattern: [Unicode.Scalar], _ text: [Unicode.Scalar]) -> Bool {
    var reachable = [Bool](repeating: false, count: text.count + 1)
    reachable[0] = true
    for symbol in pattern {
        var next = [Bool](repeating: false, count: text.count + 1)
        if symbol == "*" {
            var isReached = false
            for index in reachable.indices {
                isReached = isReached || reachable[index]
                next[index] = isReached
            }
        } else {
            for index in text.indices where reachable[index] && (symbol == "?" || symbol == text[index]) {
                next[index + 1] = true
            }
        }
        reachable = next
    }
    return reachable[text.count]
}
