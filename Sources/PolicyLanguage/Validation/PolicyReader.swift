public import Vocabulary

/// Reads policies, refusing those that break the grammar or a rule of their type.
///
///     let policy = try PolicyReader().read(SourceText(bytes, name: "deny.json"), as: .serviceControl)
public struct PolicyReader: Sendable {
    /// How much of a faulty document is let through.
    public var mode: ValidationMode
    /// The longest document in bytes.
    public var documentBytesMax: Int
    /// What AWS allows of each thing, if it is to be kept (B13); off by default, since ours is not AWS.
    public var quotas: PolicyQuotas?

    /// Whether lists are searched for entries that others cover (B14), which costs more than reading them.
    public var findsRedundancy = false

    /// A strict reader without AWS's quotas, unless told otherwise.
    public init(
        mode: ValidationMode = .strict,
        documentBytesMax: Int = Limits.documentBytesMax,
        quotas: PolicyQuotas? = nil
    ) {
        self.mode = mode
        self.documentBytesMax = documentBytesMax
        self.quotas = quotas
    }

    /// Reads a whole text as a policy of one type.
    ///
    /// - Throws: ``InvalidDocument`` with every fault found, JSON and policy alike.
    public func read(_ source: SourceText, as type: PolicyType) throws(InvalidDocument) -> ValidatedPolicy {
        let (json, faults) = JSONReader.read(source, bytesMax: documentBytesMax)
        guard let json else { throw InvalidDocument(faults) }
        return try read(json.root, as: type, after: faults)
    }

    /// Reads a policy that is one value of a larger document.
    ///
    /// - Throws: ``InvalidDocument`` with every fault found.
    public func read(_ value: JSONValue, as type: PolicyType) throws(InvalidDocument) -> ValidatedPolicy {
        try read(value, as: type, after: [])
    }

    /// Every finding of a text that need not be of any particular type; only the grammar is checked.
    public func grammarFindings(_ source: SourceText) -> [Diagnostic] {
        let (json, faults) = JSONReader.read(source, bytesMax: documentBytesMax)
        guard let json else { return faults }
        var parser = PolicyParser(source, as: nil, mode: mode)
        parser.sink.append(contentsOf: faults)
        _ = parser.document(json.root)
        return parser.sink.sorted()
    }

    private func read(
        _ value: JSONValue,
        as type: PolicyType,
        after faults: [Diagnostic]
    ) throws(InvalidDocument) -> ValidatedPolicy {
        var parser = PolicyParser(
            value.document.source,
            as: type,
            mode: mode,
            findsRedundancy: findsRedundancy
        )
        parser.sink.append(contentsOf: faults)
        if value.document.source.bytes.count > documentBytesMax, value.byteSize.bytes > documentBytesMax {
            parser.sink.report(.sizeLimit, "the policy is longer than \(documentBytesMax) bytes", at: value)
        }
        let document = parser.document(value)
        var rules = TypeRules(
            type: type,
            quotas: quotas,
            findsRedundancy: findsRedundancy,
            sink: parser.sink
        )
        if let document { rules.check(document) }
        guard let document, !rules.sink.hasErrors else { throw InvalidDocument(rules.sink.sorted()) }
        return ValidatedPolicy(document: document, type: type, warnings: rules.sink.sorted())
    }
}

extension JSONDocument {
    /// Reads a JSON text that is no policy: a request, a directory file.
    ///
    /// - Throws: ``InvalidDocument`` with every fault found.
    public convenience init(
        reading source: SourceText,
        bytesMax: Int = Limits.documentBytesMax
    ) throws(InvalidDocument) {
        let (document, faults) = JSONReader.read(source, bytesMax: bytesMax)
        guard let document, faults.isEmpty else { throw InvalidDocument(faults) }
        self.init(
            source: source,
            nodes: document.nodes,
            decoded: document.decoded,
            hasWideText: document.hasWideText,
            stringsWithNUL: document.stringsWithNUL
        )
    }
}
