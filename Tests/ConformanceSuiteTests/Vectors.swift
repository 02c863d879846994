import ConformanceSuite
import Foundation
import PolicyLanguage
import Testing

/// A vector from the text of its line.
func vector(_ line: String, folder: String = ".") throws(InvalidDocument) -> ConformanceVector {
    try ConformanceVector(SourceText(line), folder: folder)
}

/// What becomes of the vector of this line.
func verdict(
    _ line: String,
    folder: String = ".",
    accepting accepted: [String: String] = [:]
) throws -> ConformanceResult.Verdict {
    try ConformanceRunner(accepting: accepted).run(vector(line, folder: folder)).verdict
}

/// The message of a failure; nil for every other verdict.
func failure(_ verdict: ConformanceResult.Verdict) -> String? {
    if case .failed(let message) = verdict { message } else { nil }
}

/// The vectors of a file, one a line.
func vectors(in file: URL) throws -> [ConformanceVector] {
    let lines = try Data(contentsOf: file).split(separator: UInt8(ascii: "\n"))
    return try lines.enumerated().map { index, line in
        let source = SourceText(Array(line), name: "\(file.lastPathComponent):\(index + 1)")
        return try ConformanceVector(source, folder: file.deletingLastPathComponent().path)
    }
}

/// The vectors of every `.jsonl` file of a folder.
func vectors(inFolder folder: URL) throws -> [(file: String, vector: ConformanceVector)] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    return try names.filter { $0.hasSuffix(".jsonl") }.sorted().flatMap { name in
        try vectors(in: folder.appendingPathComponent(name)).map { (name, $0) }
    }
}

/// The root of the package, three folders above this file.
let packageRoot = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// The folder of peers' cases and hostile inputs, which is not part of the project.
let sharedFolder = ProcessInfo.processInfo.environment["PORTCULLIS_SHARED"].map {
    URL(fileURLWithPath: $0, isDirectory: true)
}

/// A folder that is taken away when the test is over.
final class TemporaryFolder {
    let path = NSTemporaryDirectory() + "conformance-tests-" + UUID().uuidString

    init(_ files: [String: [UInt8]]) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, bytes) in files { try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)")) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
