public import PolicyLanguage

/// How HTTP requests become questions: routes with their actions, resources and contexts, and who is believed about the
/// caller. Immutable; every thread reads it.
public final class RequestMapping: Sendable {
    /// Reads and compiles a mapping file.
    ///
    /// - Throws: ``InvalidDocument`` with every fault of the text and its position.
    public init(_ source: SourceText) throws(InvalidDocument) {}
}
