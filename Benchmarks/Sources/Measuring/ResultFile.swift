import Foundation

/// All results of one run, as a file holds them (format 1).
public struct ResultFile: Codable, Sendable {
    /// How much was measured.
    public enum Mode: String, Codable, Sendable {
        /// A minute or two.
        case quick
        /// Ten to fifteen minutes.
        case full
    }

    /// The version of this layout.
    public let format: Int
    /// The commit of the sources, or `unknown`.
    public let commit: String
    /// Whether there were changes that no commit has.
    public let isDirty: Bool
    /// When the run began, in UTC.
    public let date: String
    /// How much was measured.
    public let mode: Mode
    /// Where.
    public let machine: MachineDescription
    /// What came out, in the order of measuring.
    public var results: [Finding] = []

    /// A file without results, of the sources in a folder, on this machine, now.
    public init(mode: Mode, sources: URL) {
        format = 1
        self.mode = mode
        commit = SystemText.output(of: ["git", "rev-parse", "HEAD"], in: sources) ?? "unknown"
        isDirty = SystemText.output(of: ["git", "status", "--porcelain"], in: sources) != ""
        date = ISO8601DateFormatter().string(from: Date())
        machine = MachineDescription()
    }

    /// Writes the file, keys in the order of the alphabet.
    public func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // One result a line, so that differences between files can be read.
        var text = String(decoding: try encoder.encode(self), as: UTF8.self)
        text = text.replacingOccurrences(of: "{\"group\":", with: "\n{\"group\":")
        try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    /// Reads a file.
    public init(contentsOf path: String) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }
}
