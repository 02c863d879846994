import Foundation
import Synchronization
import Testing

@testable import PortcullisCLI

/// The tool's own exit codes; the testing library has a type of the same name.
typealias Status = PortcullisCLI.ExitStatus

/// What a command wrote, and its exit code.
struct Captured {
    let status: Status
    let output: String
    let errors: String

    /// The lines of standard output.
    var lines: [String] { output.split(separator: "\n").map(String.init) }
    /// The lines of standard error.
    var errorLines: [String] { errors.split(separator: "\n").map(String.init) }
}

/// Runs the tool as the process would, on streams in memory.
///
/// - Parameters:
///   - input: what standard input holds.
///   - isTerminal: whether standard output and standard error are terminals.
func portcullis(_ arguments: [String], input: String = "", isTerminal: Bool = false) -> Captured {
    let streams = Streams()
    let console = Console(
        write: { streams.output.append($0) },
        writeError: { streams.errors.append($0) },
        readInput: { () throws(CommandFailure) in Array(input.utf8) },
        isColored: isTerminal,
        showsProgress: isTerminal
    )
    let status = CommandLineTool(console: console).run(arguments)
    return Captured(status: status, output: streams.output.text, errors: streams.errors.text)
}

/// Runs the tool with words written as one text; no word may hold a space.
func portcullis(_ line: String, input: String = "", isTerminal: Bool = false) -> Captured {
    portcullis(line.split(separator: " ").map(String.init), input: input, isTerminal: isTerminal)
}

private final class Streams: Sendable {
    final class Stream: Sendable {
        private let written = Mutex("")

        func append(_ text: String) { written.withLock { $0 += text } }

        var text: String { written.withLock { $0 } }
    }

    let output = Stream()
    let errors = Stream()
}

/// A folder that is taken away when the test is over.
final class TemporaryFolder {
    let path = NSTemporaryDirectory() + "cli-tests-" + UUID().uuidString

    init(_ files: [String: String]) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, text) in files { try write(name, text) }
    }

    /// Writes a file, and says where it is.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        let file = URL(fileURLWithPath: "\(path)/\(name)")
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: file)
        return file.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// The root of the package, three folders above this file.
let packageRoot = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// A small directory: each action of `app` is allowed to Alice under one condition.
let smallWorld: [String: String] = {
    let conditions = [
        "Color": #"{"StringEquals": {"app:color": "red"}}"#,
        "List": #"{"ForAllValues:StringEquals": {"app:list": ["a", "b"]}, "Null": {"app:list": "false"}}"#,
        "Both": #"{"ForAllValues:StringEquals": {"app:list": "a"}, "StringEquals": {"app:color": "a=b"}}"#,
        "Mfa": #"{"Bool": {"aws:MultiFactorAuthPresent": "true"}}"#,
        "Age": #"{"NumericLessThan": {"aws:MultiFactorAuthAge": "100"}}"#,
        "Tags": #"{"StringEquals": {"aws:PrincipalTag/run": "42", "aws:PrincipalTag/team": "ml"}}"#,
        "Issued": #"{"DateLessThan": {"aws:TokenIssueTime": "2026-01-01"}}"#,
        "Source": #"{"StringEquals": {"aws:SourceIdentity": "ada"}}"#,
        "Time": #"{"DateLessThan": {"aws:CurrentTime": "2026-01-01"}}"#,
        "Temporary": #"{"Null": {"aws:MultiFactorAuthPresent": "false"}}"#,
        "Number": #"{"NumericLessThan": {"app:size": "10"}}"#,
    ]
    var statements = conditions.sorted { $0.key < $1.key }.map { name, condition in
        #"{"Effect": "Allow", "Action": "app:\#(name)", "Resource": "*", "Condition": \#(condition)}"#
    }
    statements.append(#"{"Sid": "Reads", "Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}"#)
    statements.append(#"{"Sid": "NoWrites", "Effect": "Deny", "Action": "s3:Put*", "Resource": "*"}"#)
    let own = #"{"Version": "2012-10-17", "Statement": [\#(statements.joined(separator: ", "))]}"#
    let name = #"{"StringLike": {"aws:userid": "AROAEXAMPLE:job"}}"#
    let trust = #"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}"#
    let role = #"{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": \#(name)}"#
    return [
        "accounts/111122223333/users/alice/inline/own.json": own,
        "accounts/111122223333/roles/trainer/role.json": #"{"RoleId": "AROAEXAMPLE"}"#,
        "accounts/111122223333/roles/trainer/trust-policy.json": #"{"Statement": \#(trust)}"#,
        "accounts/111122223333/roles/trainer/inline/all.json": #"{"Statement": \#(role)}"#,
    ]
}()
