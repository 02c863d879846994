import Foundation
import Testing

@testable import PortcullisCLI

@Suite("portcullis compile, and check by what it made")
struct CompileCommandTests {
    private let folder: TemporaryFolder
    private let output: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder(smallWorld)
        output = try TemporaryFolder([:])
    }

    private var file: String { output.path + "/world.snapshot" }

    private func compile(_ more: [String] = []) -> Captured {
        portcullis(["compile", folder.path, "-o", file] + more)
    }

    private func check(_ more: [String], principal: String = "arn:aws:iam::111122223333:user/alice")
        -> Captured
    {
        portcullis(["check", "--principal", principal, "--resource", "*"] + more)
    }

    private func bytes() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: file)) }

    @Test("It prints what the file holds and how long it took, and the file is for its owner alone")
    func counts() throws {
        let run = compile()
        #expect(run.status == .success && run.errors.isEmpty)
        let size = try bytes().count
        let counts = "1 accounts, 2 principals, 2 resources, 0 endpoints, 3 policies, \(size) bytes"
        #expect(run.lines.first == "\(counts) in \(file)")
        #expect(run.lines.last?.hasPrefix("read ") == true && run.lines.last?.hasSuffix(" ms") == true)
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("--json prints one object")
    func json() throws {
        let run = compile(["--json"])
        let report = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        #expect(report?["principals"] as? Int == 2)
        #expect(report?["bytes"] as? Int == (try bytes().count))
        #expect(report?["compileMilliseconds"] is Int)
    }

    @Test(
        "--report tells what policies may cost and what the worst check meets, the most costly policy first"
    )
    func report() throws {
        let lines = compile(["--report"]).lines.dropFirst(2)
        #expect(lines.first == "most costly policies, in steps a check; at most 16777216 are allowed:")
        let costs = lines.compactMap { $0.hasPrefix("  ") ? Int($0.split(separator: " ")[0]) : nil }
        #expect(costs.count == 3 && costs == costs.sorted(by: >))
        #expect(lines.last?.hasPrefix("worst check: 130 chunks of policies: 128 kept for a session") == true)

        let text = compile(["--report", "--json"]).output
        let json = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        let report = try #require(json?["report"] as? [String: Any])
        #expect(report["policyCostMax"] as? Int == 16_777_216)
        let policies = try #require(report["policies"] as? [[String: Any]])
        #expect(policies.compactMap { $0["cost"] as? Int } == costs)
        #expect((policies[0]["location"] as? String)?.contains(folder.path) == true)
        let worst = try #require(report["worstCheck"] as? [String: Any])
        #expect(worst["chunks"] as? Int == 130 && worst["chunksMax"] as? Int == 2_560)
        #expect((worst["principal"] as? [String: Any])?["chunks"] as? Int == 1)
    }

    @Test("--policy-cost-max refuses what costs more, when compiling and when reading")
    func policyCostMax() throws {
        let refused = compile(["--policy-cost-max", "100"])
        #expect(refused.status == .invalidInput && refused.errors.contains("at most 100 are allowed"))
        #expect(compile().status == .success)
        let words = ["--snapshot", file, "--action", "s3:GetObject"]
        #expect(check(words + ["--policy-cost-max", "1000000"]).status == .success)
        let unread = check(words + ["--policy-cost-max", "100"])
        #expect(unread.status == .invalidInput && unread.errors.contains("at most 100 are allowed"))
        for steps in ["0", "-1", "x", "2147483648"] {
            #expect(compile(["--policy-cost-max", steps]).status == .usage)
        }
        let directory = check(["--directory", folder.path, "--action", "a:b", "--policy-cost-max", "1"])
        #expect(directory.errorLines.first == "portcullis: `--policy-cost-max` is for snapshots")
    }

    @Test("With a seed the bytes are the same again, without one they are not, and no seed is printed")
    func seeds() throws {
        let run = compile(["--seed", "8675309123"])
        #expect(!(run.output + run.errors).contains("8675309123"))
        let first = try bytes()
        #expect(compile(["--seed", "8675309123"]).status == .success)
        #expect(try bytes() == first)
        #expect(compile().status == .success)
        let random = try bytes()
        #expect(compile().status == .success)
        #expect(try bytes() != random && random != first)
    }

    @Test("A command line that makes no sense is a usage error")
    func usage() {
        #expect(portcullis("compile").errorLines.first == "portcullis: name one directory")
        #expect(portcullis("compile a b -o c").errorLines.first == "portcullis: name one directory")
        #expect(portcullis("compile a").errorLines.first == "portcullis: `-o` is needed")
        for seed in ["-1", "x", "18446744073709551616"] {
            #expect(compile(["--seed", seed]).status == .usage)
        }
        #expect(compile(["--option", "arnWildcards=none"]).status == .usage)
        #expect(compile(["--mode", "permissive"]).status == .usage)
        #expect(!FileManager.default.fileExists(atPath: file))
    }

    @Test("A faulty directory writes nothing, and a file that cannot be written is named")
    func faults() throws {
        try folder.write("accounts/111122223333/users/bob/inline/bad.json", "{")
        let run = compile()
        #expect(run.status == .invalidInput && run.errors.contains("bad.json"))
        #expect(!FileManager.default.fileExists(atPath: file))
        let world = try TemporaryFolder(smallWorld)
        let unwritten = portcullis(["compile", world.path, "-o", "\(output.path)/none/x"])
        #expect(unwritten.status == .invalidInput && unwritten.errors.contains("cannot open it"))
    }

    @Test("A check by the file answers as one by the directory, but for the Sid")
    func sameAnswers() {
        #expect(compile().status == .success)
        for action in ["s3:GetObject", "s3:PutObject", "kms:Decrypt", "app:Time"] {
            let more = ["--action", action, "--at", "2025-01-01"]
            let slow = check(["--directory", folder.path] + more)
            let fast = check(["--snapshot", file] + more)
            #expect(fast.status == slow.status)
            #expect(slow.output.replacing(" (Reads)", with: "") == fast.output)
        }
        let trainer = "arn:aws:sts::111122223333:assumed-role/trainer/job"
        #expect(check(["--snapshot", file, "--action", "a:b"], principal: trainer).status == .success)
    }

    @Test("Session policies are compiled with the choices of the file, and named when they decide")
    func sessions() throws {
        #expect(compile(["--option", "arnWildcards=segmented"]).status == .success)
        let deny = #"{"Statement": {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}}"#
        let path = try output.write("session.json", deny)
        let words = ["--action", "s3:GetObject", "--session-policy", path]
        let run = check(["--snapshot", file] + words)
        #expect(run.status == .denied && run.output.hasPrefix("explicitDeny"))
        let json = check(["--snapshot", file, "--json"] + words)
        #expect(json.output.contains(#""layer":"session""#))
        #expect(json.output.contains(path.replacing("/", with: #"\/"#)) || json.output.contains(path))
    }

    @Test("Several requests are decided by the file, too")
    func requests() throws {
        #expect(compile().status == .success)
        let lines = [
            #"{"principal": "arn:aws:iam::111122223333:user/alice", "action": "s3:GetObject", "resource": "*", "expect": "allow"}"#,
            #"{"principal": "arn:aws:iam::111122223333:user/bob", "action": "s3:GetObject", "resource": "*", "expect": "error"}"#,
        ]
        let run = portcullis(
            ["check", "--snapshot", file, "--requests", "-", "--verify"],
            input: lines.joined(separator: "\n")
        )
        #expect(run.status == .success && run.output == "2 passed, 0 failed\n")
    }

    @Test("A snapshot takes the place of a directory, and brings its choices along")
    func exclusive() {
        #expect(compile().status == .success)
        let both = check(["--snapshot", file, "--directory", folder.path, "--action", "a:b"])
        #expect(both.status == .usage)
        let choice = check(["--snapshot", file, "--option", "rootUser=true", "--action", "a:b"])
        #expect(choice.errorLines.first == "portcullis: the choices are fixed in the snapshot")
    }

    @Test("A file that is no snapshot, or a damaged one, is refused with its code")
    func damaged() throws {
        #expect(compile().status == .success)
        var damaged = try bytes()
        damaged[damaged.count / 2] ^= 1
        try damaged.write(to: URL(fileURLWithPath: file))
        let run = check(["--snapshot", file, "--action", "a:b"])
        #expect(run.status == .invalidInput && run.output.isEmpty)
        #expect(run.errors == "\(file): snapshot.checksum at byte 24: the bytes have been changed\n")
        let none = check(["--snapshot", "\(output.path)/none", "--action", "a:b"])
        #expect(none.status == .invalidInput && none.errors.contains("No such file"))
    }
}
