import PolicyLanguage
import Testing
import Vocabulary

@Suite("JSON, strictly by RFC 8259")
struct JSONReaderTests {
    static func faults(_ bytes: [UInt8], bytesMax: Int = Limits.documentBytesMax) -> [DiagnosticCode] {
        do throws(InvalidDocument) {
            _ = try JSONDocument(reading: SourceText(bytes), bytesMax: bytesMax)
            return []
        } catch {
            return error.diagnostics.map(\.code)
        }
    }

    private static func root(_ text: String) throws -> JSONValue {
        try JSONDocument(reading: SourceText(text)).root
    }

    @Test(
        "What RFC 8259 calls JSON is read",
        arguments: [
            "{}", "[]", " [ ] ", "\t{\r\n}\n", "null", "true", "false", "\"\"", "0", "[[],{}]",
            #"{"a":{"b":[1,"x",null]}}"#, #"{"":1}"#, "\"\u{7F}\"", "\"\u{2028}\"", "[1 , 2]",
            #"{"a" : 1 , "b" : 2}"#,
        ]
    )
    func accepted(_ text: String) {
        #expect(Self.faults(Array(text.utf8)) == [])
    }

    @Test(
        "What RFC 8259 does not call JSON is refused as a syntax error",
        arguments: [
            "", " ", "{", "[", "}", "]", "{]", "[}", "[1", #"{"a"}"#, #"{"a":}"#, #"{"a" 1}"#, #"{"a":1"#,
            #"{a:1}"#, #"{'a':1}"#, #"{1:1}"#, #"{null:1}"#, #"{"a":1 "b":2}"#, "[1 2]", "tru", "True",
            "TRUE",
            "nul", "nulL", "truefalse", "undefined", "NaN", "Infinity", "-Infinity", "\"", "\"\\", #""\""#,
            "\"a",
            "'a'", "\u{A0}[]", "\u{2028}[]", "\u{B}[]", "\u{C}[]", "[\"a\nb\"]", "[\"\t\"]", ":", ",", "{:}",
            "{,}",
        ]
    )
    func refused(_ text: String) {
        #expect(Self.faults(Array(text.utf8)) == [.jsonSyntax])
    }

