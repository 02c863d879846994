import Testing
import Vocabulary

@Suite("Points in time")
struct InstantTests {
    private static func instant(_ text: String) throws -> Instant {
        try #require(Instant(UTF8Text(text)), "\(text)")
    }

    @Test(
        "E14: a date and its epoch seconds are the same instant",
        arguments: [
            ("2020-01-01T00:00:00Z", 1_577_836_800), ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59Z", -1),
            ("2000-02-29T12:34:56Z", 951_827_696), ("2038-01-19T03:14:08Z", 2_147_483_648),
            ("0001-01-01T00:00:00Z", -62_135_596_800), ("9999-12-31T23:59:59Z", 253_402_300_799),
            ("1900-03-01T00:00:00Z", -2_203_891_200), ("2100-03-01T00:00:00Z", 4_107_542_400),
        ] as [(String, Int64)]
    )
    func epoch(_ date: String, _ seconds: Int64) throws {
        #expect(try Self.instant(date) == Self.instant(String(seconds)))
        #expect(try Self.instant(date).seconds == seconds)
        #expect(try Self.instant(date).description == date)
    }

    @Test(
        "E14: year, month, day, minutes and seconds are all dates; what is left out is the earliest",
        arguments: [
            "2020", "2020-01", "2020-01-01", "2020-01-01T00:00Z", "2020-01-01T00:00", "2020-01-01T00:00:00",
        ]
    )
    func shortForms(_ text: String) throws {
        #expect(try Self.instant(text).seconds == 1_577_836_800)
    }

    @Test(
        "E14: an offset names the same instant elsewhere; no zone is UTC",
        arguments: [
            "2020-06-15T12:00:00Z", "2020-06-15T12:00:00", "2020-06-15T12:00:00+00:00",
            "2020-06-15T12:00:00-00:00",
            "2020-06-15T14:00:00+02:00", "2020-06-15T07:00:00-05:00", "2020-06-15T17:30:00+05:30",
            "2020-06-15T17:30:00+0530", "2020-06-16T02:00:00+14:00", "2020-06-15T12:00:00.0Z",
            "2020-06-15T12:00Z",
        ]
    )
    func zones(_ text: String) throws {
        #expect(try Self.instant(text).description == "2020-06-15T12:00:00Z")
    }

    @Test(
        "E14: fractions have any length and count to the nanosecond",
        arguments: [
            ("2020-01-01T00:00:00.5Z", 500_000_000), ("2020-01-01T00:00:00.000000001Z", 1),
            ("1577836800.25", 250_000_000),
            ("2020-01-01T01:00:00.123456789+01:00", 123_456_789), ("1577836800.0", 0),
            ("2020-01-01T00:00:00.0000000000Z", 0), ("2020-01-01T00:00:00.1234567899Z", 123_456_789),
            ("1577836800.9999999999", 999_999_999), ("1577836800.00000000000000000009", 0),
            ("2020-01-01T00:00:00.5" + String(repeating: "0", count: 200) + "Z", 500_000_000),
        ] as [(String, UInt32)]
    )
    func fractions(_ text: String, _ nanoseconds: UInt32) throws {
        #expect(try Self.instant(text) == Instant(seconds: 1_577_836_800, nanoseconds: nanoseconds))
    }

    @Test("E14: epoch seconds before 1970 with a fraction count backwards from zero")
    func negativeFraction() throws {
        #expect(try Self.instant("-0.25") == Instant(seconds: -1, nanoseconds: 750_000_000))
        #expect(try Self.instant("-1.5") < Self.instant("-1"))
        #expect(try Self.instant("-2") < Self.instant("-1.5"))
        #expect(try Self.instant("-1.0") == Self.instant("-1"))
        #expect(try Self.instant("-1.0000000009") == Self.instant("-1"))
    }

    @Test(
        "E14: four digits are a year; any other count of digits is epoch seconds",
        arguments: [
            ("2020", 1_577_836_800), ("999", 999), ("10000", 10_000), ("12.5", 12), ("1.25", 1),
            ("-123", -123), ("0", 0),
        ]
            as [(String, Int64)]
    )
    func yearOrEpoch(_ text: String, _ seconds: Int64) throws {
        #expect(try Self.instant(text).seconds == seconds)
    }

    @Test("E14: instants stand in the order of time, to the nanosecond")
    func order() throws {
        let ascending = try [
            "0001", "1969-12-31T23:59:59.999999999Z", "0", "0.000000001", "1", "1999-12-31", "2000",
            "2020-01-01T00:00:00+01:00",
            "2020-01-01T00:00:00Z", "2020-01-01T00:00:00.1Z", "2020-01-01T00:00:00-01:00", "9999-12-31",
            "9999999999999",
        ].map { try Self.instant($0) }
        for (position, one) in ascending.enumerated() {
            for (otherPosition, other) in ascending.enumerated() {
                let expected: ValueOrder =
                    position < otherPosition ? .less : position == otherPosition ? .same : .greater
                #expect(one.order(to: other) == expected, "\(one) to \(other)")
                #expect((one < other) == (expected == .less))
            }
        }
    }

