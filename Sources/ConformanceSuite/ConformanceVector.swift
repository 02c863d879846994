public import PolicyLanguage
import Vocabulary

/// One line of a conformance file.
///
/// The schema is documented beside the files, so that any implementation can run them.
public struct ConformanceVector: Sendable {
    /// Its unique name.
    public let id: String
    /// What is tested, such as `simulate`, `condition` or `parse-invalid`.
    public let kind: String
    /// The answer wanted.
    public let expect: String
    /// Other answers that are as good.
    public let alsoAccepted: [String]
    /// The product whose rules the answer follows; nil or `aws` for ours.
    public let dialect: String?
    /// Features the case needs.
    public let tags: [String]
    /// The longest the case may take in a release build.
    public let millisecondsMax: Int?
    /// The whole line.
    public let json: JSONValue
    /// The folder of the file the line is in, for cases kept in files of their own.
    public let folder: String

    /// Reads a line.
    ///
    /// - Throws: ``InvalidDocument`` for text that is not JSON, or has no id, kind or expected answer.
    public init(_ source: SourceText, folder: String) throws(InvalidDocument) {
        let json = try JSONDocument(reading: source, bytesMax: Limits.directoryFileBytesMax).root
        guard let id = json["id"]?.string, let kind = json["kind"]?.string,
            let expect = json["expect"]?.string
        else {
            let message = "a vector needs `id`, `kind` and `expect`"
            throw InvalidDocument([
                Diagnostic(.error, .schemaMissing, message, path: "", location: json.location)
            ])
        }
        self.id = id.description
        self.kind = kind.description
        self.expect = (json["awsReading"]?.string ?? expect).description
        alsoAccepted = json["alsoOk"]?.elements.compactMap { $0.string?.description } ?? []
        dialect = json["dialect"]?.string?.description
        tags = json["tags"]?.elements.compactMap { $0.string?.description } ?? []
        millisecondsMax = json["maxMillis"].flatMap { Int($0.text.description) }
        self.json = json
        self.folder = folder
    }

    var policies: JSONValue? { json["policies"] }
    var request: JSONValue? { json["request"] }

    /// A member of `request` that holds a string.
    func requestText(_ name: UTF8Text) -> UTF8Text? { request?[name]?.string }
}
