public import PolicyLanguage

/// A directory was refused: every fault found in all its files.
///
/// Nothing of a faulty directory is used, since the part left out could be a Deny.
public struct InvalidDirectory: Error, Sendable, CustomStringConvertible {
    /// Faults reported; each costs a walk through its file, so a directory with more is not searched for all.
    public static let diagnosticsMax = 1_000

    /// The faults in order of file and position, with the remarks on the same policies.
    public let diagnostics: [Diagnostic]
    /// Further faults that were seen; there may be others in policies that were no longer read.
    public let omittedCount: Int

    /// One line a finding.
    public var description: String {
        let lines =
            diagnostics.map(\.description) + (omittedCount > 0 ? ["and at least \(omittedCount) more"] : [])
        return lines.joined(separator: "\n")
    }
}

/// Where something in a directory was written.
///
/// Line and column are computed for messages only.
enum Place {
    /// A file or folder as a whole.
    case file(String)
    /// A value in a file.
    case value(JSONValue)

    var location: SourceLocation {
        switch self {
        case .file(let name): SourceLocation(source: name, offset: 0, line: 1, column: 1)
        case .value(let value): value.location
        }
    }

    var path: String {
        switch self {
        case .file: ""
        case .value(let value): value.path
        }
    }
}

/// Collects the faults of all files of one directory.
struct DirectoryFaults {
    private var diagnostics: [Diagnostic] = []
    private var omittedCount = 0

    mutating func report(_ code: DiagnosticCode, _ message: String, at place: Place) {
        guard hasRoom() else { return }
        diagnostics.append(Diagnostic(.error, code, message, path: place.path, location: place.location))
    }

    mutating func append(_ invalid: InvalidDocument) {
        for diagnostic in invalid.diagnostics where hasRoom() { diagnostics.append(diagnostic) }
    }

    /// Whether the directory is refused and nothing more will be said about it.
    var isFull: Bool { diagnostics.count >= InvalidDirectory.diagnosticsMax }

    private mutating func hasRoom() -> Bool {
        if !isFull { return true }
        omittedCount += 1
        return false
    }

    /// Refuses the directory if there is any fault.
    func check() throws(InvalidDirectory) {
        guard !diagnostics.isEmpty else { return }
        throw InvalidDirectory(
            diagnostics: diagnostics.sorted { Self.order($0, $1) },
            omittedCount: omittedCount
        )
    }

    private static func order(_ lhs: Diagnostic, _ rhs: Diagnostic) -> Bool {
        let (left, right) = (lhs.location, rhs.location)
        if left.source.utf8.elementsEqual(right.source.utf8) {
            return (left.offset, lhs.code.rawValue) < (right.offset, rhs.code.rawValue)
        }
        return left.source.utf8.lexicographicallyPrecedes(right.source.utf8)
    }
}