    @Test("E14: the 29th of February exists in leap years only", arguments: [2000, 2020, 2024, 2400, 4])
    func leapYears(_ year: Int) throws {
        let padded = String(String(10_000 + year).dropFirst())
        let leapDay = try Self.instant("\(padded)-02-29").seconds
        #expect(try Self.instant("\(padded)-03-01").seconds - leapDay == 86_400)
        #expect(try leapDay - Self.instant("\(padded)-02-28").seconds == 86_400)
        #expect(Instant(UTF8Text("\(padded)-02-30")) == nil)
    }

    @Test("E14: …and in no other year", arguments: ["1900", "2100", "2019", "2023", "0001", "2200"])
    func commonYears(_ year: String) throws {
        #expect(Instant(UTF8Text("\(year)-02-29")) == nil)
        #expect(try Self.instant("\(year)-03-01").seconds - Self.instant("\(year)-02-28").seconds == 86_400)
    }

    @Test(
        "E14: what is no date and no count of seconds is refused",
        arguments: [
            "", "now", "2020-1-1", "2020-13", "2020-00", "2020-01-00", "2020-01-32", "2020-04-31",
            "0000",
            "0000-01-01", "2020-01-01 00:00:00", "2020-01-01t00:00:00z", "2020-01-01T",
            "2020-01-01T24:00:00Z",
            "2020-01-01T25:00Z", "2020-01-01T00:60Z", "2020-01-01T00:00:60Z", "2020-01-01T00:00:61Z",
            "2020-01-01T0:00Z",
            "2020-01-01T00Z", "2020-01-01T00:00:00.Z", "2020-01-01T00:00:00,5Z",
            "2020-01-01T00:00:00ZZ", "2020-01-01T00:00:00+", "2020-01-01T00:00:00+1:00",
            "2020-01-01T00:00:00+15:00",
            "2020-01-01T00:00:00+99:99", "2020-01-01T00:00:00+01:60", "2020-01-01T00:00:00+01", "2020-01-01Z",
            " 2020-01-01", "2020-01-01 ", "+2020-01-01", "-2020-01-01", "12020-01-01", "99999999999999",
            "-99999999999999",
            "1e9", "0x10", "+5", "5.", ".5", "-", "--5", "1577836800Z", "2020-01T00:00Z", "2020T00:00Z",
            "2020-01-01T10:00.5Z", "nan", "\u{662}\u{660}\u{662}\u{660}",
        ]
    )
    func refused(_ text: String) {
        #expect(Instant(UTF8Text(text)) == nil)
    }

    @Test("Every day of four centuries is written as the date it was read from")
    func roundTrip() throws {
        let first = try Self.instant("1999-12-31").seconds
        for day in stride(from: 0, through: 146_200, by: 13) {
            let instant = try #require(Instant(seconds: first + Int64(day) * 86_400 + Int64(day) % 86_400))
            #expect(try Self.instant(instant.description) == instant)
        }
        for year in 1...9_999 {
            let text = String(String(10_000 + year).dropFirst()) + "-12-31T23:59:59Z"
            if try Self.instant(text).description != text { Issue.record("\(text)") }
        }
    }

    @Test("Milliseconds taken for seconds are an instant, but none of the calendar")
    func beyondCalendar() throws {
        #expect(try Self.instant("253402300799").isInCalendar)
        #expect(try !Self.instant("253402300800").isInCalendar)
        #expect(try !Self.instant("1577836800000").isInCalendar)
        #expect(Instant.distantPast.isInCalendar)
        #expect(try !Self.instant("-62135596801").isInCalendar)
        #expect(try Instant.distantPast == Self.instant("0001-01-01"))
        #expect(try Self.instant("1577836800000").description == "51969-08-29T00:00:00Z")
        #expect(try Self.instant("-62135596801").description == "0000-12-31T23:59:59Z")
    }

    @Test("Fourteen digits of seconds, or a thousand million nanoseconds, are no instant")
    func bounds() {
        #expect(Instant(seconds: 9_999_999_999_999) != nil)
        #expect(Instant(seconds: 10_000_000_000_000) == nil)
        #expect(Instant(seconds: -10_000_000_000_000) == nil)
        #expect(Instant(seconds: .max) == nil && Instant(seconds: .min) == nil)
        #expect(Instant(seconds: 0, nanoseconds: 999_999_999) != nil)
        #expect(Instant(seconds: 0, nanoseconds: 1_000_000_000) == nil)
    }
}
