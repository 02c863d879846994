import PolicyLanguage

/// The lines of a JSON Lines file; blank ones are passed over, and still counted.
struct JSONLines {
    /// A line by its number, as a source named `FILE:NUMBER`.
    struct Line {
        let number: Int
        let source: SourceText
    }

    let lines: [Line]

    init(_ source: SourceText) {
        let rows = source.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        lines = rows.enumerated().compactMap { index, row in
            let isBlank = row.allSatisfy { $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }
            let name = "\(source.name):\(index + 1)"
            return isBlank ? nil : Line(number: index + 1, source: SourceText(Array(row), name: name))
        }
    }
}
