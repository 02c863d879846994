import Foundation
import Portcullis

/// Policies that somebody else wrote, one JSON object a line: a policy, or an object with the policy under
/// `document` (or `Document`) and its name under `id`, `name` or `PolicyName`.
public struct ManagedPolicies: Sendable {
    /// The policies in the order of the file.
    public let policies: [PolicyDraft]
    /// Whether they are the few that come with the project, for want of a file.
    public let isFallback: Bool

    /// Reads a file; without one the policies that come with the project.
    ///
    /// - Throws: for a file that cannot be read or holds something other than JSON objects.
    public init(contentsOf path: String?) throws {
        isFallback = path == nil
        let file = path.map { URL(fileURLWithPath: $0) } ?? PackageFolder.url("Fixtures/policies.jsonl")
        policies = try JSONLines.read(file).enumerated().map { number, root in
            let name = root["id"] ?? root["name"] ?? root["PolicyName"]
            return PolicyDraft(
                id: name?.text.description ?? "managed-\(number)",
                document: root["document"] ?? root["Document"] ?? root
            )
        }
        guard !policies.isEmpty else { throw WorkloadError("\(file.path) holds no policy") }
    }
}

/// Why a workload cannot be had.
public struct WorkloadError: Error, CustomStringConvertible {
    /// One line for people.
    public let description: String

    /// An error.
    public init(_ description: String) { self.description = description }
}

/// Where the benchmarks' sources are.
public enum PackageFolder {
    /// A file or folder in the package of the benchmarks.
    public static func url(_ path: String) -> URL {
        let source = URL(fileURLWithPath: #filePath)
        return (0..<4).reduce(source) { url, _ in url.deletingLastPathComponent() }
            .appendingPathComponent(path)
    }
}

/// Files of one JSON value a line.
enum JSONLines {
    static func read(_ file: URL) throws -> [JSONValue] {
        try [UInt8](Data(contentsOf: file)).split(separator: UInt8(ascii: "\n")).map { line in
            try JSONDocument(reading: SourceText(Array(line), name: file.path)).root
        }
    }

    static func write(_ lines: some Sequence<String>, to file: URL) throws {
        var text = Data()
        for line in lines { text.append(contentsOf: (line + "\n").utf8) }
        try text.write(to: file, options: .atomic)
    }
}
