import PolicyLanguage
import Vocabulary

extension ConformanceRunner {
    /// A document that must be accepted or refused.
    func parse(_ vector: ConformanceVector) -> ConformanceResult.Verdict {
        guard let policies = vector.policies, let source = documentSource(policies, vector.id) else {
            return .failed("no document")
        }
        let findings = findings(source, policies, vector)
        let errors = findings.filter { $0.severity == .error }
        if let code = vector.json["expectCode"]?.string, !errors.isEmpty,
            !errors.contains(where: { $0.code.rawValue == code.description })
        {
            return .failed("expected code \(code), got \(errors.map(\.code.rawValue))")
        }
        if let wanted = vector.json["expectRemarks"], errors.isEmpty {
            let codes = wanted.elements.map(\.text.description).sorted()
            let remarks = findings.map(\.code.rawValue).sorted()
            if codes != remarks { return .failed("expected the remarks \(codes), got \(remarks)") }
        }
        let detail = errors.map(\.description).joined(separator: "; ")
        return compare(errors.isEmpty ? "valid" : "invalid", with: vector, detail)
    }

    private func documentSource(_ policies: JSONValue, _ name: String) -> SourceText? {
        if let text = policies["documentText"]?.string { return SourceText(Array(text.bytes), name: name) }
        guard let document = policies["document"] else { return nil }
        switch document.kind {
        case .object, .array: return SourceText(Array(document.sourceBytes), name: name)
        case .string: return SourceText(JSONWriter.text(.text(document.text)), name: name)
        case .number, .true, .false, .null: return SourceText(document.text.description, name: name)
        }
    }

    /// A document of no particular type (`any`) is checked against the grammar only.
    ///
    /// Peers' documents are read leniently: they are what other products store.
    private func findings(_ source: SourceText, _ policies: JSONValue, _ vector: ConformanceVector)
        -> [Diagnostic]
    {
        let named = (policies["mode"] ?? vector.json["mode"])?.string.flatMap {
            ValidationMode(rawValue: $0.description)
        }
        let mode = named ?? (vector.dialect == nil ? .strict : .lenient)
        var reader = PolicyReader(mode: mode, quotas: vector.quotas)
        reader.findsRedundancy = true
        guard let type = policies["documentType"]?.string.flatMap({ PolicyType(rawValue: $0.description) })
        else {
            return reader.grammarFindings(source)
        }
        do throws(InvalidDocument) {
            return try reader.read(source, as: type).warnings
        } catch {
            return error.diagnostics
        }
    }
}
