public import PolicyLanguage

/// How HTTP requests become questions: routes with their actions, resources and contexts, and who is believed about the
/// caller.
///
/// Immutable; every thread reads it.
public final class RequestMapping: Sendable {
    /// The files that it was read from, the mapping first; it is read again when one of them changes.
    public let files: [String]

    /// Reads and compiles a mapping.
    ///
    /// - Throws: ``InvalidDocument`` with every fault of the text and its position.
    public init(_ source: SourceText) throws(InvalidDocument) { files = [] }

    /// Reads and compiles a mapping file, and the files that it names, relative to its folder.
    ///
    /// - Throws: ``InvalidDocument`` with every fault of the texts and its position.
    public convenience init(contentsOf path: String) throws(InvalidDocument) {
        try self.init(SourceText("", name: path))
    }
}
