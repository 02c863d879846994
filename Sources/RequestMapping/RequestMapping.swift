import IdentityDirectory
public import PolicyLanguage
import Portcullis

/// How HTTP requests become questions: routes with their actions, resources and contexts, and who is believed.
///
/// It never changes; every thread reads it.
///
/// `Documentation/request-mapping.md` describes the file.
public final class RequestMapping: Sendable {
    let contents: MappingContents

    /// The files that the mapping rests on, to be watched: its own, where it was read from one, and those that it names.
    public let files: [String]

    /// Reads and compiles a mapping file.
    ///
    /// Files that it names are read from the folder in which the source's name says it lies.
    ///
    /// - Throws: ``InvalidDocument`` with every fault of the text and its position.
    public convenience init(_ source: SourceText) throws(InvalidDocument) {
        try self.init(source, own: []) { (name) throws(InvalidDocument) in
            try Self.file(Self.path(of: name, beside: source.name))
        }
    }

    /// Reads and compiles the mapping in a file, and the files that it names.
    ///
    /// - Throws: ``InvalidDocument``, also for a file that cannot be read.
    public convenience init(contentsOf path: String) throws(InvalidDocument) {
        try self.init(Self.file(path), own: [path]) { (name) throws(InvalidDocument) in
            try Self.file(Self.path(of: name, beside: path))
        }
    }

    /// Reads a mapping whose files somebody else brings.
    init(
        _ source: SourceText,
        own: [String] = [],
        readFile: @escaping (UTF8Text) throws(InvalidDocument) -> SourceText
    ) throws(InvalidDocument) {
        var reader = MappingReader(readFile)
        contents = try reader.read(source)
        files = own + reader.fileNames.map { Self.path(of: $0, beside: source.name) }
    }

    /// How many routes there are.
    public var routeCount: Int { contents.routes.count }

    /// The name of a route that an answer mentions; nil for a position that there is not.
    public func routeName(_ index: Int) -> String? {
        contents.routes.indices.contains(index) ? contents.routes[index].name.description : nil
    }

    /// Whether some route takes the caller from the client's certificate or believes a certified proxy.
    public var readsCertificates: Bool {
        contents.callers.contains { caller in
            switch caller.method {
            case .certificate: true
            case .header(let rule): !rule.certificates.isEmpty
            case .token, .anonymous: false
            }
        }
    }

    private static let fileBytesMax = 8 << 20

    private static func path(of name: UTF8Text, beside path: String) -> String {
        let name = name.description
        guard !name.hasPrefix("/"), let slash = path.lastIndex(of: "/") else { return name }
        return path[...slash] + name
    }

    private static func file(_ path: String) throws(InvalidDocument) -> SourceText {
        do throws(FileFault) {
            return try SourceText(SystemFiles.bytes(of: path, bytesMax: fileBytesMax), name: path)
        } catch {
            let start = SourceText([], name: path).location(of: 0)
            throw InvalidDocument([
                Diagnostic(.error, .directoryFile, error.message, path: "", location: start)
            ])
        }
    }
}
