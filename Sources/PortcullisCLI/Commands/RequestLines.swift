import IdentityDirectory
import PolicyLanguage
import Vocabulary

/// Requests from a JSON Lines file, one a line; empty lines are passed over.
struct RequestLines {
    /// A line and what it says, or why it cannot be read.
    struct Line {
        let number: Int
        let document: Result<RequestDocument, InvalidDocument>
    }

    let lines: [Line]

    init(_ source: SourceText, reader: PolicyReader) {
        var lines: [Line] = []
        let rows = source.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, row) in rows.enumerated()
        where !row.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) {
            // Spaces keep line and column of messages true to the file without copying what stands before.
            let row = SourceText(Array(row), name: "\(source.name):\(index + 1)")
            let document = Result { () throws(InvalidDocument) in
                try RequestDocument(reading: row, reader: reader)
            }
            lines.append(Line(number: index + 1, document: document))
        }
        self.lines = lines
    }
}
