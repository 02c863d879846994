import Foundation
import Testing

@testable import PortcullisCLI

/// The program itself, which lies beside the tests' own.
private let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("portcullis").path

@Suite("The process", .enabled(if: FileManager.default.isExecutableFile(atPath: program)))
struct ProcessTests {
    /// Runs the program; what it reads is written after a while, as by a slow neighbour in a pipe.
    private func run(_ words: [String], input: String? = nil) throws -> (
        code: Int32, output: String, errors: String
    ) {
        let process = Process()
        let (output, errors, pipe) = (Pipe(), Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = words
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = input == nil ? FileHandle.nullDevice : pipe
        try process.run()
        if let input {
            Thread.sleep(forTimeInterval: 0.3)
            try pipe.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try pipe.fileHandleForWriting.close()
        }
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        let messages = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (
            process.terminationStatus, String(decoding: text, as: UTF8.self),
            String(decoding: messages, as: UTF8.self)
        )
    }

    @Test("The exit code of the process is the command's, and the streams are kept apart")
    func exitCode() throws {
        let good = try run(["--version"])
        #expect(good.code == 0 && good.output == "portcullis \(Version.current)\n" && good.errors.isEmpty)
        let bad = try run(["nothing"])
        #expect(bad.code == 2 && bad.output.isEmpty)
        #expect(bad.errors == "portcullis: there is no command `nothing`\nSee `portcullis --help`.\n")
        #expect(try run(["validate", "/no/such/file"]).code == 3)
    }

    @Test("A pipe that is written later is waited for")
    func slowPipe() throws {
        let policy = #"{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#
        let good = try run(["validate", "-"], input: policy)
        #expect(good.code == 0 && good.output == "1 document, 0 errors, 0 warnings\n" && good.errors.isEmpty)
        let bad = try run(["validate", "-"], input: "{")
        #expect(bad.code == 3 && bad.output.hasPrefix("standard input:1:2: error: "))
        #expect(try run(["validate", "-"]).code == 3)
    }

    @Test("Colours and progress stay away where the streams are no terminal")
    func noTerminal() throws {
        let run = try run(["conformance", "\(packageRoot)/Tests/Conformance/a-request.jsonl"])
        #expect(run.code == 0 && !run.output.contains("\u{1B}") && run.errors.isEmpty)
    }
}
