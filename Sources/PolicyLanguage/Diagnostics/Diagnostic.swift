/// One fault or remark about a document, with its place.
public struct Diagnostic: Sendable, Hashable {
    /// Whether the document can be used.
    public enum Severity: String, Sendable {
        /// The document is refused.
        case error
        /// The document is accepted; somebody should look.
        case warning
    }

    /// Whether the document can be used.
    public let severity: Severity
    /// What kind of fault; stable across versions.
    public let code: DiagnosticCode
    /// One sentence for people: lower case, user text in backticks.
    public let message: String
    /// The element, such as `Statement[2].Condition.StringLike`; empty for the whole document.
    public let path: String
    /// Where the element begins.
    public let location: SourceLocation

    /// Describes a fault.
    public init(
        _ severity: Severity,
        _ code: DiagnosticCode,
        _ message: String,
        path: String,
        location: SourceLocation
    ) {
        self.severity = severity
        self.code = code
        self.message = message
        self.path = path
        self.location = location
    }
}

extension Diagnostic: CustomStringConvertible {
    /// `file:line:column: error: message [code] at path`.
    public var description: String {
        let place = path.isEmpty ? "" : " at \(path)"
        return "\(location): \(severity.rawValue): \(message) [\(code.rawValue)]\(place)"
    }
}

/// A position in a named source.
public struct SourceLocation: Sendable, Hashable, CustomStringConvertible {
    /// The file or other name of the source; may be empty.
    public let source: String
    /// Bytes from the start.
    public let offset: Int
    /// Lines from 1.
    public let line: Int
    /// Bytes from the start of the line, from 1.
    public let column: Int

    /// Names a position.
    public init(source: String, offset: Int, line: Int, column: Int) {
        self.source = source
        self.offset = offset
        self.line = line
        self.column = column
    }

    /// `source:line:column`.
    public var description: String { source.isEmpty ? "\(line):\(column)" : "\(source):\(line):\(column)" }
}

/// A document was refused; every fault found in it.
public struct InvalidDocument: Error, Sendable, CustomStringConvertible {
    /// The faults and remarks in order of position; at least one is an error.
    public let diagnostics: [Diagnostic]

    /// Takes the findings of a document that has at least one error.
    public init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

    /// One line a finding.
    public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
