import Vocabulary

/// Collects the findings of one document.
struct DiagnosticSink {
    let source: SourceText
    let mode: ValidationMode
    private(set) var diagnostics: [Diagnostic] = []
    private(set) var hasErrors = false
    private var warningCount = 0

    init(_ source: SourceText, mode: ValidationMode) {
        self.source = source
        self.mode = mode
    }

    mutating func append(contentsOf found: [Diagnostic]) { found.forEach { append($0) } }

    mutating func report(
        _ code: DiagnosticCode,
        _ message: @autoclosure () -> String,
        at value: JSONValue,
        _ tolerance: Tolerance = .never
    ) {
        report(code, message(), path: { value.path }, offset: value.offset, tolerance)
    }

    mutating func report(
        _ code: DiagnosticCode,
        _ message: @autoclosure () -> String,
        path: () -> String,
        offset: Int,
        _ tolerance: Tolerance = .never
    ) {
        let severity = tolerance.severity(in: mode)
        if diagnostics.count >= Limits.diagnosticsMax {
            // An error takes the place of a warning, so that a refusal always names its reason.
            guard severity == .error, warningCount > 0,
                let warning = diagnostics.lastIndex(where: { $0.severity == .warning })
            else { return }
            diagnostics.remove(at: warning)
            warningCount -= 1
        }
        append(
            Diagnostic(severity, code, message(), path: path(), location: source.location(of: offset))
        )
    }

    private mutating func append(_ diagnostic: Diagnostic) {
        if diagnostic.severity == .error { hasErrors = true } else { warningCount += 1 }
        diagnostics.append(diagnostic)
    }

    /// The findings in order of position.
    func sorted() -> [Diagnostic] {
        diagnostics.sorted { ($0.location.offset, $0.code.rawValue) < ($1.location.offset, $1.code.rawValue) }
    }
}
