public import PolicyLanguage
public import Vocabulary

/// A request as JSON gives it, with the facts of the caller's credential.
///
///     {"principal": "arn:aws:iam::111122223333:role/trainer", "action": "s3:GetObject",
///      "resource": "arn:aws:s3:::data/x", "context": {"aws:SourceIp": "10.0.0.7"},
///      "session": {"name": "job-42", "mfa": false}, "at": "2026-03-01T12:00:00Z"}
public struct RequestDocument: Sendable {
    /// A name by which answers refer to the request.
    public var id: UTF8Text?
    /// The request.
    public var request: AuthorizationRequest
    /// What a temporary credential carries; nil for a long-term one.
    public var session: SessionFacts?
    /// The time of the check, where the request sets it.
    public var at: Instant?
    /// The answer that a test file expects.
    public var expect: UTF8Text?

    /// Reads one JSON text.
    ///
    /// - Throws: ``InvalidDocument``; the request is then denied with reason `error` (A4).
    public init(reading source: SourceText, reader: PolicyReader = PolicyReader()) throws(InvalidDocument) {
        try self.init(JSONDocument(reading: source).root, reader: reader)
    }

    /// Reads one JSON object.
    ///
    /// - Parameter ignoresUnknownMembers: whether members with other names are passed over.
    /// - Throws: ``InvalidDocument`` with every fault found.
    public init(
        _ value: JSONValue,
        reader: PolicyReader = PolicyReader(),
        ignoresUnknownMembers: Bool = false
    ) throws(InvalidDocument) {
        var parser = RequestParser(reader: reader, ignoresUnknownMembers: ignoresUnknownMembers)
        guard let document = parser.document(value), parser.diagnostics.isEmpty else {
            throw InvalidDocument(parser.diagnostics)
        }
        self = document
    }

    /// Reads a JSON object as context keys and their values.
    ///
    /// - Throws: ``InvalidDocument`` with every fault found.
    public static func contextPairs(
        reading source: SourceText
    ) throws(InvalidDocument) -> [(key: UTF8Text, value: ContextValue)] {
        let root = try JSONDocument(reading: source).root
        var parser = RequestParser(reader: PolicyReader(), ignoresUnknownMembers: false)
        let pairs = parser.contextPairs(root)
        guard parser.diagnostics.isEmpty else { throw InvalidDocument(parser.diagnostics) }
        return pairs
    }

    init(request: AuthorizationRequest) { self.request = request }
}
