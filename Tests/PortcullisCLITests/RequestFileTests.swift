import Foundation
import Testing

@testable import PortcullisCLI

@Suite("portcullis check --requests")
struct RequestFileTests {
    private let folder: TemporaryFolder
    private let world: TemporaryFolder

    init() throws {
        world = try TemporaryFolder(smallWorld)
        folder = try TemporaryFolder([:])
    }

    private func line(_ action: String, _ more: String = "") -> String {
        let alice = "arn:aws:iam::111122223333:user/alice"
        return #"{\#(more)"principal": "\#(alice)", "action": "\#(action)", "resource": "*"}"#
    }

    private func check(_ lines: [String], _ more: [String] = [], isTerminal: Bool = false) throws -> Captured
    {
        let file = try folder.write("requests.jsonl", lines.joined(separator: "\n"))
        let words = ["check", "--directory", world.path, "--requests", file] + more
        return portcullis(words, isTerminal: isTerminal)
    }

    @Test("Each line is answered on one line, in order, under its id")
    func answers() throws {
        let run = try check([
            line("s3:GetObject", #""id": "one", "#), line("s3:GetObject"), line("s3:GetBucketAcl"),
        ])
        #expect(run.status == .success && run.errors.isEmpty && run.lines.count == 3)
        #expect(run.lines[0] == "one: allow by identity-based policy own, statement 11 (Reads)")
        #expect(run.lines[1] == "allow by identity-based policy own, statement 11 (Reads)")
    }

    @Test("The exit code is the gravest: 3 for an error, else 1 for a denial, else 0")
    func exitCode() throws {
        #expect(try check([line("s3:GetObject")]).status == .success)
        #expect(try check([]).status == .success)
        #expect(
            try check([line("s3:GetObject"), line("s3:PutObject"), line("s3:GetObject")]).status == .denied
        )
        #expect(try check([line("s3:PutObject"), line("s3"), line("s3:GetObject")]).status == .invalidInput)
    }

    @Test("A faulty line is reported with its line and column, and answered as an error in its place")
    func faultyLines() throws {
        let run = try check([
            line("s3:GetObject"), "", "  \t\r", #"{"principal": 7, "id": "b"}"#, "{", line("kms:Decrypt"),
        ])
        #expect(run.status == .invalidInput && run.lines.count == 4)
        let file = "\(folder.path)/requests.jsonl"
        #expect(run.lines[0].hasPrefix("allow "))
        #expect(run.lines[1].hasPrefix("b: error the request cannot be read: \(file):4:1:"))
        #expect(run.lines[2].hasPrefix("error the request cannot be read: \(file):5:1:"))
        #expect(run.lines[3].hasPrefix("implicitDeny "))
        #expect(run.errorLines.filter { $0.hasPrefix("\(file):4:1:") }.count == 3)
        #expect(run.errorLines.filter { $0.hasPrefix("\(file):5:1:") }.count == 1)
        #expect(run.errorLines.count == 4)
    }

    @Test("Lines may end as on Windows, and the file with a line break")
    func lineEnds() throws {
        let run = try check([line("s3:GetObject") + "\r", line("s3:GetObject") + "\r", ""])
        #expect(run.status == .success && run.lines.count == 2)
    }

    @Test("--requests - reads standard input, which messages call so")
    func standardInput() {
        let words = ["check", "--directory", world.path, "--requests", "-"]
        #expect(portcullis(words, input: line("s3:GetObject") + "\n").status == .success)
        #expect(portcullis(words, input: "{").errors.hasPrefix("standard input:1:1:2: error: "))
    }

    @Test("A file that is not there: exit code 3")
    func missingFile() {
        let run = portcullis("check --directory \(world.path) --requests /no/such/file")
        #expect(run.status == .invalidInput && run.errors.hasPrefix("/no/such/file: cannot open it"))
    }

