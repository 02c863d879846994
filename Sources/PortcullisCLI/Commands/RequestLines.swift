import IdentityDirectory
import PolicyLanguage
import Vocabulary

/// Requests from a JSON Lines file, one a line.
struct RequestLines {
    /// A line and what it says, or why it cannot be read.
    struct Line {
        let number: Int
        let document: Result<RequestDocument, InvalidDocument>
    }

    let lines: [Line]

    init(_ source: SourceText, reader: PolicyReader) {
        lines = JSONLines(source).lines.map { line in
            let document = Result { () throws(InvalidDocument) in
                try RequestDocument(reading: line.source, reader: reader)
            }
            return Line(number: line.number, document: document)
        }
    }
}
