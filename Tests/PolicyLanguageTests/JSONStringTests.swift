import PolicyLanguage
import Testing
import Vocabulary

@Suite("Strings of JSON: escapes and UTF-8")
struct JSONStringTests {
    private static func string(_ json: [UInt8]) throws -> UTF8Text {
        try #require(JSONDocument(reading: SourceText(json)).root.string)
    }

    @Test(
        "Each escape is the character it names",
        arguments: [
            (#""\"""#, "\""), (#""\\""#, "\\"), (#""\/""#, "/"), (#""\b""#, "\u{8}"), (#""\f""#, "\u{C}"),
            (#""\n""#, "\n"), (#""\r""#, "\r"), (#""\t""#, "\t"), (#""\u0041""#, "A"),
            (#""\u00e9""#, "\u{E9}"),
            (#""\u00E9""#, "\u{E9}"), (#""\u20ac""#, "\u{20AC}"), (#""\uFFFF""#, "\u{FFFF}"),
            (#""\ud83d\ude00""#, "\u{1F600}"), (#""\uDBFF\uDFFF""#, "\u{10FFFF}"),
            (#""\ud800\udc00""#, "\u{10000}"),
            (#""a\u0000b""#, "a\u{0}b"), (#""\u005cn""#, "\\n"), (#""é\u0301é""#, "é\u{301}é"),
        ]
    )
    func escapes(_ json: String, _ text: String) throws {
        #expect(try Self.string(Array(json.utf8)) == UTF8Text(text))
    }

    @Test(
        "Nothing else may follow a backslash",
        arguments: [
            #""\a""#, #""\0""#, #""\'""#, #""\x41""#, #""\U0041""#, #""\ ""#, #""\u""#, #""\u1""#, #""\u12""#,
            #""\u123""#, #""\u123g""#, #""\u+123""#, #""\u 123""#, #""\é""#,
        ]
    )
    func badEscapes(_ json: String) {
        let faults = JSONReaderTests.faults(Array(json.utf8))
        #expect(faults == [.jsonSyntax])
    }

    @Test(
        "Half of a surrogate pair names no character, alone or in the wrong order",
        arguments: [
            #""\ud800""#, #""\udbff""#, #""\udc00""#, #""\udfff""#, #""\ud83dx""#, #""\ud83d\n""#,
            #""\ud83dA""#,
            #""\ud83d\u0041""#, #""x\ude00""#,
        ]
    )
    func loneSurrogates(_ json: String) {
        #expect(JSONReaderTests.faults(Array(json.utf8)) == [.jsonSyntax])
    }

    @Test(
        "Each half of a pair that is no pair is a fault of its own",
        arguments: [#""\ude00\ud83d""#, #""\ud83d\ud83d""#, #""\udc00\udc00""#]
    )
    func swappedSurrogates(_ json: String) {
        #expect(JSONReaderTests.faults(Array(json.utf8)) == [.jsonSyntax, .jsonSyntax])
    }

    @Test("A high half before a good pair is a fault; the pair still stands")
    func halfBeforePair() {
        #expect(JSONReaderTests.faults(Array(#""\ud83d\ud83d\ude00""#.utf8)) == [.jsonSyntax])
    }

    @Test("The first and last scalar of each length are read, raw and after an escape")
    func scalarsOfEachLength() throws {
        for scalar
            in "\u{20}\u{7F}\u{80}\u{7FF}\u{800}\u{D7FF}\u{E000}\u{FFFF}\u{10000}\u{3FFFF}\u{40000}\u{10FFFF}"
            .unicodeScalars
        {
            #expect(try Self.string(Array("\"\(scalar)\"".utf8)) == UTF8Text(String(scalar)))
            #expect(try Self.string(Array("\"\\n\(scalar)\"".utf8)) == UTF8Text("\n\(scalar)"))
        }
    }

    @Test(
        "What is not UTF-8 is refused, not repaired: overlong forms, surrogates, stray and missing bytes",
        arguments: [
            [0x80], [0xBF], [0xC0, 0xAF], [0xC1, 0xBF], [0xE0, 0x80, 0xAF], [0xE0, 0x9F, 0xBF],
            [0xF0, 0x80, 0x80, 0xAF],
            [0xF0, 0x8F, 0xBF, 0xBF], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
            [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE],
            [0xFF],
            [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xC3, 0x28], [0xE2, 0x28, 0xAC],
            [0xF0, 0x28, 0x8C, 0xBC],
        ] as [[UInt8]]
    )
    func invalidUTF8(_ bytes: [UInt8]) {
        #expect(!bytes.isValidUTF8)
        for json in [
            [0x22] + bytes + [0x22], [0x22, 0x5C, 0x6E] + bytes + [0x22],
            [0x22, 0x61] + bytes + [0x62, 0x22],
        ] {
            let faults = JSONReaderTests.faults(json)
            #expect(!faults.isEmpty && faults.allSatisfy { $0 == .jsonUTF8 }, "\(json): \(faults)")
        }
    }

    @Test("Bytes are UTF-8 exactly when the standard library decodes and encodes them to themselves")
    func everyPair() {
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                for bytes in [
                    [first, second], [0xE2, first, second], [0xF0, 0x9F, first, second],
                    [0xED, first, second],
                ] {
                    let isValid = Array(String(decoding: bytes, as: UTF8.self).utf8) == bytes
                    if bytes.isValidUTF8 != isValid { Issue.record("\(bytes)") }
                }
            }
        }
    }
}