    @Test(
        "No comma stands without a value on both sides",
        arguments: ["[1,]", "[,1]", "[1,,2]", "[,]", #"{"a":1,}"#, #"{,"a":1}"#, #"{"a":1,,"b":2}"#]
    )
    func commas(_ text: String) {
        #expect(Self.faults(Array(text.utf8)) == [.jsonSyntax])
    }

    @Test(
        "Comments are not JSON, wherever they stand",
        arguments: ["/**/[]", "[]//x", "[/*1*/]", "[1,// x\n2]", "# x\n[]", #"{"a":/**/1}"#]
    )
    func comments(_ text: String) {
        #expect(Self.faults(Array(text.utf8)) == [.jsonSyntax])
    }

    @Test(
        "Nothing but white space may follow the document",
        arguments: [
            "{}{}", "[]]", "{}x", "1 2", "null,", "\"\"\"\"", "{}\u{0}", "{}\u{FEFF}", "00", "01", "-01",
        ]
    )
    func trailing(_ text: String) {
        #expect(Self.faults(Array(text.utf8)) == [.jsonSyntax])
    }

    @Test(
        "A byte order mark, UTF-16 and UTF-32 are refused",
        arguments: [
            [0xEF, 0xBB, 0xBF, 0x7B, 0x7D], [0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00],
            [0xFE, 0xFF, 0x00, 0x7B, 0x00, 0x7D],
            [0x7B, 0x00, 0x7D, 0x00], [0x00, 0x7B, 0x00, 0x7D],
            [0x7B, 0x00, 0x00, 0x00, 0x7D, 0x00, 0x00, 0x00],
        ] as [[UInt8]]
    )
    func otherEncodings(_ bytes: [UInt8]) {
        #expect(Self.faults(bytes) == [.jsonSyntax])
    }

    @Test(
        "Numbers follow the grammar and keep their text",
        arguments: [
            "0", "-0", "1", "-1", "10", "1.0", "0.5", "-0.5", "1e5", "1E5", "1e+5", "1e-5", "1.5e10", "0e0",
            "123456789012345678901234567890", "1e999999",
        ]
    )
    func numbers(_ text: String) throws {
        let value = try Self.root(text)
        #expect(value.kind == .number)
        #expect(value.text == UTF8Text(text))
        #expect(try Array(Self.root("[\(text)]").elements).first?.text == UTF8Text(text))
    }

    @Test(
        "Other numbers are refused",
        arguments: [
            "+1", "-", "--1", ".5", "5.", "1.e5", "1e", "1e+", "e5", "0x10", "1_000", "1,0", "-a", "1.5.2",
            "1e5.5",
            "\u{661}", "1f",
        ]
    )
    func badNumbers(_ text: String) {
        #expect(Self.faults(Array(text.utf8)) == [.jsonSyntax])
    }

    @Test(
        "Every control character must be escaped in a string, in keys too",
        arguments: Array(0..<0x20) as [UInt8]
    )
    func controls(_ byte: UInt8) {
        #expect(Self.faults([0x22, byte, 0x22]) == [.jsonSyntax])
        #expect(Self.faults([0x7B, 0x22, byte, 0x22, 0x3A, 0x31, 0x7D]) == [.jsonSyntax])
    }

    @Test("Members and elements come in the order of the text")
    func structure() throws {
        let root = try Self.root(#"{"b": [1, [2], {"x": 3}], "a": {"c": true, "d": false, "e": null}}"#)
        #expect(root.members.map { $0.key.text } == ["b", "a"])
        let list = try #require(root["b"])
        #expect(list.elements.map(\.kind) == [.number, .array, .object])
        #expect(list.elements.map(\.offset) == [7, 10, 15])
        let object = try #require(root["a"])
        #expect(object.members.map { $0.value.text } == ["true", "false", "null"])
        #expect(object["c"]?.bool == true)
        #expect(object["d"]?.bool == false)
        #expect(object["e"]?.bool == nil)
        #expect(root["c"] == nil)
        #expect(list.members.map(\.key.text).isEmpty && Array(object.elements).isEmpty)
        #expect(list.text == "" && list.string == nil && object["e"]?.string == nil)
    }

    @Test(
        "B1: a key that stands twice in one object is an error, however it is written and whatever it holds",
        arguments: [
            #"{"a":1,"a":2}"#, #"{"a":1,"a":1}"#, #"{"a":1,"b":2,"a":3}"#, #"{"a":1,"\u0061":2}"#,
            #"{"":1,"":2}"#,
            #"{"x":{"a":1,"a":1}}"#, #"[{"a":{"b":1},"a":{"b":2}}]"#,
            #"{"1":1,"2":1,"3":1,"4":1,"5":1,"6":1,"7":1,"8":1,"9":1,"\u0031":1}"#,
        ]
    )
    func duplicateKeys(_ text: String) {
        #expect(Self.faults(Array(text.utf8)) == [.duplicateKey])
    }

    @Test(
        "B9: keys that differ in a byte are different keys, equivalent ones too",
        arguments: [
            #"{"a":1,"A":2}"#, "{\"\u{E9}\":1,\"e\u{301}\":2}", #"{"a":1,"a ":2}"#, #"{"x":{"a":1},"a":1}"#,
            #"[{"a":1},{"a":1}]"#, "{\"K\":1,\"\u{212A}\":2}",
        ]
    )
    func differentKeys(_ text: String) {
        #expect(Self.faults(Array(text.utf8)) == [])
    }

    @Test("B1: a hundred thousand equal keys are told from each other in one pass")
    func manyDuplicates() {
        let text = "{" + String(repeating: #""a":1,"#, count: 100_000) + #""a":1}"#
        let elapsed = ContinuousClock().measure {
            #expect(
                Self.faults(Array(text.utf8)) == Array(repeating: .duplicateKey, count: Limits.diagnosticsMax)
            )
        }
        #expect(elapsed < .seconds(30))
    }

    @Test("Containers nest 32 deep and no deeper", arguments: [("[", "]"), (#"{"a":"#, "}")])
    func depth(_ opening: String, _ closing: String) {
        func nested(_ depth: Int) -> [UInt8] {
            let inner = opening == "[" ? "" : "1"
            let text =
                String(repeating: opening, count: depth) + inner + String(repeating: closing, count: depth)
            return Array(text.utf8)
        }
        #expect(Self.faults(nested(32)) == [])
        #expect(Self.faults(nested(33)) == [.depthLimit])
        #expect(Self.faults(nested(100_000)) == [.depthLimit])
    }

    @Test("Siblings do not count towards the depth")
    func siblings() {
        #expect(Self.faults(Array(("[" + String(repeating: "[[]],", count: 200) + "[]]").utf8)) == [])
    }

    @Test("A document may be as long as the limit and no longer")
    func size() {
        #expect(Self.faults(Array("[1,2]".utf8), bytesMax: 5) == [])
        #expect(Self.faults(Array("[1,2]".utf8), bytesMax: 4) == [.sizeLimit])
        #expect(Self.faults(Array("garbage".utf8), bytesMax: 4) == [.sizeLimit])
    }

    @Test("Faults inside strings do not end the reading; all are reported, in order")
    func manyFaults() {
        let text = Array(#"{"a":"\x","b":"\ud800","a":1,"c":""#.utf8) + [0xFF] + Array(#""}"#.utf8)
        #expect(Self.faults(text) == [.jsonSyntax, .jsonSyntax, .jsonUTF8, .duplicateKey])
    }

    @Test("A value cut from a document is its own source bytes")
    func sourceBytes() throws {
        let root = try Self.root(#"{"a": {"b": "}\"{", "c": [1, "]"]}, "d": [ ]}"#)
        #expect(UTF8Text(try #require(root["a"]).sourceBytes) == #"{"b": "}\"{", "c": [1, "]"]}"#)
        #expect(UTF8Text(try #require(root["d"]).sourceBytes) == "[ ]")
    }
}
