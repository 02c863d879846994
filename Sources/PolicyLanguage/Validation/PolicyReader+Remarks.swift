package import Vocabulary

extension PolicyReader {
    /// The remarks on a policy that has been read before.
    package func remarks(on document: PolicyDocument, as type: PolicyType) -> [Diagnostic] {
        let parser = PolicyParser(document.source, as: type, mode: mode, findsRedundancy: findsRedundancy)
        var rules = TypeRules(
            type: type,
            quotas: quotas,
            findsRedundancy: findsRedundancy,
            sink: parser.sink
        )
        rules.check(document)
        return rules.sink.sorted()
    }
}
