/// The parameters of AWS's query protocol: texts under dotted names, lists as `Name.member.1`, `Name.member.2`.
///
/// What nobody has read when a request has been understood is a parameter that does not exist.
struct QueryParameters {
    private let values: [String: String]
    /// Every name, and what stands before each of its dots.
    private let stems: Set<String>
    private var unread: Set<String>

    init(_ fields: FormFields) {
        values = fields.values
        unread = Set(values.keys)
        var stems = Set(values.keys)
        for name in values.keys {
            for index in name.indices where name[index] == "." { stems.insert(String(name[..<index])) }
        }
        self.stems = stems
    }

    /// The text of a parameter.
    ///
    /// - Throws: ``QueryFault`` unless its length is within bounds.
    mutating func text(_ name: String, count: ClosedRange<Int> = 1...2_048) throws(QueryFault) -> String? {
        guard let value = values[name] else { return nil }
        unread.remove(name)
        guard count.contains(value.unicodeScalars.count) else {
            throw .validation(
                "`\(name)` has \(value.unicodeScalars.count) characters; from \(count.lowerBound) to "
                    + "\(count.upperBound) are allowed"
            )
        }
        return value
    }

    /// The text of a parameter that must be there.
    mutating func required(_ name: String, count: ClosedRange<Int> = 1...2_048) throws(QueryFault) -> String {
        guard let value = try text(name, count: count) else { throw .validation("`\(name)` is missing") }
        return value
    }

    /// A word of a set.
    mutating func word<Word: RawRepresentable<String> & CaseIterable>(
        _ name: String,
        _: Word.Type
    ) throws(QueryFault) -> Word? {
        guard let text = try text(name) else { return nil }
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw .validation("`\(name)` is none of \(words)")
        }
        return word
    }

    /// A number in decimal digits.
    mutating func number(_ name: String, in range: ClosedRange<Int>) throws(QueryFault) -> Int? {
        guard let text = try text(name) else { return nil }
        guard text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }), let number = Int(text),
            range.contains(number)
        else { throw .validation("`\(name)` is no number from \(range.lowerBound) to \(range.upperBound)") }
        return number
    }

    /// The names of a list's elements, in order; nil where the list is not there.
    mutating func elements(_ name: String, countMax: Int) throws(QueryFault) -> [String]? {
        if values[name] == "" {
            unread.remove(name)
            return []
        }
        guard stems.contains("\(name).member") else { return nil }
        var names: [String] = []
        while stems.contains("\(name).member.\(names.count + 1)") {
            guard names.count < countMax else {
                throw .validation("`\(name)` has more than \(countMax) elements")
            }
            names.append("\(name).member.\(names.count + 1)")
        }
        return names
    }

    /// The texts of a list; nil where the list is not there.
    mutating func texts(
        _ name: String,
        count: ClosedRange<Int> = 1...2_048,
        countMax: Int
    ) throws(QueryFault) -> [String]? {
        guard let names = try elements(name, countMax: countMax) else { return nil }
        var texts: [String] = []
        for name in names { texts.append(try required(name, count: count)) }
        return texts
    }

    /// Ends reading.
    ///
    /// - Throws: ``QueryFault`` with the first parameter that nobody asked for.
    func finish() throws(QueryFault) {
        if let name = unread.min() { throw .validation("there is no parameter `\(name)`") }
    }

    /// All parameters but these, so that equal requests give equal bytes and others do not.
    func bytes(without names: Set<String>) -> [UInt8] {
        var bytes: [UInt8] = []
        for (name, value) in values.sorted(by: { $0.key < $1.key }) where !names.contains(name) {
            for text in [name, value] {
                bytes += (0..<8).map { UInt8(truncatingIfNeeded: text.utf8.count >> ($0 * 8)) }
                bytes += text.utf8
            }
        }
        return bytes
    }
}
