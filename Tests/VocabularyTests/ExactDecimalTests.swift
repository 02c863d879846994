import Testing
import Vocabulary

@Suite("Numbers")
struct ExactDecimalTests {
    private static func number(_ text: String) throws -> ExactDecimal {
        try #require(ExactDecimal(UTF8Text(text)))
    }

    @Test(
        "E13: a number has one value, however it is written",
        arguments: [
            ["1", "1.0", "01", "1.000", "10e-1", "0.1e1", "1E0", "1e+0", "1e-0", "0001"],
            ["0", "-0", "0.0", "0e99", "-0.00e-5", "00"],
            ["-12.5", "-12.50", "-125e-1", "-0.125e2", "-012.5"], ["100", "1e2", "1.00e2", "1000e-1"],
            ["123456789012345678901234567890", "1234567890.12345678901234567890e20"],
        ]
    )
    func equal(_ spellings: [String]) throws {
        let numbers = try spellings.map { try Self.number($0) }
        for one in numbers {
            for other in numbers {
                #expect(one == other)
                #expect(one.order(to: other) == .same)
            }
        }
        #expect(Set(numbers).count == 1)
    }

    @Test("E13: numbers are compared exactly, whatever their length")
    func order() throws {
        let ascending = [
            "-1e100", "-9007199254740993", "-9007199254740992", "-10.01", "-10", "-9.99", "-1", "-0.5",
            "-1e-100", "0", "1e-100", "0.1", "0.30000000000000000001", "0.30000000000000000002", "0.31", "1",
            "1.5",
            "2", "9.99", "10", "10.01", "99", "100", "9007199254740992", "9007199254740993",
            "18446744073709551615", "18446744073709551616", "123456789012345678901234567890",
            "123456789012345678901234567891", "1e100",
        ]
        let numbers = try ascending.map { try Self.number($0) }
        for (position, number) in numbers.enumerated() {
            for (otherPosition, other) in numbers.enumerated() {
                let expected: ValueOrder =
                    position < otherPosition ? .less : position == otherPosition ? .same : .greater
                #expect(
                    number.order(to: other) == expected,
                    "\(ascending[position]) to \(ascending[otherPosition])"
                )
                #expect((number == other) == (expected == .same))
            }
        }
    }

    @Test(
        "E13: small integers and hundredths stand in the order of the integers",
        arguments: [(1, ""), (100, "e-2")]
    )
    func agreesWithIntegers(_ scale: Int, _ suffix: String) throws {
        let integers = [
            -1_100, -1_010, -101, -100, -99, -11, -10, -9, -1, 0, 1, 9, 10, 11, 99, 100, 101, 1_010, 1_100,
        ]
        for one in integers {
            for other in integers {
                let order = try Self.number("\(one * scale)\(suffix)").order(to: Self.number("\(other)"))
                #expect(
                    order == (one < other ? .less : one == other ? .same : .greater),
                    "\(one) to \(other)"
                )
            }
        }
    }

    @Test(
        "E13: NaN, infinity, hexadecimal, signs, spaces and suffixes are no numbers",
        arguments: [
            "", "nan", "NaN", "inf", "-inf", "Infinity", "0x10", "0b1", "+5", "--5", "-", "- 5", " 5", "5 ",
            "5\n", "5\u{0}",
            "10abc", "abc", ".5", "5.", "1.e3", "1..2", "1.2.3", "1,000", "1_000", "1e", "1e+", "1e--1",
            "1e1.5", "e5", "5-",
            "\u{661}", "\u{FF15}", "1\u{301}", "true", "${x}",
        ]
    )
    func refused(_ text: String) {
        #expect(ExactDecimal(UTF8Text(text)) == nil)
    }

    @Test("E13: more digits or a larger exponent than the limit are refused, never rounded")
    func limits() throws {
        let longest = String(repeating: "9", count: Limits.decimalDigitsMax)
        #expect(try Self.number(longest).order(to: Self.number("1e100")) == .less)
        #expect(ExactDecimal(UTF8Text(longest + "9")) == nil)
        #expect(ExactDecimal(UTF8Text("0." + longest)) == nil)
        #expect(ExactDecimal(UTF8Text(String(repeating: "0", count: 101))) == nil)
        _ = try Self.number("1e100")
        _ = try Self.number("1e-100")
        for text in ["1e101", "1e-101", "1e9999", "1e99999", "0e18446744073709551616"] {
            #expect(ExactDecimal(UTF8Text(text)) == nil, "\(text)")
        }
        #expect(ExactDecimal(UTF8Text(String(repeating: "1", count: 1_000_000))) == nil)
    }

    @Test(
        "E13: a number equals its significant digits with the same sign and power of ten",
        arguments: [
            ("-120.0340e-2", "120034", 1), ("0.00120", "12", -2), ("1000", "1", 4), ("1.5", "15", 1),
            ("10.5", "105", 2),
            ("0.1e1", "1", 1), ("-0.0", "", 0),
            ("12345678901234567890.12345", "1234567890123456789012345", 20),
        ]
    )
    func shape(_ text: String, _ digits: String, _ exponent: Int) throws {
        let number = try Self.number(text)
        #expect(number.significantDigits == UTF8Text(digits))
        #expect(number.shape.exponent == exponent)
        let shape = DecimalShape(
            isNegative: number.shape.isNegative,
            exponent: exponent,
            digits: 0..<digits.utf8.count
        )
        let bytes = Array(digits.utf8)
        #expect(number.shape.order(in: number.text.bytes.span, to: shape, in: bytes.span) == .same)
        #expect(shape.order(in: bytes.span, to: number.shape, in: number.text.bytes.span) == .same)
    }
}
