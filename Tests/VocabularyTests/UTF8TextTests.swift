import Testing
import Vocabulary

@Suite("Text as bytes")
struct UTF8TextTests {
    @Test(
        "B9: texts that Unicode calls equivalent are different texts",
        arguments: [
            ("\u{E9}", "e\u{301}"),
            ("\u{C5}", "\u{212B}"),
            ("K", "\u{212A}"),
            ("\u{AC00}", "\u{1100}\u{1161}"),
            ("\u{1E9B}\u{323}", "\u{17F}\u{323}\u{307}"),
        ]
    )
    func noNormalisation(_ one: String, _ other: String) {
        #expect(one == other, "the strings must be canonically equivalent for this test to mean anything")
        #expect(UTF8Text(one) != UTF8Text(other))
        #expect(!UTF8Text(one).equalsIgnoringASCIICase(UTF8Text(other)))
        #expect(Set([UTF8Text(one), UTF8Text(other)]).count == 2)
    }

    @Test("A slice equals, and hashes as, the same bytes standing elsewhere")
    func slices() {
        let whole: UTF8Text = "abcabc"
        #expect(whole[0..<3] == whole[3..<6])
        #expect(whole.dropFirst(3) == "abc")
        #expect(Set([whole[0..<3], whole[3..<6], "abc"]).count == 1)
        #expect(whole[3..<6][0] == UInt8(ascii: "a"))
        #expect(whole[1..<6].dropFirst(1)[0..<2] == "ca")
    }

    @Test("Offsets in a slice count from its own start")
    func offsetsInSlice() {
        let slice = UTF8Text("x:y:z").dropFirst(2)
        #expect(slice.firstOffset(of: UInt8(ascii: ":")) == 1)
        #expect(slice.firstOffset(of: UInt8(ascii: ":"), from: 2) == nil)
        #expect(slice.firstOffset(of: UInt8(ascii: "z"), from: 2) == 2)
        #expect(slice.firstOffset(of: UInt8(ascii: "x")) == nil)
        #expect(UTF8Text("").firstOffset(of: 0) == nil)
    }

    @Test(
        "Order is the order of bytes, a prefix first",
        arguments: [
            ("", "a"), ("a", "aa"), ("A", "a"), ("a", "b"), ("z", "\u{E9}"), ("\u{FFFD}", "\u{10000}"),
        ]
    )
    func order(_ less: String, _ greater: String) {
        #expect(UTF8Text(less) < UTF8Text(greater))
        #expect(!(UTF8Text(greater) < UTF8Text(less)))
        #expect(!(UTF8Text(less) < UTF8Text(less)))
    }

    @Test("A prefix is a prefix of bytes")
    func prefixes() {
        let name: UTF8Text = "arn:aws:s3"
        #expect(name.hasPrefix("arn:"))
        #expect(name.hasPrefix(""))
        #expect(name.hasPrefix(name))
        #expect(!name.hasPrefix("arn:aws:s3:"))
        #expect(!name.hasPrefix("ARN:"))
        #expect(name.begins(with: "arn:"))
        #expect(!name.begins(with: "arn:aws:s3:"))
        #expect(!UTF8Text("").begins(with: "a"))
        #expect(UTF8Text("e\u{301}").hasPrefix("e"))
    }

    @Test("A literal equals only the same bytes, no shorter and no longer text")
    func literals() {
        #expect(UTF8Text("root").equals("root"))
        #expect(!UTF8Text("roo").equals("root"))
        #expect(!UTF8Text("roots").equals("root"))
        #expect(!UTF8Text("Root").equals("root"))
        #expect(!UTF8Text("e\u{301}").equals("\u{E9}"))
        #expect(UTF8Text("\u{E9}").equals("\u{E9}"))
    }

    @Test("Bytes that are not UTF-8 stay as they are, and only the description repairs them")
    func invalidBytes() {
        let text = UTF8Text([0x61, 0xFF, 0x62])
        #expect(text.count == 3)
        #expect(Array(text.bytes) == [0x61, 0xFF, 0x62])
        #expect(text.description == "a\u{FFFD}b")
        #expect(text != UTF8Text("a\u{FFFD}b"))
    }
}

@Suite("ASCII folding and byte classes")
struct ASCIITests {
    @Test("E12: of all bytes only A–Z fold, each to its own small letter")
    func foldEveryByte() {
        for byte in UInt8.min...UInt8.max {
            let isCapital = (0x41...0x5A).contains(byte)
            #expect(byte.asciiLowercased == (isCapital ? byte + 32 : byte), "byte \(byte)")
        }
    }

    @Test("Byte classes hold exactly the bytes they name")
    func classes() {
        for byte in UInt8.min...UInt8.max {
            let scalar = Character(Unicode.Scalar(byte))
            #expect(byte.isASCIIDigit == ("0"..."9" ~= scalar && scalar.isASCII), "byte \(byte)")
            #expect(byte.isASCIILetter == (scalar.isASCII && scalar.isLetter), "byte \(byte)")
            #expect(byte.isASCIIControl == (byte < 32 || byte == 127), "byte \(byte)")
            #expect(byte.isUTF8Continuation == (0x80...0xBF).contains(byte), "byte \(byte)")
        }
    }

    @Test(
        "E12: letters outside ASCII never fold, not even into ASCII",
        arguments: [
            ("\u{212A}", "k"), ("\u{130}", "i"), ("\u{17F}", "s"), ("\u{C9}", "\u{E9}"), ("\u{DF}", "ss"),
        ]
    )
    func noUnicodeFolding(_ one: String, _ other: String) {
        #expect(UTF8Text(one).asciiLowercased == UTF8Text(one))
        #expect(!UTF8Text(one).equalsIgnoringASCIICase(UTF8Text(other)))
    }

    @Test("Ignoring case, texts are equal when they differ only in A–Z against a–z")
    func ignoringCase() {
        #expect(UTF8Text("S3:GetObject").equalsIgnoringASCIICase("s3:getobject"))
        #expect(UTF8Text("S3:GetObject").asciiLowercased == "s3:getobject")
        #expect(!UTF8Text("[").equalsIgnoringASCIICase("{"))
        #expect(!UTF8Text("@").equalsIgnoringASCIICase("`"))
        #expect(!UTF8Text("ab").equalsIgnoringASCIICase("abc"))
        #expect(UTF8Text("").equalsIgnoringASCIICase(""))
    }

    @Test(
        "A control character is seen wherever it stands",
        arguments: ["\u{0}a", "a\u{1F}", "a\u{7F}b", "a\tb", "a\n", "\r"]
    )
    func controls(_ string: String) {
        #expect(UTF8Text(string).containsControlCharacter)
    }

    @Test(
        "U+0080–U+009F are two bytes of UTF-8 and no ASCII control",
        arguments: ["", " ~", "\u{80}", "\u{9F}"]
    )
    func noControls(_ string: String) {
        #expect(!UTF8Text(string).containsControlCharacter)
    }
}