    @Test("--json answers with one object a line, with the id")
    func json() throws {
        let run = try check([line("s3:GetObject", #""id": "one", "#), line("s3:GetObject")], ["--json"])
        #expect(run.lines[0].hasPrefix(#"{"id":"one","decision":"allow","decidedBy":{"#))
        #expect(run.lines[1].hasPrefix(#"{"decision":"allow","decidedBy":{"#))
    }

    @Test("--json answers a faulty line in its place, with its id where there is one")
    func faultyJSON() throws {
        let run = try check([#"{"id": "one"}"#, "\u{1}", line("s3:GetObject")], ["--json"])
        #expect(run.status == .invalidInput && run.lines.count == 3)
        let start = #""decision":"error","snapshotVersion":1,"error":"the request cannot be read: "#
        #expect(run.lines[0].hasPrefix(#"{"id":"one","# + start))
        #expect(run.lines[1].hasPrefix("{" + start))
        #expect(run.lines[2].hasPrefix(#"{"decision":"allow""#))
    }

    @Test("B13: --aws-quotas refuses a credential with more tags than AWS allows, and --quota sets how many")
    func quotas() throws {
        let tags = (0...50).map { #""k\#($0)": "v""# }.joined(separator: ", ")
        let lines = [line("s3:GetObject", #""session": {"tags": {\#(tags)}}, "#)]
        #expect(try check(lines).status == .success)
        #expect(try check(lines, ["--aws-quotas"]).status == .invalidInput)
        #expect(try check(lines, ["--aws-quotas", "--quota", "tags=51"]).status == .success)
        #expect(try check(lines, ["--quota", "tags=50"]).status == .invalidInput)
        for wrong in ["tags=x", "tags=-1", "tag=1", "tags"] {
            #expect(try check(lines, ["--quota", wrong]).status == .usage)
        }
    }

    @Test("A line may bring its own time and session; --at is for the others")
    func timeAndSession() throws {
        let lines = [
            line("app:Time", #""at": "2025-01-01", "#), line("app:Time"),
            line("app:Mfa", #""session": {"mfa": true}, "#),
        ]
        let late = try check(lines, ["--at", "2027-01-01"])
        #expect(late.lines.map { $0.prefix(5) } == ["allow", "impli", "allow"])
        let early = try check(lines, ["--at", "2024-01-01"])
        #expect(early.lines.map { $0.prefix(5) } == ["allow", "allow", "allow"])
    }

    // MARK: Verifying

    @Test("--verify counts the lines whose answer is the expected one; exit code 0 if all are")
    func verify() throws {
        let good = [
            line("s3:GetObject", #""expect": "allow", "#),
            line("s3:PutObject", #""expect": "explicitDeny", "#),
        ]
        let run = try check(good, ["--verify"])
        #expect(run.status == .success && run.output == "2 passed, 0 failed\n" && run.errors.isEmpty)
    }

    @Test("--verify prints each mismatch with its line, and the exit code is 1")
    func mismatches() throws {
        let run = try check(
            [
                line("s3:GetObject", #""expect": "allow", "#), "",
                line("s3:PutObject", #""expect": "implicitDeny", "#), line("s3:GetObject"), "{",
                line("s3", #""expect": "error", "#),
            ],
            ["--verify"]
        )
        #expect(run.status == .denied && run.output == "2 passed, 3 failed\n")
        #expect(run.errorLines.contains("line 3: expected implicitDeny, got explicitDeny"))
        #expect(run.errorLines.contains("line 4: expected an `expect` member, got allow"))
        #expect(run.errorLines.contains("line 5: expected an `expect` member, got error"))
    }

    @Test("The requests of the example all get the answer they expect")
    func example() throws {
        let requests = "\(packageRoot)/Examples/requests.jsonl"
        let count = try String(contentsOfFile: requests, encoding: .utf8).split(separator: "\n").count
        #expect(count > 40)
        let run = portcullis(
            "check --directory \(packageRoot)/Examples/acme --requests \(requests) --verify"
        )
        #expect(run.status == .success && run.output == "\(count) passed, 0 failed\n" && run.errors.isEmpty)
    }

    // MARK: Progress

    @Test("A progress line is drawn on a terminal and removed at the end")
    func progress() throws {
        let lines = Array(repeating: line("s3:GetObject"), count: 4)
        let run = try check(lines, isTerminal: true)
        #expect(run.errors.hasPrefix("\r25 %  1 of 4 requests"))
        #expect(run.errors.hasSuffix("\r100 %  4 of 4 requests\r\u{1B}[K"))
    }

    @Test("There is no progress line without a terminal, nor for one request")
    func noProgress() throws {
        let line = line("s3:GetObject")
        #expect(try check([line, line]).errors.isEmpty)
        #expect(try check([line], isTerminal: true).errors.isEmpty)
    }
}
