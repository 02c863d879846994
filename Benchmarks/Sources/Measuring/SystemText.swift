import Foundation

/// Texts that the system has of itself.
enum SystemText {
    /// A file as one text without white space around it; nil where it cannot be read.
    static func contents(_ path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The value behind a key in a file of lines `key : value` or `key=value`.
    static func value(_ key: String, in path: String) -> String? {
        for line in (contents(path) ?? "").split(separator: "\n") {
            let parts = line.split(maxSplits: 1) { $0 == ":" || $0 == "=" }
            if parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == key {
                return parts[1].trimmingCharacters(in: CharacterSet(charactersIn: " \t\""))
            }
        }
        return nil
    }

    /// What a program prints, without white space around it; nil where it fails.
    static func output(of arguments: [String], in folder: URL? = nil) -> String? {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        process.currentDirectoryURL = folder
        guard (try? process.run()) != nil else { return nil }
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
