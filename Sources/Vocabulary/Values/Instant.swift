/// A point in time to the nanosecond (E14).
public struct Instant: Sendable, Hashable, Comparable {
    /// Seconds since 1970-01-01T00:00:00Z.
    public let seconds: Int64
    /// Nanoseconds into that second.
    public let nanoseconds: UInt32

    /// The years 1–9999, which a written date can name.
    private static let calendarRange: ClosedRange<Int64> = -62_135_596_800...253_402_300_799
    /// What epoch seconds can name: thirteen digits, so that a time in milliseconds is still a number.
    private static let secondsRange: ClosedRange<Int64> = -9_999_999_999_999...9_999_999_999_999

    /// Whether the year has four digits.
    ///
    /// An instant beyond is most likely milliseconds taken for seconds.
    public var isInCalendar: Bool { Self.calendarRange.contains(seconds) }

    private init(unchecked seconds: Int64) {
        self.seconds = seconds
        nanoseconds = 0
    }

    /// The first instant of the year 1.
    public static let distantPast = Instant(unchecked: calendarRange.lowerBound)

    /// A point in time; nil for more than thirteen digits of seconds.
    public init?(seconds: Int64, nanoseconds: UInt32 = 0) {
        guard Self.secondsRange.contains(seconds), nanoseconds < 1_000_000_000 else { return nil }
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// Reads a W3C date (year, month, day, minutes, seconds, fraction, zone) or epoch seconds.
    ///
    /// A text without a zone is UTC (E14). A text of other than four digits is epoch seconds, since a year
    /// has four.
    public init?(_ text: Span<UInt8>) {
        let isYear = text.count == 4 && (0..<4).allSatisfy { text[$0].isASCIIDigit }
        let isDate = isYear || text.count > 4 && text[4] == UInt8(ascii: "-")
        guard let instant = isDate ? Self.date(text) : Self.epoch(text) else { return nil }
        self = instant
    }

    /// Reads a text, as the other initializer reads bytes.
    public init?(_ text: UTF8Text) { self.init(text.bytes.span) }

    /// Order in time.
    public static func < (lhs: Self, rhs: Self) -> Bool {
        (lhs.seconds, lhs.nanoseconds) < (rhs.seconds, rhs.nanoseconds)
    }

    /// How this instant stands to another.
    public func order(to other: Self) -> ValueOrder {
        self < other ? .less : self == other ? .same : .greater
    }

    private static func epoch(_ text: Span<UInt8>) -> Instant? {
        var scanner = ByteScanner()
        let isNegative = scanner.take(UInt8(ascii: "-"), in: text)
        let digits = scanner.takeDigits(in: text)
        guard !digits.isEmpty, digits.count <= 13 else { return nil }
        let magnitude = digits.reduce(Int64(0)) { $0 * 10 + Int64(text[$1] & 0x0F) }
        guard let nanoseconds = fraction(&scanner, text), scanner.isAtEnd(of: text) else { return nil }
        if isNegative {
            return nanoseconds == 0
                ? Instant(seconds: -magnitude)
                : Instant(seconds: -magnitude - 1, nanoseconds: 1_000_000_000 - nanoseconds)
        }
        return Instant(seconds: magnitude, nanoseconds: nanoseconds)
    }

    private static func date(_ text: Span<UInt8>) -> Instant? {
        var scanner = ByteScanner()
        guard let year = scanner.takeNumber(digits: 4, in: text), year >= 1 else { return nil }
        var (month, day) = (1, 1)
        var hasDay = false
        if scanner.take(UInt8(ascii: "-"), in: text) {
            guard let value = scanner.takeNumber(digits: 2, in: text), 1...12 ~= value else { return nil }
            month = value
            if scanner.take(UInt8(ascii: "-"), in: text) {
                guard let value = scanner.takeNumber(digits: 2, in: text),
                    1...daysInMonth(year, month) ~= value
                else {
                    return nil
                }
                day = value
                hasDay = true
            }
        }
        var seconds = daysSinceEpoch(year, month, day) * 86_400
        var nanoseconds: UInt32 = 0
        if hasDay, scanner.take(UInt8(ascii: "T"), in: text) {
            guard let time = timeOfDay(&scanner, text), let offset = zone(&scanner, text) else { return nil }
            seconds += time.seconds - offset
            nanoseconds = time.nanoseconds
        }
        guard scanner.isAtEnd(of: text) else { return nil }
        return Instant(seconds: seconds, nanoseconds: nanoseconds)
    }

    /// Hours and minutes, then perhaps seconds, and only after those a fraction.
    private static func timeOfDay(_ scanner: inout ByteScanner, _ text: Span<UInt8>) -> (
        seconds: Int64, nanoseconds: UInt32
    )? {
        guard let hour = scanner.takeNumber(digits: 2, in: text), hour < 24,
            scanner.take(UInt8(ascii: ":"), in: text),
            let minute = scanner.takeNumber(digits: 2, in: text), minute < 60
        else { return nil }
        let wholeMinutes = Int64(hour * 3_600 + minute * 60)
        guard scanner.take(UInt8(ascii: ":"), in: text) else { return (wholeMinutes, 0) }
        guard let second = scanner.takeNumber(digits: 2, in: text), second < 60,
            let fraction = fraction(&scanner, text)
        else {
            return nil
        }
        return (wholeMinutes + Int64(second), fraction)
    }

    /// A fraction of any length; what is finer than a nanosecond is cut off.
    private static func fraction(_ scanner: inout ByteScanner, _ text: Span<UInt8>) -> UInt32? {
        guard scanner.take(UInt8(ascii: "."), in: text) else { return 0 }
        let digits = scanner.takeDigits(in: text)
        guard !digits.isEmpty else { return nil }
        let value = digits.prefix(9).reduce(UInt32(0)) { $0 * 10 + UInt32(text[$1] & 0x0F) }
        return (min(digits.count, 9)..<9).reduce(value) { value, _ in value * 10 }
    }

    private static func zone(_ scanner: inout ByteScanner, _ text: Span<UInt8>) -> Int64? {
        if scanner.isAtEnd(of: text) || scanner.take(UInt8(ascii: "Z"), in: text) { return 0 }
        let isEast = scanner.take(UInt8(ascii: "+"), in: text)
        guard isEast || scanner.take(UInt8(ascii: "-"), in: text),
            let hours = scanner.takeNumber(digits: 2, in: text),
            hours <= 14
        else {
            return nil
        }
        _ = scanner.take(UInt8(ascii: ":"), in: text)
        guard let minutes = scanner.takeNumber(digits: 2, in: text), minutes < 60 else { return nil }
        let offset = Int64(hours * 3_600 + minutes * 60)
        return isEast ? offset : -offset
    }

    private static func isLeapYear(_ year: Int) -> Bool {
        year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    }

    private static func daysInMonth(_ year: Int, _ month: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: isLeapYear(year) ? 29 : 28
        default: 31
        }
    }

    /// Days from 1970-01-01 in the proleptic Gregorian calendar, counted in years that begin in March.
    private static func daysSinceEpoch(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int64(era * 146_097 + dayOfEra - 719_468)
    }
}

extension Instant: CustomStringConvertible {
    /// `2026-03-01T12:00:00Z`; fractions are left out.
    public var description: String {
        let parts = Self.calendarParts(seconds)
        func padded(_ value: Int64, _ width: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return "\(padded(parts.year, 4))-\(padded(parts.month, 2))-\(padded(parts.day, 2))T"
            + "\(padded(parts.hour, 2)):\(padded(parts.minute, 2)):\(padded(parts.second, 2))Z"
    }

    /// Date and time of day of epoch seconds, in UTC.
    package static func calendarParts(
        _ seconds: Int64
    ) -> (year: Int64, month: Int64, day: Int64, hour: Int64, minute: Int64, second: Int64) {
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let time = seconds - days * 86_400
        let shifted = days + 719_468
        let era = shifted >= 0 ? shifted / 146_097 : (shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, day, time / 3_600, time / 60 % 60, time % 60)
    }
}
