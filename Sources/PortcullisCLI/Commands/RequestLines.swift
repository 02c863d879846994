import IdentityDirectory
import PolicyLanguage
import Vocabulary

/// Requests from a JSON Lines file, one a line.
struct RequestLines {
    /// A line and what it says, or why it cannot be read.
    struct Line {
        let number: Int
        /// The name of the request, also where the rest cannot be read.
        let id: UTF8Text?
        let document: Result<RequestDocument, InvalidDocument>
    }

    let lines: [Line]

    private static func id(
        _ document: Result<RequestDocument, InvalidDocument>,
        _ source: SourceText
    ) -> UTF8Text? {
        if case .success(let document) = document { return document.id }
        return (try? JSONDocument(reading: source))?.root["id"]?.string
    }

    init(_ source: SourceText, reader: PolicyReader) {
        lines = JSONLines(source).lines.map { line in
            let document = Result { () throws(InvalidDocument) in
                try RequestDocument(reading: line.source, reader: reader)
            }
            return Line(number: line.number, id: Self.id(document, line.source), document: document)
        }
    }
}
