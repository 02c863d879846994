import PolicyLanguage
import Testing
import Vocabulary

@Suite("Writing JSON")
struct JSONWriterTests {
    private static let value = JSONWriter.Value.object([
        ("z", .array([.integer(-1), .bool(true), .bool(false), .null])), ("gone", nil), ("a", .object([])),
        ("t", .text("x" as UTF8Text)), ("n", .text(nil)), ("e", .array([])),
    ])

    @Test("A value stands on one line, members in the order given, those without a value left out")
    func oneLine() {
        #expect(JSONWriter.text(Self.value) == #"{"z":[-1,true,false,null],"a":{},"t":"x","e":[]}"#)
    }

    @Test("A pretty value is indented by two spaces; empty containers stay closed")
    func pretty() {
        let text = JSONWriter.text(Self.value, isPretty: true)
        #expect(
            text == """
                {
                  "z": [
                    -1,
                    true,
                    false,
                    null
                  ],
                  "a": {},
                  "t": "x",
                  "e": []
                }
                """
        )
    }

    @Test(
        "Quotes, backslashes and control characters are escaped; everything else stands as it is",
        arguments: [
            ("\"", #""\"""#), ("\\", #""\\""#), ("\n", #""\n""#), ("\r", #""\r""#), ("\t", #""\t""#),
            ("\r\n", #""\r\n""#), ("\u{0}", #""\u0000""#), ("\u{1B}", #""\u001b""#), ("\u{7F}", #""\u007f""#),
            ("/", #""/""#), ("e\u{301}", "\"e\u{301}\""), ("\u{1F600}", "\"\u{1F600}\""),
        ]
    )
    func escapes(_ string: String, _ json: String) {
        #expect(Array(JSONWriter.text(.string(string)).utf8) == Array(json.utf8))
        #expect(JSONWriter.text(.object([(string, .null)])) == "{\(json):null}")
    }

    @Test("Every scalar that is written is read back as itself, as a value and as a key")
    func roundTrip() throws {
        var string = ""
        for value in Array(0..<0x300) + [0x2028, 0xFFFF, 0x10000, 0x10FFFF] {
            if let scalar = Unicode.Scalar(UInt32(value)) { string.unicodeScalars.append(scalar) }
        }
        for isPretty in [false, true] {
            let text = JSONWriter.text(.object([(string, .string(string))]), isPretty: isPretty)
            let root = try JSONDocument(reading: SourceText(text)).root
            #expect(root[UTF8Text(string)]?.string == UTF8Text(string))
        }
    }

    @Test("Integers are written exactly", arguments: [Int64.min, -1, 0, 9_007_199_254_740_993, Int64.max])
    func integers(_ integer: Int64) {
        #expect(JSONWriter.text(.integer(integer)) == "\(integer)")
    }
}
