import Testing
import Vocabulary

@Suite("Base64")
struct Base64Tests {
    @Test(
        "E16: standard base64 with padding is decoded to bytes",
        arguments: [
            ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"),
            ("Zm9vYmE=", "fooba"),
            ("Zm9vYmFy", "foobar"),
        ]
    )
    func vectors(_ text: String, _ bytes: String) {
        #expect(Base64.decode(UTF8Text(text)) == Array(bytes.utf8))
    }

    @Test("E16: the two letters beyond the alphabet are plus and slash")
    func symbols() {
        #expect(Base64.decode("+/+/") == [0xFB, 0xFF, 0xBF])
        #expect(Base64.decode("/w==") == [0xFF])
    }

    @Test("E16: every run of bytes comes back from its encoding", arguments: 0...9)
    func roundTrip(_ length: Int) {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for round in 0..<100 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: ($0 + 3) * (round * 37 + 11)) }
            let bits = bytes.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
            var encoded = stride(from: 0, to: bits.count, by: 6).map { start in
                alphabet[(0..<6).reduce(0) { $0 * 2 + (start + $1 < bits.count ? Int(bits[start + $1]) : 0) }]
            }
            while !encoded.count.isMultiple(of: 4) { encoded.append(UInt8(ascii: "=")) }
            #expect(Base64.decode(UTF8Text(encoded)) == bytes)
        }
    }

    @Test(
        "E16: other alphabets, white space, and wrong padding are no base64",
        arguments: [
            "Z", "Zg", "Zg=", "Zm8", "Zg===", "=", "==", "===", "====", "Z===", "Zg=g", "=Zg=", "Zg==Zg==",
            "Zm9v=", "Zm9v====",
            "Zm 9", "Zm9v\n", "Zm9\n", "Zm-_", "Zm9v Zm9v", "Zm9\u{0}", "Zm\u{E9}", "Zm9*", "Zm.v",
        ]
    )
    func refused(_ text: String) {
        #expect(Base64.decode(UTF8Text(text)) == nil)
    }

    @Test(
        "E16: bits beyond the last byte must be zero, so that a value has one spelling",
        arguments: ["Zh==", "Zm9=", "Zn8=", "//=="]
    )
    func leftoverBits(_ text: String) {
        #expect((Base64.decode(UTF8Text(text)) != nil) == (text == "Zn8="))
    }
}
